"""What a keeper does now and then: forgotten reservations, old idempotency keys, files without a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from service.archive.journal import Journal
from service.archive.scrub import used_files
from service.database import writing
from service.database.tables import idempotency
from service.database.times import time_text
from service.storage import ListedStorage, Storage

KEY_LIFE = dt.timedelta(days=30)
# Far longer than any paper takes from its file to its row.
ORPHAN_LIFE_S = 24 * 3600
_FILES_AT_ONCE = 500


@dataclass(frozen=True)
class Tidied:
    """How many reservations were voided, keys forgotten and files removed."""

    reservations: int
    keys: int
    files: int


def tidy(engine: sa.Engine, storage: Storage, journal: Journal, *, now: dt.datetime) -> Tidied:
    """Do everything once; safe in several processes at a time.

    Raises:
        StorageError: database or storage do not answer; what is left is done the next time.
    """
    before = time_text(now - KEY_LIFE)
    reservations = journal.sweep()
    with writing(engine) as connection:
        keys = connection.execute(sa.delete(idempotency).where(idempotency.c.created_at < before)).rowcount
    return Tidied(reservations, keys, _remove_orphans(engine, storage))


def _remove_orphans(engine: sa.Engine, storage: Storage) -> int:
    if not isinstance(storage, ListedStorage):
        return 0
    removed, after = 0, ""
    while names := storage.names(after=after, limit=_FILES_AT_ONCE):
        after = names[-1][0]
        old = [name for name, age_s in names if age_s > ORPHAN_LIFE_S]
        for name in sorted(set(old) - used_files(engine, old)):
            removed += storage.discard(
                name,
                unused_s=ORPHAN_LIFE_S,
                unused=lambda one=name: not used_files(engine, [one]),  # type: ignore[misc]  # bound now
            )
    return removed
