"""A batch is cancelled by one mark: at once, whatever its size, and nothing is recorded afterwards."""

from __future__ import annotations

import dataclasses
import threading

import pytest
import sqlalchemy as sa
from work_parts import ANNA, FACTS, KIND, correct, open_parts, orders

from service.database import reading, writing
from service.database.tables_work import batch, item
from service.errors import LeaseLost, QueueFull
from service.work import Order
from service.work.choosing import BROKER
from service.work.keeper import Keeper
from tests.doubles import eventually
from tests.samples import read_sample

OURS = ANNA.organisation_id


def kept_states(parts):
    """What stands in the table, whatever is shown of it."""
    with reading(parts.engine) as connection:
        return [row.state for row in connection.execute(sa.select(item.c.state).order_by(item.c.number))]


def test_cancelling_writes_to_no_row_that_waits(parts):
    batch_id = parts.work.enqueue(ANNA, orders(5), batch=FACTS)
    parts.leases.claim("w-1")

    stopped = parts.work.cancel(OURS, batch_id)

    assert stopped == 5
    assert kept_states(parts) == ["cancelled", "ready", "ready", "ready", "ready"]
    rows = parts.work.rows(OURS, batch_id)
    assert {(row.state, row.finished_at) for row in rows} == {("cancelled", parts.clock.moment)}
    assert len(parts.work.rows(OURS, batch_id, states=["cancelled"])) == 5
    assert parts.work.rows(OURS, batch_id, states=["ready", "running"]) == []
    assert parts.work.job(OURS, rows[4].id).state == "cancelled"
    assert parts.work.cancel(OURS, batch_id) == 0


def test_nothing_is_recorded_after_a_cancel_is_acknowledged_however_busy_the_workers_are(parts):
    batch_id = parts.work.enqueue(ANNA, orders(400), batch=FACTS)
    over = threading.Event()

    def work(worker_id):
        while not over.is_set() and (claim := parts.leases.claim(worker_id)) is not None:
            parts.maker.make(claim)

    workers = [threading.Thread(target=work, args=(f"w-{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    try:
        eventually(lambda: parts.count() >= 8, within_s=60)
        parts.work.cancel(OURS, batch_id)
        acknowledged = parts.work.batch(OURS, batch_id)
        recorded = parts.count()
        for worker in workers:
            worker.join(60)
    finally:
        over.set()

    assert acknowledged.ended
    assert acknowledged.counts["done"] == recorded == parts.count()
    assert acknowledged.counts["cancelled"] == 400 - recorded > 0
    assert parts.work.batch(OURS, batch_id).counts == acknowledged.counts


def test_a_worker_that_held_a_row_over_a_cancel_and_a_resume_has_lost_it(parts):
    batch_id = parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    stale = parts.leases.claim("w-1")
    parts.work.cancel(OURS, batch_id)
    assert parts.leases.take(stale.item_id, "w-2", redelivered=True) is None

    parts.work.retry(OURS, batch_id)

    with pytest.raises(LeaseLost):
        parts.leases.pause(stale, LeaseLost("нет"), counts=True)
    assert parts.maker.make(stale) == "lost"
    fresh = parts.leases.claim("w-1")
    assert (fresh.item_id, parts.maker.make(fresh), parts.count()) == (stale.item_id, "done", 1)


def test_resuming_only_what_failed_leaves_the_rest_cancelled(parts):
    batch_id = parts.work.enqueue(ANNA, [Order(KIND, {"нет": 1}), *orders(2)], batch=FACTS)
    parts.maker.make(parts.leases.claim("w-1"))
    parts.work.cancel(OURS, batch_id)

    count = parts.work.retry(OURS, batch_id, states=["failed"])

    counts = parts.work.batch(OURS, batch_id).counts
    assert (count, counts["ready"], counts["cancelled"]) == (1, 1, 2)
    assert kept_states(parts) == ["ready", "cancelled", "cancelled"]
    correct(parts, batch_id, read_sample(KIND), seq=2)
    assert parts.work.batch(OURS, batch_id).counts["ready"] == 2


def test_a_resumed_row_has_all_its_attempts_again(parts):
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.pause(parts.leases.claim("w-1"), LeaseLost("Упал."), counts=True)
    parts.work.cancel(OURS, batch_id)

    parts.work.retry(OURS, batch_id)

    claim = parts.leases.claim("w-1")
    assert (claim.attempt, claim.pauses) == (1, 0)


def test_a_cancelled_batch_does_not_count_against_the_quota(tmp_path, press):
    parts = open_parts(f"sqlite:///{tmp_path / 'q.db'}", tmp_path, press, quota=5)
    batch_id = parts.work.enqueue(ANNA, orders(5), batch=FACTS)
    with pytest.raises(QueueFull):
        parts.work.enqueue(ANNA, orders(1))

    parts.work.cancel(OURS, batch_id)
    parts.work.enqueue(ANNA, orders(1))

    with pytest.raises(QueueFull):
        parts.work.retry(OURS, batch_id)
    assert parts.work.batch(OURS, batch_id).cancelled
    parts.engine.dispose()


def test_what_the_broker_was_told_of_a_cancelled_batch_is_forgotten(parts):
    batch_id = parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    with writing(parts.engine) as connection:
        connection.execute(sa.update(item).where(item.c.seq == 1).values(owner=BROKER))
    told = list(parts.leases.told())

    parts.work.cancel(OURS, batch_id)

    assert len(told) == 1
    assert parts.leases.told() == {}
    assert parts.leases.take(told[0], "w-1") is None


def open_batches(parts):
    with reading(parts.engine) as connection:
        return list(connection.execute(sa.select(batch.c.id).where(batch.c.open)).scalars())


def test_the_keeper_closes_a_batch_whose_rows_have_all_ended_and_a_correction_opens_it(parts):
    batch_id = parts.work.enqueue(ANNA, [*orders(1), Order(KIND, {"нет": 1})], batch=FACTS)
    keeper = Keeper(parts.leases)
    claims = [parts.leases.claim("w-1"), parts.leases.claim("w-1")]
    keeper.look()
    running = open_batches(parts)
    parts.leases.pause(claims[0], LeaseLost("нет"), counts=False)
    parts.maker.make(claims[1])
    keeper.look()
    paused = open_batches(parts)

    parts.leases.wake(claims[0].item_id, 1)
    parts.maker.make(parts.leases.claim("w-1"))
    keeper.look()
    ended = open_batches(parts)
    correct(parts, batch_id, read_sample(KIND), seq=2)
    keeper.look()

    assert (running, paused, ended) == ([batch_id], [batch_id], [])
    assert open_batches(parts) == [batch_id]
    assert parts.maker.make(parts.leases.claim("w-1")) == "done"


def test_the_same_fence_in_the_hand_of_another_worker_is_worth_nothing(parts):
    # After a power cut PostgreSQL may have forgotten a claim, and the next one gets the same fence.
    parts.work.enqueue(ANNA, orders(1))
    claim = parts.leases.claim("w-1")
    forgotten = dataclasses.replace(claim, owner="w-0")

    assert parts.maker.make(forgotten) == "lost"
    assert parts.maker.make(claim) == "done"
    assert parts.count() == 1


def test_an_append_does_not_wait_for_a_batch_that_is_being_enqueued(tmp_path, postgres_url, press):
    parts = open_parts(postgres_url, tmp_path, press)
    parts.work.enqueue(ANNA, orders(1))
    claim = parts.leases.claim("w-1")
    values = {
        "organisation_id": OURS,
        "key": "k",
        "request_sha256": "0" * 64,
        "work_id": "0",
        "created_at": "x",
    }

    with parts.engine.connect() as enqueueing:
        # A row that names the organisation, as the rows of a batch do, and is not committed yet.
        enqueueing.execute(sa.insert(sa.table("work_key", *map(sa.column, values))).values(values))
        made = parts.maker.make(claim)

    assert made == "done"
    parts.engine.dispose()


def test_correcting_a_row_of_a_cancelled_batch_lets_that_row_go_on_alone(parts):
    batch_id = parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    parts.work.cancel(OURS, batch_id)

    replaced = correct(parts, batch_id, read_sample(KIND), seq=2)

    assert (replaced, kept_states(parts)) == ({2}, ["cancelled", "ready"])
