"""Tokens for programs: `fml_<prefix>_<secret>`, shown once, kept as a SHA-256.

A fast hash is enough here, unlike for passwords: the secret is 192 random bits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from service.accounts.people import Row
from service.database.times import time_of
from service.errors import Forbidden, InputError

SCOPES = ("documents", "admin")
DAYS = range(1, 367)
# Coarse, so that reading with a token seldom has to write.
_USED_EVERY = dt.timedelta(minutes=10)
_TOKEN = re.compile(r"fml_([0-9a-f]{8})_[0-9a-f]{48}")
_WRONG = "Ключ доступа недействителен: он неизвестен, отозван или истёк."


@dataclass(frozen=True)
class NewToken:
    """A token at the moment it is made, the only one at which its text is known."""

    text: str
    prefix: str
    sha256: str


def new_token() -> NewToken:
    """Return a random token."""
    prefix = secrets.token_hex(4)
    text = f"fml_{prefix}_{secrets.token_hex(24)}"
    return NewToken(text=text, prefix=prefix, sha256=_sha256(text))


def token_prefix(text: str) -> str:
    """Return the visible part by which a token is looked up; raises Forbidden when it is no token."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise Forbidden(_WRONG)
    return match[1]


def checked_token(text: str, row: Row | None, now: dt.datetime) -> Row:
    """Return the row of a token that opens the door now; raises one Forbidden for every other."""
    same = row is not None and hmac.compare_digest(row["token_sha256"], _sha256(text))
    if row is None or not same or row["revoked_at"] is not None or not row["active"]:
        raise Forbidden(_WRONG)
    if time_of(row["expires_at"]) <= now:
        raise Forbidden(_WRONG)
    return row


def use_is_worth_noting(row: Row, now: dt.datetime) -> bool:
    """Say whether `last_used_at` is old enough to be written again."""
    return row["last_used_at"] is None or now - time_of(row["last_used_at"]) >= _USED_EVERY


def checked_scopes(scopes: Sequence[str], *, is_admin: bool) -> str:
    """Return the text in which scopes are kept.

    Raises:
        InputError: an unknown scope, or none.
        Forbidden: the scope `admin` for somebody who is no administrator.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InputError(f"Права ключа: {', '.join(SCOPES)}.")
    if "admin" in scopes and not is_admin:
        raise Forbidden("Права администратора может передать ключу только администратор.")
    return " ".join(sorted(set(scopes)))


def expiry(now: dt.datetime, days: int) -> dt.datetime:
    """Return when a token made now ends; raises InputError for too few or too many days."""
    if days not in DAYS:
        raise InputError(f"Срок действия ключа: от {DAYS[0]} до {DAYS[-1]} дней.")
    return now + dt.timedelta(days=days)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
