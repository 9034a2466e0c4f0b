"""What lists and first starts show of accounts and tokens."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FirstAdmin:
    """The administrator made for an empty database; the password is known only here."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Organisation:
    """An organisation as a list shows it."""

    id: str
    name: str


@dataclass(frozen=True)
class AccountInfo:
    """An account as a list shows it."""

    id: str
    organisation_id: str
    login: str
    name: str
    is_admin: bool
    active: bool
    created_at: dt.datetime


@dataclass(frozen=True)
class TokenInfo:
    """A token as a list shows it, without its secret.

    Attributes:
        prefix: the visible part, by which people recognise it.
        scopes: what it opens: `documents`, and `admin` for the rights of its administrator.
    """

    id: str
    actor_id: str
    actor_name: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
