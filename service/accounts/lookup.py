"""What an operator looks up by hand: organisations, an account by its login; no organisation filter here."""

from __future__ import annotations

import sqlalchemy as sa

from service.accounts.people import People, actor_of
from service.accounts.values import Organisation
from service.database import reading
from service.database.tables import organisation
from service.documents import Actor
from service.errors import InputError, NotFound


def organisations(engine: sa.Engine) -> list[Organisation]:
    """Return all organisations by name."""
    query = sa.select(organisation.c.id, organisation.c.name).order_by(organisation.c.name, organisation.c.id)
    with reading(engine) as connection:
        return [Organisation(one.id, one.name) for one in connection.execute(query)]


def only_organisation(engine: sa.Engine, wanted: str | None = None) -> str:
    """Return the id of the organisation of this id or name; without one, of the only organisation there is.

    Raises:
        InputError: it is not clear which organisation is meant; the text lists them.
    """
    known = organisations(engine)
    fit = [one.id for one in known if not wanted or wanted in (one.id, one.name)]
    if len(fit) == 1:
        return fit[0]
    listed = "; ".join(f"{one.name} ({one.id})" for one in known) or "ни одной"
    raise InputError(f"Укажите организацию: --organisation ИМЯ или код. Есть: {listed}.")


def account_of_login(engine: sa.Engine, login: str) -> Actor:
    """Return whom a login stands for.

    Raises:
        NotFound: no such account, or it is closed.
    """
    with reading(engine) as connection:
        account = People(connection).account_of_login(login)
    if account is None or not account["active"]:
        raise NotFound(f"Учётной записи «{login}» нет, или она закрыта.")
    return actor_of(account)
