"""Which organisation a command means, when most installations have one."""

from __future__ import annotations

import sqlalchemy as sa

from service.accounts.people import People
from service.database import reading
from service.errors import InputError, NotFound


def only_organisation(engine: sa.Engine, organisation_id: str = "") -> str:
    """Return the organisation named, or the only one there is.

    Raises:
        NotFound: no such organisation, or none at all.
        InputError: there are several and none is named.
    """
    with reading(engine) as connection:
        known = People(connection).organisation_ids()
    if organisation_id in known:
        return organisation_id
    if organisation_id or not known:
        raise NotFound("Организация не найдена.")
    if len(known) > 1:
        raise InputError(f"Назовите организацию: --organisation, одна из {', '.join(known)}.")
    return known[0]
