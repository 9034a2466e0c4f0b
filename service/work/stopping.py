"""Batches are stopped, go on, and get corrected rows.

A batch is cancelled by a mark on the batch, not on its rows: stopping a hundred thousand of them is one small
write, and so is letting them go on. Everything here holds the lane of the organisation, as claims do, so that
nothing is claimed between the mark and its acknowledgement.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from service.database.tables_work import READY, batch, item, item_data
from service.errors import Conflict, NotFound
from service.work import queries
from service.work.choosing import BROKER, lock_lane
from service.work.values import State

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


def replace_row(
    connection: sa.Connection, place: tuple[str, str, int], payload: str, *, error: str | None
) -> None:
    """Put a corrected payload into a row that is not made.

    Args:
        connection: inside the transaction.
        place: organisation, batch, seq.
        payload: JSON text.
        error: what is kept of a refusal; the row then stays refused.

    Raises:
        NotFound: no such row in this organisation.
        Conflict: the row is done, waits or runs, or the batch is cancelled.
    """
    organisation_id, batch_id, seq = place
    lock_lane(connection, organisation_id)
    if queries.find_batch(connection, organisation_id, batch_id).cancelled:
        raise Conflict("Пакет отменён. Возобновите его, затем исправьте строку.")
    row = (item.c.batch_id == batch_id) & (item.c.seq == seq)
    item_id = connection.execute(sa.select(item.c.id).where(row)).scalar()
    if item_id is None:
        raise NotFound("Строка пакета не найдена.")
    after = {**_AGAIN, "state": "ready" if error is None else "refused", "error": error}
    correctable = row & item.c.state.in_(_CORRECTABLE)
    if not connection.execute(sa.update(item).where(correctable).values(**after)).rowcount:
        raise Conflict("Строка уже выполнена или выполняется: исправить её нельзя.")
    connection.execute(sa.update(item_data).where(item_data.c.item_id == item_id).values(payload=payload))
    connection.execute(sa.update(batch).where(batch.c.id == batch_id, ~batch.c.open).values(open=True))


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
