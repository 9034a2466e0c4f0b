"""Batches are stopped, go on, and get corrected rows.

A batch is cancelled by a mark on the batch, not on its rows: stopping a hundred thousand of them is one small
write, and so is letting them go on. Everything here holds the lane of the organisation, as claims do, so that
nothing is claimed between the mark and its acknowledgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from service.database.tables_work import READY, batch, item, item_data
from service.errors import NotFound
from service.work import queries
from service.work.choosing import BROKER, lock_lane
from service.work.enqueueing import Prepared, json_text, refusal_json, write_items
from service.work.values import Order, State

_AGAIN = {"attempt": 0, "pauses": 0, "pause_s": 0, "owner": None, "error": None, "finished_at": None}
_CORRECTABLE = ("refused", "failed", "cancelled")


def cancel_batch(connection: sa.Connection, organisation_id: str, batch_id: str, stopped_at: str) -> int:
    """Mark a batch as cancelled and take the rows that run; return how many rows will not be made.

    Raises:
        NotFound: no such batch in this organisation.
    """
    lock_lane(connection, organisation_id)
    if queries.find_batch(connection, organisation_id, batch_id).cancelled:
        return 0
    mark = sa.update(batch).where(batch.c.id == batch_id)
    connection.execute(mark.values(cancelled_at=stopped_at, open=False))
    mine = item.c.batch_id == batch_id
    ended = {"state": "cancelled", "fence": item.c.fence + 1, "owner": None, "finished_at": stopped_at}
    running = sa.update(item).where(mine, item.c.state == "running").values(ended)
    taken = connection.execute(running).rowcount
    told = sa.update(item).where(mine, READY, item.c.owner == BROKER).values(owner=None)
    connection.execute(told)
    return taken + queries.count_waiting(connection, batch_id)


def resume_batch(
    connection: sa.Connection, organisation_id: str, batch_id: str, states: Sequence[State]
) -> int:
    """Take the mark away and let rows in these states go on; return how many.

    Raises:
        NotFound: no such batch in this organisation.
    """
    lock_lane(connection, organisation_id)
    count = 0
    if queries.find_batch(connection, organisation_id, batch_id).cancelled:
        count = _unmark_rows(connection, batch_id, revive="cancelled" in states)
    whole = sa.update(batch).where(batch.c.id == batch_id)
    connection.execute(whole.values(cancelled_at=None, open=True))
    chosen = (item.c.batch_id == batch_id) & item.c.state.in_(states)
    return count + connection.execute(sa.update(item).where(chosen).values(state="ready", **_AGAIN)).rowcount


def replace_rows(connection: sa.Connection, batch_id: str, orders: Iterable[Order]) -> set[int]:
    """Put payloads into rows that may be corrected, and leave the others alone; return the seqs of those that were.

    A refused order keeps its row refused; any other lets it be made. The caller has resumed the batch, and so holds
    its lane.

    Raises:
        NotFound: the batch has no such row.
    """
    return {seq for seq in (_put(connection, batch_id, order) for order in orders) if seq is not None}


def add_rows(connection: sa.Connection, rows: Prepared) -> None:
    """Insert more rows into a batch and count them.

    Raises:
        Conflict: a seq is taken.
    """
    write_items(connection, rows)
    mine = sa.update(batch).where(batch.c.id == rows.batch_id)
    connection.execute(mine.values(total=batch.c.total + len(rows.items)))


def _put(connection: sa.Connection, batch_id: str, order: Order) -> int | None:
    """Return the seq of a row that got the payload of an order, None for one that is done, waits or runs."""
    row = (item.c.batch_id == batch_id) & (item.c.seq == order.seq)
    item_id = connection.execute(sa.select(item.c.id).where(row)).scalar()
    if item_id is None:
        raise NotFound("Строка пакета не найдена.")
    error = None if order.refused is None else refusal_json(order.refused)
    after = {**_AGAIN, "state": "ready" if error is None else "refused", "error": error}
    correctable = row & item.c.state.in_(_CORRECTABLE)
    if not connection.execute(sa.update(item).where(correctable).values(**after)).rowcount:
        return None
    payload = sa.update(item_data).where(item_data.c.item_id == item_id)
    connection.execute(payload.values(payload=json_text(order.payload)))
    return order.seq


def _unmark_rows(connection: sa.Connection, batch_id: str, *, revive: bool) -> int:
    """Let the rows under the mark go on as new ones, or write the cancelling into each of them."""
    waiting = sa.update(item).where(item.c.batch_id == batch_id, READY)
    if not revive:
        cancelled_at = sa.select(batch.c.cancelled_at).where(batch.c.id == batch_id).scalar_subquery()
        connection.execute(waiting.values(state="cancelled", finished_at=cancelled_at))
        return 0
    tried = (item.c.attempt > 0) | (item.c.pauses > 0)
    connection.execute(waiting.where(tried).values(**_AGAIN))
    return queries.count_waiting(connection, batch_id)
