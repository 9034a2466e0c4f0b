"""Sessions: what the cookie of a signed-in person names, and how it ends before its time.

An open session stands in no table: signing in needs nothing written. A session ends with the epoch of its account
(new password, account closed) or by its own row in `ended_session`, seen by the query that loads the account.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from service.accounts.people import People, Row, actor_of
from service.database import reading, writing
from service.database.times import time_text
from service.documents import Actor
from service.errors import Conflict, NotFound

# How long a session may be silent: no cookie is accepted later, so older rows say nothing any more.
SESSION_LENGTH = dt.timedelta(hours=12)
_OVER = "Сеанс завершён. Войдите снова."


class Sessions:
    """The sessions of all accounts.

    Args:
        engine: upgraded.
        now: gives the time, aware.
        new_id: gives a new random id.
    """

    def __init__(
        self, engine: sa.Engine, *, now: Callable[[], dt.datetime], new_id: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._now = now
        self._new_id = new_id

    def begin(self, actor_id: str) -> str:
        """Return the id of a new session; raises NotFound when there is no such open account."""
        with reading(self._engine) as connection:
            account = People(connection).account(actor_id)
        if account is None or not account["active"]:
            raise NotFound(_OVER)
        return f"{actor_id}.{account['session_epoch']}.{self._new_id()}"

    def actor_of(self, session_id: str) -> Actor:
        """Return the actor a session was opened for; raises NotFound when it has ended."""
        return actor_of(self._open(session_id))

    def end(self, session_id: str) -> None:
        """End a session, every copy of its cookie included; ending it again changes nothing.

        Raises:
            StorageError: it could not be written, and the session goes on.
        """
        try:
            self._open(session_id)
        except NotFound:
            return
        now, own_id = self._now(), session_id.rpartition(".")[2]
        with contextlib.suppress(Conflict), writing(self._engine) as connection:
            People(connection).forget_ended_sessions(time_text(now - 2 * SESSION_LENGTH))
            People(connection).end_session(own_id, time_text(now))

    def _open(self, session_id: str) -> Row:
        actor_id, epoch, own_id = (*session_id.split("."), "", "", "")[:3]
        account = None
        # Cookies are signed, but an id of another form must not reach the driver.
        if session_id.isascii() and session_id.isprintable() and own_id:
            with reading(self._engine) as connection:
                account = People(connection).account_of_session(actor_id, own_id)
        if account is None or not account["active"] or epoch != str(account["session_epoch"]):
            raise NotFound(_OVER)
        return account
