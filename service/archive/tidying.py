"""What a keeper does now and then: forgotten reservations, old idempotency keys, files without a row."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
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
# Longer than any paper takes, and less than the time between two rounds of the upkeep.
BETWEEN_LOOKS_S = 1800
_FILES_AT_ONCE = 500


@dataclass(frozen=True)
class Tidied:
    """How many reservations were voided, keys forgotten and files removed."""

    reservations: int
    keys: int
    files: int


class Tidying:
    """Does everything once when it is asked to; safe in several processes at a time.

    A file is removed at the second look only, long after the first. Its age is told by the clock, which may jump two
    days ahead between the file of a paper and its row; no paper takes as long as the time between the looks, which is
    measured by a clock that does not jump.

    Args:
        engine: upgraded.
        storage: where the bytes are.
        journal: whose forgotten reservations become void.
        now: gives the time, aware.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        engine: sa.Engine,
        storage: Storage,
        journal: Journal,
        *,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._storage, self._journal = engine, storage, journal
        self._now, self._clock = now, clock
        self._seen: dict[str, float] = {}

    def once(self) -> Tidied:
        """Do everything once.

        Raises:
            StorageError: database or storage do not answer; what is left is done the next time.
        """
        before = time_text(self._now() - KEY_LIFE)
        reservations = self._journal.sweep()
        with writing(self._engine) as connection:
            old = sa.delete(idempotency).where(idempotency.c.created_at < before)
            keys = connection.execute(old).rowcount
        return Tidied(reservations, keys, self._remove_orphans())

    def _remove_orphans(self) -> int:
        if not isinstance(self._storage, ListedStorage):
            return 0
        looked, removed, after, seen = self._clock(), 0, "", self._seen
        self._seen = {}
        while names := self._storage.names(after=after, limit=_FILES_AT_ONCE):
            after = names[-1][0]
            old = [name for name, age_s in names if age_s > ORPHAN_LIFE_S]
            for name in sorted(set(old) - used_files(self._engine, old)):
                first = self._seen[name] = seen.get(name, looked)
                if looked - first >= BETWEEN_LOOKS_S and self._discard(self._storage, name):
                    del self._seen[name]
                    removed += 1
        return removed

    def _discard(self, storage: ListedStorage, name: str) -> bool:
        return storage.discard(
            name, unused_s=ORPHAN_LIFE_S, unused=lambda: not used_files(self._engine, [name])
        )
