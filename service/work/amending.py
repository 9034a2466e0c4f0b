"""Rows of a batch put right and rows added to it, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from service.database.tables_work import batch, item, item_data
from service.errors import Conflict, NotFound
from service.work import enqueueing, queries
from service.work.values import Order

AGAIN = {"attempt": 0, "pauses": 0, "pause_s": 0, "owner": None, "error": None, "finished_at": None}
_CORRECTABLE = ("refused", "failed", "cancelled")


def replace_row(
    connection: sa.Connection, organisation_id: str, batch_id: str, seq: int, text: str, *, error: str | None
) -> None:
    """Put a payload into a row that was refused, failed or cancelled.

    Args:
        connection: of the transaction.
        organisation_id: who asks.
        batch_id: which batch.
        seq: which row.
        text: the payload as JSON.
        error: why the row stays refused; None lets it be made.

    Raises:
        NotFound: no such row in this organisation.
        Conflict: the row is done, waits or runs, or the batch is cancelled.
    """
    if queries.find_batch(connection, organisation_id, batch_id).cancelled:
        raise Conflict("Пакет отменён. Возобновите его, затем исправьте строку.")
    row = (item.c.batch_id == batch_id) & (item.c.seq == seq)
    item_id = connection.execute(sa.select(item.c.id).where(row)).scalar()
    if item_id is None:
        raise NotFound("Строка пакета не найдена.")
    state = "ready" if error is None else "refused"
    changed = (
        sa.update(item)
        .where(row & item.c.state.in_(_CORRECTABLE))
        .values(**AGAIN | {"state": state, "error": error})
    )
    if not connection.execute(changed).rowcount:
        raise Conflict("Строка уже выполнена или выполняется: исправить её нельзя.")
    connection.execute(sa.update(item_data).where(item_data.c.item_id == item_id).values(payload=text))


def replace_rows(
    connection: sa.Connection, organisation_id: str, batch_id: str, orders: Iterable[Order]
) -> set[int]:
    """Put payloads into rows that may be corrected; return the seqs of those that were."""
    replaced = set()
    for order in orders:
        error = None if order.refused is None else enqueueing.refusal_json(order.refused)
        text = enqueueing.json_text(order.payload)
        try:
            replace_row(connection, organisation_id, batch_id, order.seq or 0, text, error=error)
        except Conflict:  # somebody resumed the row a moment ago
            continue
        replaced.add(order.seq or 0)
    return replaced


def lengthen(connection: sa.Connection, batch_id: str, more: int) -> None:
    """Count rows that were added to a batch."""
    mine = sa.update(batch).where(batch.c.id == batch_id)
    connection.execute(mine.values(total=batch.c.total + more))
