"""What an operator looks up by hand: organisations, an account by its login; no organisation filter here."""

from __future__ import annotations

import sqlalchemy as sa

from service.accounts.people import People, actor_of
from service.accounts.values import Organisation
from service.database import reading
from service.database.tables import organisation
from service.documents import Actor
from service.errors import NotFound


def organisations(engine: sa.Engine) -> list[Organisation]:
    """Return all organisations by name."""
    query = sa.select(organisation.c.id, organisation.c.name).order_by(organisation.c.name, organisation.c.id)
    with reading(engine) as connection:
        return [Organisation(one.id, one.name) for one in connection.execute(query)]


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
