"""The accounts: what the rest of the service may do with organisations, people and tokens."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

from service.accounts import tokens
from service.accounts.kept_forms import KeptForms
from service.accounts.passwords import Passwords, checked_login, checked_name, login_key, random_password
from service.accounts.people import People, Row, account_info, actor_of, actor_of_token, token_info
from service.accounts.sessions import Sessions
from service.accounts.values import AccountInfo, FirstAdmin, TokenInfo
from service.database import reading, writing
from service.database.times import time_text
from service.documents import Actor
from service.errors import Conflict, Forbidden, NotFound, StorageError

log = logging.getLogger(__name__)

_NO_ACCOUNT = "Учётная запись не найдена."


class Accounts:
    """Organisations, accounts, sessions and tokens.

    Args:
        engine: from `service.database.open_database`, upgraded.
        now: gives the time, aware.
        new_id: gives a new random id.
        hasher: argon2id with the parameters of RFC 9106 when not given.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._engine = engine
        self._now = now
        self._new_id = new_id
        self._passwords = Passwords(hasher or PasswordHasher())
        self.sessions = Sessions(engine, now=now, new_id=new_id)
        self.kept_forms = KeptForms(engine, now=now)

    def create_organisation(self, name: str) -> str:
        """Record an organisation and return its id; raises InputError for an empty or long name."""
        organisation_id = self._new_id()
        values = {"id": organisation_id, "name": checked_name(name), "created_at": time_text(self._now())}
        with writing(self._engine) as connection:
            People(connection).add_organisation(values)
        return organisation_id

    def create_account(
        self, organisation_id: str, *, login: str, name: str, password: str, is_admin: bool = False
    ) -> Actor:
        """Record an account.

        Raises:
            InputError: login, name or password are not acceptable; `messages` names the field.
            Conflict: the login is taken.
            NotFound: no such organisation.
        """
        account = self._account_row(organisation_id, login, name, password, is_admin=is_admin)
        with writing(self._engine) as connection:
            people = People(connection)
            if not people.lock_organisation(organisation_id):
                raise NotFound("Организация не найдена.")
            if people.account_of_login(account["login"]) is not None:
                text = "Этот логин уже занят. Выберите другой."
                raise Conflict(text, messages={"login": [text]})
            people.add_account(account)
        return actor_of(account)

    def ensure_first_admin(
        self, *, organisation_name: str = "Организация", login: str = "admin"
    ) -> FirstAdmin | None:
        """Make an organisation and its administrator when there is no account at all, else return None."""
        with reading(self._engine) as connection:
            if People(connection).any_account():
                return None
        password, name = random_password(), checked_name(organisation_name)
        row = self._account_row(self._new_id(), login, "Администратор", password, is_admin=True)
        first = {"id": row["organisation_id"], "name": name, "created_at": row["created_at"]}
        try:
            with writing(self._engine) as connection:
                people = People(connection)
                if people.any_account():
                    return None
                people.add_organisation(first)
                people.add_account(row)
        except Conflict:
            # PostgreSQL lets two processes come this far; the login lets one of them through.
            return None
        return FirstAdmin(login=row["login"], password=password)

    def sign_in(self, login: str, password: str) -> Actor:
        """Return the actor with this login and password.

        Raises:
            Forbidden: unknown login, wrong password or closed account: one text and one time for all.
        """
        account = self._account_of_login(login)
        kept = None if account is None else account["password_hash"]
        right = self._passwords.matches(kept, password)
        if account is None or not right or not account["active"]:
            raise Forbidden("Неверный логин или пароль.")
        if self._passwords.outdated(account["password_hash"]):
            self._rehash(account, password)
        return actor_of(account)

    def get_actor(self, actor_id: str) -> Actor:
        """Return the actor of an open account; raises NotFound for any other."""
        return actor_of(self._open_account(actor_id))

    def change_password(self, actor_id: str, *, old_password: str, new_password: str) -> None:
        """Replace a password by its owner; every open session ends.

        Raises:
            Forbidden: the old password is wrong.
            InputError: the new one is not acceptable.
            Conflict: it was changed at the same moment by somebody else.
        """
        account = self._open_account(actor_id)
        if not self._passwords.matches(account["password_hash"], old_password):
            raise Forbidden("Текущий пароль указан неверно.")
        self._replace_password(account, new_password)

    def set_password(self, login: str, new_password: str) -> None:
        """Replace a password without the old one; raises NotFound or InputError. Open sessions end."""
        account = self._account_of_login(login)
        if account is None:
            raise NotFound(_NO_ACCOUNT)
        self._replace_password(account, new_password)

    def set_active(self, organisation_id: str, actor_id: str, *, active: bool) -> None:
        """Close an account or open it again; sessions end and tokens stop at once.

        Raises:
            NotFound: no such account in this organisation.
            Conflict: it is the last open administrator.
        """
        with writing(self._engine) as connection:
            people = People(connection)
            people.lock_organisation(organisation_id)
            accounts = {row["id"]: row for row in people.accounts_of(organisation_id)}
            if actor_id not in accounts:
                raise NotFound(_NO_ACCOUNT)
            admins = {row["id"] for row in accounts.values() if row["is_admin"] and row["active"]}
            if not active and admins == {actor_id}:
                raise Conflict("Нельзя закрыть учётную запись единственного администратора.")
            people.set_active(actor_id, active=active)

    def accounts_of(self, organisation_id: str) -> list[AccountInfo]:
        """Return the accounts of an organisation by login."""
        with reading(self._engine) as connection:
            rows = People(connection).accounts_of(organisation_id)
        return [account_info(row) for row in rows]

    def create_token(
        self, actor: Actor, name: str, expires_in_days: int, *, scopes: Sequence[str] = ("documents",)
    ) -> tuple[str, TokenInfo]:
        """Return the text of a new token, which cannot be shown again, and what the list shows of it.

        Args:
            actor: for whom it acts; a token cannot make tokens.
            name: what it is for, in the words of its owner.
            expires_in_days: 1 to 366.
            scopes: `documents`, and `admin` if it shall have the rights of an administrator.

        Raises:
            InputError: name, term or scopes are not acceptable.
            Forbidden: the actor may not make this token.
        """
        if actor.token_id:
            raise Forbidden("Ключ доступа создаёт человек, вошедший с паролем, а не другой ключ.")
        now, token = self._now(), tokens.new_token()
        row = {
            "id": self._new_id(),
            "actor_id": actor.id,
            "prefix": token.prefix,
            "token_sha256": token.sha256,
            "name": checked_name(name),
            "scopes": tokens.checked_scopes(scopes, is_admin=actor.is_admin),
            "created_at": time_text(now),
            "expires_at": time_text(tokens.expiry(now, expires_in_days)),
        }
        with writing(self._engine) as connection:
            people = People(connection)
            account = people.account(actor.id)
            if account is None or not account["active"]:
                raise NotFound(_NO_ACCOUNT)
            people.add_token(row)
        unused = {"actor_name": account["name"], "last_used_at": None, "revoked_at": None}
        return token.text, token_info({**row, **unused})

    def actor_of_token(self, text: str) -> Actor:
        """Return the actor a token stands for.

        Raises:
            Forbidden: unknown, revoked or expired token, or a closed account: one text for all.
        """
        prefix, now = tokens.token_prefix(text), self._now()
        with reading(self._engine) as connection:
            found = People(connection).token_of_prefix(prefix)
        row = tokens.checked_token(text, found, now)
        if tokens.use_is_worth_noting(row, now):
            self._note_use(row, now)
        return actor_of_token(row)

    def list_tokens(self, actor: Actor) -> list[TokenInfo]:
        """Return the actor's tokens, all of the organisation for an administrator, the newest first."""
        with reading(self._engine) as connection:
            rows = People(connection).tokens_of(actor.organisation_id)
        return [token_info(row) for row in rows if actor.is_admin or row["actor_id"] == actor.id]

    def revoke_token(self, actor: Actor, token_id: str) -> None:
        """End a token at once; ending it again changes nothing.

        Raises:
            NotFound: no such token, or it is not the actor's to end.
        """
        with writing(self._engine) as connection:
            people = People(connection)
            row = people.token(token_id)
            mine = row is not None and row["organisation_id"] == actor.organisation_id
            if row is None or not mine or not (actor.is_admin or row["actor_id"] == actor.id):
                raise NotFound("Ключ доступа не найден.")
            if row["revoked_at"] is None:
                people.mark_token(token_id, {"revoked_at": time_text(self._now())})

    def _account_row(
        self, organisation_id: str, login: str, name: str, password: str, *, is_admin: bool
    ) -> dict[str, Any]:
        return {
            "id": self._new_id(),
            "organisation_id": organisation_id,
            "login": checked_login(login),
            "name": checked_name(name),
            "password_hash": self._passwords.hash(password),
            "is_admin": is_admin,
            "active": True,
            "session_epoch": 1,
            "created_at": time_text(self._now()),
        }

    def _account_of_login(self, login: str) -> Row | None:
        key = login_key(login)
        if key is None:
            return None
        with reading(self._engine) as connection:
            return People(connection).account_of_login(key)

    def _open_account(self, actor_id: str) -> Row:
        # Session cookies are signed, but an id of another form must not reach the driver.
        account = None
        if actor_id.isascii() and actor_id.isprintable():
            with reading(self._engine) as connection:
                account = People(connection).account(actor_id)
        if account is None or not account["active"]:
            raise NotFound(_NO_ACCOUNT)
        return account

    def _replace_password(self, account: Row, password: str) -> None:
        password_hash = self._passwords.hash(password)
        with writing(self._engine) as connection:
            if not People(connection).set_password(account, password_hash, end_sessions=True):
                raise Conflict("Пароль только что изменён. Войдите заново.")

    def _rehash(self, account: Row, password: str) -> None:
        password_hash = self._passwords.hash(password)
        self._try(lambda people: people.set_password(account, password_hash, end_sessions=False))

    def _note_use(self, row: Row, now: dt.datetime) -> None:
        self._try(lambda people: people.mark_token(row["id"], {"last_used_at": time_text(now)}))

    def _try(self, change: Callable[[People], object]) -> None:
        try:
            with writing(self._engine) as connection:
                change(People(connection))
        except StorageError as error:
            # Coming in and reading go on while nothing can be written; the next time will do.
            log.warning("a password hash was not renewed or a use not noted: %s", error)
