"""Files that wait to be looked at or are being looked at, as rows of the database.

A process that takes a file moves its fence on, and only under that fence may it write what it found. So two processes
that look at one file at a time do no harm, and a file of a process that was killed is taken by another one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from service.database import reading, writing
from service.database.tables_batches import batch_check, batch_file

# Callers that may wait at a time for the end of a look; each of them keeps a thread of the web server.
_MOST_WAITING = 4
_LOOK_S = 0.1
# A file that ends the process again and again must not do so for ever; kills from outside must not spoil a good file.
MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class Check:
    """How far the look at a file is.

    Attributes:
        start: whether the papers of the good rows are ordered at the end.
        fence: how often a process took the file; 0 while it waits.
        total: rows of the file; 0 until they are counted.
        error: why the file cannot be read, in Russian; None while it is looked at.
    """

    file_id: str
    start: bool
    fence: int = 0
    beat: int = 0
    done: int = 0
    total: int = 0
    error: str | None = None


class Checks:
    """The files of all organisations that are not looked at yet."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._places = threading.BoundedSemaphore(_MOST_WAITING)

    def order(self, connection: sa.Connection, file_id: str, *, start: bool) -> None:
        """Write down that a file is to be looked at, in the transaction that writes the file."""
        connection.execute(sa.insert(batch_check).values(vars(Check(file_id, start))))

    def find(self, file_id: str) -> Check | None:
        """Return how far the look at a file is; None once it has ended well."""
        with reading(self._engine) as connection:
            query = sa.select(batch_check).where(batch_check.c.file_id == file_id)
            found = connection.execute(query).mappings().first()
        return None if found is None else Check(**found)

    def until_ended(self, file_id: str, *, within_s: float) -> Check | None:
        """Return what `find` says once the look has ended, or when the time is over."""
        found = self.find(file_id)
        if found is None or within_s <= 0 or not self._places.acquire(blocking=False):
            return found
        try:
            pause, deadline = threading.Event(), time.monotonic() + within_s
            while found and found.error is None and (left_s := deadline - time.monotonic()) > 0:
                pause.wait(min(_LOOK_S, left_s))
                found = self.find(file_id)
            return found
        finally:
            self._places.release()

    def waiting(self) -> list[Check]:
        """Return the files that are not looked at in full, those that came first before the others."""
        query = sa.select(batch_check).join_from(batch_check, batch_file).where(batch_check.c.error.is_(None))
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(batch_file.c.created_at)).mappings().all()
        return [Check(**one) for one in found]

    def claim(self, seen: Check) -> Check | None:
        """Take a file as it was seen; None when somebody else was faster."""
        taken = {"fence": seen.fence + 1, "beat": 0, "done": 0, "total": 0}
        if not self._write(seen, taken):
            return None
        return Check(seen.file_id, seen.start, fence=seen.fence + 1)

    def beat(self, mine: Check, *, done: int, total: int) -> bool:
        """Say that the look goes on; False when somebody else has taken the file."""
        return self._write(mine, {"beat": batch_check.c.beat + 1, "done": done, "total": total})

    def fail(self, mine: Check, error: str) -> None:
        """Keep why the file cannot be read, unless somebody else has taken it."""
        self._write(mine, {"error": error})

    def hold(self, connection: sa.Connection, mine: Check) -> bool:
        """Keep others from the file until the transaction of the caller ends; False when one of them has it."""
        beat = sa.update(batch_check).where(_is(mine)).values(beat=batch_check.c.beat + 1)
        return bool(connection.execute(beat).rowcount)

    def end(self, mine: Check) -> None:
        """End the look, unless somebody else has taken the file."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(batch_check).where(_is(mine)))

    def _write(self, seen: Check, values: Mapping[str, object]) -> bool:
        with writing(self._engine) as connection:
            return bool(connection.execute(sa.update(batch_check).where(_is(seen)).values(values)).rowcount)


def _is(seen: Check) -> sa.ColumnElement[bool]:
    return (
        (batch_check.c.file_id == seen.file_id)
        & (batch_check.c.fence == seen.fence)
        & batch_check.c.error.is_(None)
    )
