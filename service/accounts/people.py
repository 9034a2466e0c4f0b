"""Rows of organisations, accounts and tokens; knows what is kept, not what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from service.accounts.values import AccountInfo, TokenInfo
from service.database.tables import actor, api_token, organisation
from service.database.tables_sessions import ended_session
from service.database.times import time_of
from service.documents import Actor

Row = Mapping[str, Any]


class People:
    """The rows seen through one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_organisation(self, values: Row) -> None:
        """Insert an organisation."""
        self._connection.execute(sa.insert(organisation).values(values))

    def add_account(self, values: Row) -> None:
        """Insert an account; a taken login raises Conflict."""
        self._connection.execute(sa.insert(actor).values(values))

    def add_token(self, values: Row) -> None:
        """Insert a token."""
        self._connection.execute(sa.insert(api_token).values(values))

    def lock_organisation(self, organisation_id: str) -> bool:
        """Say whether the organisation exists, and keep others from changing its accounts meanwhile."""
        query = sa.select(organisation.c.id).where(organisation.c.id == organisation_id)
        return self._connection.execute(query.with_for_update()).first() is not None

    def any_account(self) -> bool:
        """Say whether there is an account in any organisation."""
        return self._connection.execute(sa.select(actor.c.id).limit(1)).first() is not None

    def account(self, actor_id: str) -> Row | None:
        """Return an account by its id."""
        return self._first(sa.select(actor).where(actor.c.id == actor_id))

    def account_of_session(self, actor_id: str, session_id: str) -> Row | None:
        """Return an account unless this session of it was ended."""
        ended = sa.exists().where(ended_session.c.id == session_id)
        return self._first(sa.select(actor).where(actor.c.id == actor_id, ~ended))

    def end_session(self, session_id: str, ended_at: str) -> None:
        """Note that a session is over; one that is over already raises Conflict."""
        self._connection.execute(sa.insert(ended_session).values(id=session_id, ended_at=ended_at))

    def forget_ended_sessions(self, before: str) -> None:
        """Remove what says nothing any more."""
        self._connection.execute(sa.delete(ended_session).where(ended_session.c.ended_at < before))

    def account_of_login(self, login: str) -> Row | None:
        """Return an account by its normalised login."""
        return self._first(sa.select(actor).where(actor.c.login == login))

    def accounts_of(self, organisation_id: str) -> Sequence[Row]:
        """Return the accounts of an organisation by login."""
        query = sa.select(actor).where(actor.c.organisation_id == organisation_id)
        return self._all(query.order_by(actor.c.login))

    def set_password(self, account: Row, password_hash: str, *, end_sessions: bool) -> bool:
        """Replace the password of an account unless it was replaced since `account` was read."""
        epoch = actor.c.session_epoch + (1 if end_sessions else 0)
        unchanged = sa.and_(actor.c.id == account["id"], actor.c.password_hash == account["password_hash"])
        change = sa.update(actor).where(unchanged).values(password_hash=password_hash, session_epoch=epoch)
        return self._connection.execute(change).rowcount == 1

    def set_active(self, actor_id: str, *, active: bool) -> None:
        """Open or close an account; sessions that are open end."""
        change = sa.update(actor).where(actor.c.id == actor_id)
        epoch = actor.c.session_epoch + 1
        self._connection.execute(change.values(active=active, session_epoch=epoch))

    def token(self, token_id: str) -> Row | None:
        """Return a token with its account, by its id."""
        return self._first(_tokens().where(api_token.c.id == token_id))

    def token_of_prefix(self, prefix: str) -> Row | None:
        """Return a token with its account, by its visible part."""
        return self._first(_tokens().where(api_token.c.prefix == prefix))

    def tokens_of(self, organisation_id: str) -> Sequence[Row]:
        """Return the tokens of an organisation, the newest first."""
        query = _tokens().where(actor.c.organisation_id == organisation_id)
        return self._all(query.order_by(api_token.c.created_at.desc(), api_token.c.id))

    def mark_token(self, token_id: str, values: Row) -> None:
        """Write `last_used_at` or `revoked_at` of a token."""
        self._connection.execute(sa.update(api_token).where(api_token.c.id == token_id).values(values))

    def _first(self, query: sa.Select[Any]) -> Row | None:
        found = self._connection.execute(query).mappings().first()
        return None if found is None else dict(found)

    def _all(self, query: sa.Select[Any]) -> Sequence[Row]:
        return [dict(row) for row in self._connection.execute(query).mappings()]


def _tokens() -> sa.Select[Any]:
    account = (
        actor.c.organisation_id,
        actor.c.name.label("actor_name"),
        actor.c.is_admin,
        actor.c.active,
    )
    return sa.select(api_token, *account).join(actor, actor.c.id == api_token.c.actor_id)


def actor_of(account: Row) -> Actor:
    """Return the actor of an account."""
    return Actor(
        id=account["id"],
        organisation_id=account["organisation_id"],
        name=account["name"],
        is_admin=account["is_admin"],
    )


def actor_of_token(token: Row) -> Actor:
    """Return the account acting through a token, an administrator only with the scope `admin`."""
    return Actor(
        id=token["actor_id"],
        organisation_id=token["organisation_id"],
        name=token["actor_name"],
        is_admin=token["is_admin"] and "admin" in token["scopes"].split(),
        token_id=token["id"],
    )


def account_info(account: Row) -> AccountInfo:
    """Return an account as a list shows it."""
    return AccountInfo(
        id=account["id"],
        organisation_id=account["organisation_id"],
        login=account["login"],
        name=account["name"],
        is_admin=account["is_admin"],
        active=account["active"],
        created_at=time_of(account["created_at"]),
    )


def token_info(token: Row) -> TokenInfo:
    """Return a token as a list shows it."""
    used, revoked = token["last_used_at"], token["revoked_at"]
    return TokenInfo(
        id=token["id"],
        actor_id=token["actor_id"],
        actor_name=token["actor_name"],
        name=token["name"],
        prefix=token["prefix"],
        scopes=tuple(token["scopes"].split()),
        created_at=time_of(token["created_at"]),
        expires_at=time_of(token["expires_at"]),
        last_used_at=None if used is None else time_of(used),
        revoked_at=None if revoked is None else time_of(revoked),
    )
