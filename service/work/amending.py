"""Rows of a batch put right and rows added to it, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from service.database.tables_work import batch
from service.errors import Conflict
from service.work import enqueueing, stopping
from service.work.values import Order


def replace_rows(
    connection: sa.Connection, organisation_id: str, batch_id: str, orders: Iterable[Order]
) -> set[int]:
    """Put payloads into rows that may be corrected; return the seqs of those that were."""
    replaced = set()
    for order in orders:
        seq = order.seq or 0
        error = None if order.refused is None else enqueueing.refusal_json(order.refused)
        text = enqueueing.json_text(order.payload)
        try:
            stopping.replace_row(connection, (organisation_id, batch_id, seq), text, error=error)
        except Conflict:  # somebody resumed the row a moment ago
            continue
        replaced.add(seq)
    return replaced


def add_rows(connection: sa.Connection, rows: enqueueing.Prepared) -> None:
    """Insert more rows into a batch and count them.

    Raises:
        Conflict: a seq is taken.
    """
    enqueueing.write_items(connection, rows)
    mine = sa.update(batch).where(batch.c.id == rows.batch_id)
    connection.execute(mine.values(total=batch.c.total + len(rows.items)))
