"""What a claim asks the database is answered by a probe of the queue's own indexes, whatever the size."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from work_parts import ANNA, FACTS, KIND, orders

from service.database import reading, writing
from service.database.tables_work import item
from service.errors import StorageFull
from service.work import Order, choosing

ROWS = 3_000


def asked(parts, question):
    """Return the texts that a question sends, with their parameters."""
    sent = []

    def keep(_connection, _cursor, statement, parameters, _context, _many):
        sent.append((statement, parameters))

    sa.event.listen(parts.engine, "before_cursor_execute", keep)
    with reading(parts.engine) as connection:
        question(connection)
    sa.event.remove(parts.engine, "before_cursor_execute", keep)
    return [one for one in sent if one[0].startswith("SELECT")]


def plan_of(connection, statement, parameters):
    """Return how the database goes about a statement, as text."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row[3] for row in rows)
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())


@pytest.mark.parametrize("fresh", [True, False], ids=["with statistics", "without statistics"])
def test_a_claim_never_looks_through_rows_that_wait_or_ended(parts, fresh):
    if not fresh and parts.engine.dialect.name == "postgresql":
        # As in a database whose statistics are older than the batch.
        with writing(parts.engine) as connection:
            connection.execute(sa.text("ALTER TABLE item SET (autovacuum_enabled = off)"))
            connection.execute(sa.text("ANALYZE item"))
    parts.work.enqueue(ANNA, [Order(KIND, {"row": 1})] * (ROWS if fresh else 999), batch=FACTS)
    with writing(parts.engine) as connection:
        ended = sa.update(item).where(item.c.seq < ROWS // 2)
        connection.execute(ended.values(state="done"))

    questions = (
        lambda connection: choosing.waiting_lane(connection),
        lambda connection: choosing.next_number(connection, ANNA.organisation_id),
        lambda connection: choosing.next_number(connection, ANNA.organisation_id, untold=True),
    )
    for question in questions:
        ((statement, parameters),) = asked(parts, question)
        with reading(parts.engine) as connection:
            plan = plan_of(connection, statement, parameters)
        assert "ix_item_row" in plan
        assert "ix_item_single" in plan
        assert "pk_item" not in plan
        assert "Seq Scan on item" not in plan
        assert "SCAN item" not in plan


def test_batches_are_made_in_the_order_in_which_they_came_and_singles_before_them(parts):
    first = parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    second = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    single = parts.work.enqueue(ANNA, orders(1))

    claimed = [parts.leases.claim("w-1").item_id for _ in range(4)]

    rows = [row.id for row in parts.work.rows(ANNA.organisation_id, first)]
    rows += [row.id for row in parts.work.rows(ANNA.organisation_id, second)]
    assert claimed == [single, *rows]


def test_a_batch_whose_rows_all_pause_lets_the_next_one_pass(parts):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    later = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.pause(parts.leases.claim("w-1"), StorageFull("Нет места."), counts=False)

    (row,) = parts.work.rows(ANNA.organisation_id, later)
    assert parts.leases.claim("w-1").item_id == row.id
