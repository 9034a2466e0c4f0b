"""The work as those see it who order papers: enqueue, look, cancel, correct, resume."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

import sqlalchemy as sa

from service.database import reading, writing
from service.database.bulk import renew_statistics
from service.database.tables_work import batch as batch_table
from service.database.tables_work import item, item_data
from service.database.times import time_text
from service.documents import Actor
from service.errors import Conflict, InputError
from service.work import enqueueing, queries, stopping
from service.work.depth import Depth, read_depth
from service.work.enqueueing import Key
from service.work.values import BatchFacts, BatchProgress, BatchSummary, Job, Order, Row, State

MAX_PAGE = 1000
QUOTA = 200_000


class Work:
    """Papers ordered and not made yet, and what became of them. The record is the queue: no row, no paper.

    Args:
        engine: from `service.database.open_database`, upgraded.
        now: gives the time, aware; only shown and never compared to decide who may work.
        new_id: gives a new random id.
        quota: rows of one organisation that may wait at a time.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        quota: int = QUOTA,
    ) -> None:
        self._engine = engine
        self._now = now
        self._new_id = new_id
        self._quota = quota

    def enqueue(
        self,
        actor: Actor,
        orders: Iterable[Order],
        *,
        batch: BatchFacts | None = None,
        idempotency_key: str | None = None,
        request_sha256: str = "",
        together: Callable[[sa.Connection, str], object] = lambda connection, work_id: None,
    ) -> str:
        """Write orders down in one transaction; return the id of the batch, or of the single job without one.

        A repeat with the same idempotency key, which needs the hash of its request, returns the same id.
        What `together` writes stands or falls with the orders.

        Raises:
            InputError: the key or a payload cannot be recorded.
            Conflict: the key was used for another request, or two rows have the same seq.
            QueueFull: too many rows of this organisation wait already.
        """
        key = None if idempotency_key is None else Key(idempotency_key, request_sha256)
        if stored := key and self._find_key(actor.organisation_id, key):
            return stored
        batch_id = None if batch is None else self._new_id()
        # A single paper keeps its key to the end: the record then knows it for direct calls as well.
        kept = {} if key is None or batch else key.options()
        rows = self._prepared(actor, orders, batch_id, kept)
        try:
            self._write(actor, batch, key, rows, together)
        except Conflict:  # perhaps somebody with the same key was faster
            if stored := key and self._find_key(actor.organisation_id, key):
                return stored
            raise
        return rows.work_id

    def job(self, organisation_id: str, item_id: str) -> Job:
        """Return a single paper of the work; raises NotFound."""
        with reading(self._engine) as connection:
            return queries.find_row(connection, organisation_id, item_id)

    def batch(self, organisation_id: str, batch_id: str) -> BatchProgress:
        """Return how far a batch is; raises NotFound."""
        with reading(self._engine) as connection:
            summary = queries.find_batch(connection, organisation_id, batch_id)
            return queries.count_progress(connection, summary, self._now())

    def batches(self, organisation_id: str, *, limit: int = 50) -> list[BatchSummary]:
        """Return batches, the newest first."""
        with reading(self._engine) as connection:
            return queries.list_batches(connection, organisation_id, limit)

    def courses(self, organisation_id: str, *, limit: int = 50) -> list[BatchProgress]:
        """Return how far batches are, the newest first."""
        with reading(self._engine) as connection:
            found = queries.list_batches(connection, organisation_id, limit)
            return [queries.count_progress(connection, one, self._now()) for one in found]

    def depth(self) -> Depth:
        """Return how much waits in the whole queue, of all organisations, and for how long."""
        with reading(self._engine) as connection:
            return read_depth(connection, self._now())

    def rows(
        self,
        organisation_id: str,
        batch_id: str,
        *,
        after: int = 0,
        limit: int = 100,
        states: Sequence[State] = (),
    ) -> list[Row]:
        """Return rows of a batch in the order of their seq.

        Args:
            organisation_id: who asks.
            batch_id: which batch.
            after: only rows with a greater seq.
            limit: 1 to 1000 rows.
            states: only rows in one of these; empty for all.

        Raises:
            NotFound: no such batch in this organisation.
            InputError: the limit is out of range.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise InputError(f"Параметр limit: от 1 до {MAX_PAGE}.")
        with reading(self._engine) as connection:
            summary = queries.find_batch(connection, organisation_id, batch_id)
            return queries.list_rows(connection, summary, after=after, limit=limit, states=states)

    def cancel(self, organisation_id: str, batch_id: str) -> int:
        """Stop a batch and return how many rows will not be made; a second call changes nothing.

        One mark cancels all rows that wait, however many. Rows that are being made right now are stopped too:
        their fence moves on, and what their workers bring is thrown away.

        Raises:
            NotFound: no such batch in this organisation.
        """
        with writing(self._engine) as connection:
            return stopping.cancel_batch(connection, organisation_id, batch_id, time_text(self._now()))

    def retry(
        self, organisation_id: str, batch_id: str, *, states: Sequence[State] = ("failed", "cancelled")
    ) -> int:
        """Let rows that failed or were cancelled go on and return how many; a cancelled batch is resumed.

        Rows that are done stay as they are, so nothing is made or numbered twice.

        Raises:
            NotFound: no such batch in this organisation.
            QueueFull: too many rows of this organisation wait already.
        """
        if not set(states) <= {"failed", "cancelled"}:
            raise ValueError("only failed and cancelled rows can be retried")
        with writing(self._engine) as connection:
            count = stopping.resume_batch(connection, organisation_id, batch_id, states)
            enqueueing.refuse_over_quota(connection, organisation_id, 0, self._quota)
            return count

    def amend(
        self,
        actor: Actor,
        batch_id: str,
        *,
        corrected: Iterable[Order],
        added: Iterable[Order],
        together: Callable[[sa.Connection, set[int]], object],
    ) -> None:
        """Correct rows of a batch by their seq and add others to it, all in one transaction.

        A cancelled batch goes on; its cancelled rows stay as they are, unless they are corrected. Rows that are
        done or being made meanwhile are left alone.

        Args:
            actor: who asks.
            batch_id: which batch.
            corrected: orders for rows of the batch.
            added: orders for seqs that the batch does not have.
            together: writes more in this transaction; gets the seqs that were corrected.

        Raises:
            NotFound: no such batch or row in this organisation.
            Conflict: a seq of the added rows is taken.
            QueueFull: too many rows of this organisation wait already.
        """
        new = self._prepared(actor, added, batch_id, {})
        with writing(self._engine) as connection:
            stopping.resume_batch(connection, actor.organisation_id, batch_id, states=())
            replaced = stopping.replace_rows(connection, batch_id, corrected)
            stopping.add_rows(connection, new)
            enqueueing.refuse_over_quota(connection, actor.organisation_id, 0, self._quota)
            together(connection, replaced)

    def forget_keys(self, *, after: dt.timedelta) -> int:
        """Forget idempotency keys that are older than this and whose papers no longer wait; return how many."""
        with writing(self._engine) as connection:
            return enqueueing.forget_keys(connection, time_text(self._now() - after))

    def _prepared(
        self, actor: Actor, orders: Iterable[Order], batch_id: str | None, key_options: Mapping[str, str]
    ) -> enqueueing.Prepared:
        return enqueueing.prepared(
            orders,
            actor=actor,
            batch_id=batch_id,
            created_at=time_text(self._now()),
            new_id=self._new_id,
            key_options=key_options,
        )

    def _write(
        self,
        actor: Actor,
        facts: BatchFacts | None,
        key: Key | None,
        rows: enqueueing.Prepared,
        together: Callable[[sa.Connection, str], object],
    ) -> None:
        enqueueing.require_rows(rows)
        self._open_lane(actor.organisation_id)
        with writing(self._engine) as connection:
            if key is not None:
                enqueueing.write_key(connection, actor, key, work_id=rows.work_id, created_at=rows.created_at)
            enqueueing.refuse_over_quota(connection, actor.organisation_id, rows.waiting, self._quota)
            if facts is not None:
                enqueueing.write_batch(connection, facts, actor=actor, rows=rows)
            enqueueing.write_items(connection, rows)
            together(connection, rows.work_id)
        renew_statistics(self._engine, (batch_table, item, item_data), len(rows.items))

    def _open_lane(self, organisation_id: str) -> None:
        """Open the lane before, and not in, the transaction that writes the rows: others would wait for it."""
        with reading(self._engine) as connection:
            if enqueueing.has_lane(connection, organisation_id):
                return
        with writing(self._engine) as connection:
            enqueueing.open_lane(connection, organisation_id)

    def _find_key(self, organisation_id: str, key: Key) -> str | None:
        with reading(self._engine) as connection:
            return enqueueing.work_of_key(connection, organisation_id, key)
