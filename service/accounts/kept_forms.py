"""Forms that came after their session had ended: kept for a day for the person who typed them, and for nobody else."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import zlib
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from service.database import reading, writing
from service.database.tables_sessions import kept_form
from service.database.times import time_text
from service.errors import Conflict

KEPT_FOR = dt.timedelta(hours=24)
# More than the longest roadmap; a form is text.
MOST_BYTES = 2_000_000
Controls = Sequence[tuple[str, str]]


class KeptForms:
    """One form for each account: the last one.

    Args:
        engine: upgraded.
        now: gives the time, aware.
    """

    def __init__(self, engine: sa.Engine, *, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._now = now

    def keep(self, actor_id: str, path: str, controls: Controls) -> bool:
        """Keep a form in place of the one before; False when it is too large.

        Args:
            actor_id: an account.
            path: of the page it belongs to.
            controls: name and text of each, in order.
        """
        data = json.dumps(list(controls)).encode()
        if len(data) > MOST_BYTES or len(path) > 200:
            return False
        now = self._now()
        row = {
            "actor_id": actor_id,
            "path": path,
            "controls": zlib.compress(data),
            "kept_at": time_text(now),
        }
        old = sa.or_(kept_form.c.actor_id == actor_id, kept_form.c.kept_at < time_text(now - KEPT_FOR))
        # Two forms of one person at the same moment: one of them is the last one.
        with contextlib.suppress(Conflict), writing(self._engine) as connection:
            connection.execute(sa.delete(kept_form).where(old))
            connection.execute(sa.insert(kept_form).values(row))
        return True

    def find(self, actor_id: str, path: str) -> list[tuple[str, str]] | None:
        """Return the form of a person for a page; None when there is none, or it is older than a day."""
        oldest = time_text(self._now() - KEPT_FOR)
        query = sa.select(kept_form.c.controls).where(
            kept_form.c.actor_id == actor_id, kept_form.c.path == path, kept_form.c.kept_at >= oldest
        )
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar()
        return None if found is None else [(name, text) for name, text in json.loads(zlib.decompress(found))]

    def forget(self, actor_id: str) -> None:
        """Remove the form of a person."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(kept_form).where(kept_form.c.actor_id == actor_id))
