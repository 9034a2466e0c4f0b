"""What those who order papers may rely on: all or nothing, counts that add up, cancel, correct, resume."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from work_parts import ANNA, BORIS, FACTS, KIND, correct, open_parts, orders

from service.errors import Conflict, InputError, NotFound, QueueFull
from service.work import Order
from tests.samples import read_sample

OURS = ANNA.organisation_id


def make_all(parts, *, most: int = 1000) -> int:
    """Work as one worker until nothing is left."""
    made = 0
    while made < most and (claim := parts.leases.claim("w-1")) is not None:
        parts.maker.make(claim)
        made += 1
    return made


def test_a_batch_is_made_row_by_row_and_its_counts_add_up(parts):
    batch_id = parts.work.enqueue(ANNA, orders(3), batch=FACTS)
    before = parts.work.batch(OURS, batch_id)

    make_all(parts)

    after = parts.work.batch(OURS, batch_id)
    assert (before.counts["ready"], before.remaining_s, before.ended) == (3, None, False)
    assert (after.counts["done"], after.counts["ready"], after.remaining_s, after.ended) == (3, 0, 0.0, True)
    assert after.rate_per_s > 0
    assert after.total == sum(after.counts.values()) == 3
    rows = parts.work.rows(OURS, batch_id)
    assert [row.seq for row in rows] == [1, 2, 3]
    assert {row.version_number for row in rows} == {1}
    assert len({row.document_id for row in rows}) == 3
    assert all(parts.archive.get(OURS, row.document_id).kind == KIND for row in rows)
    assert parts.count() == 3
    assert parts.archive.verify() == []


def test_a_single_paper_is_a_job_that_ends_with_its_document(parts):
    job_id = parts.work.enqueue(ANNA, [Order(KIND, read_sample(KIND), reason="Исправлена дата")])

    make_all(parts)

    job = parts.work.job(OURS, job_id)
    version = parts.archive.get(OURS, job.document_id)
    assert (job.state, job.ended, job.batch_id, job.payload) == ("done", True, None, None)
    assert (version.number, version.reason, version.actor_name) == (1, "Исправлена дата", ANNA.name)


def test_a_job_may_continue_a_document(parts):
    first = parts.work.enqueue(ANNA, orders(1))
    make_all(parts)
    document_id = parts.work.job(OURS, first).document_id

    second = parts.work.enqueue(ANNA, [Order(KIND, read_sample(KIND), document_id=document_id)])
    make_all(parts)

    job = parts.work.job(OURS, second)
    assert (job.document_id, job.version_number) == (document_id, 2)


def test_another_organisation_sees_nothing_and_can_do_nothing(parts):
    theirs = BORIS.organisation_id
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    item_id = parts.work.rows(OURS, batch_id)[0].id

    for call in (
        lambda: parts.work.job(theirs, item_id),
        lambda: parts.work.batch(theirs, batch_id),
        lambda: parts.work.rows(theirs, batch_id),
        lambda: parts.work.cancel(theirs, batch_id),
        lambda: parts.work.retry(theirs, batch_id),
        lambda: correct(parts, batch_id, {}, seq=1, actor=BORIS),
        lambda: parts.work.job(OURS, "\0"),
    ):
        with pytest.raises(NotFound):
            call()

    assert parts.work.batches(theirs) == []
    assert [one.id for one in parts.work.batches(OURS)] == [batch_id]
    assert parts.work.batch(OURS, batch_id).counts["ready"] == 1


def test_a_payload_without_json_leaves_no_batch_behind(parts):
    broken = [*orders(2), Order(KIND, {"title": "\ud800"})]

    with pytest.raises(InputError):
        parts.work.enqueue(ANNA, broken, batch=FACTS)

    assert parts.work.batches(OURS) == []
    assert parts.leases.claim("w-1") is None


def test_two_rows_with_one_seq_are_refused_whole(parts):
    twice = [Order(KIND, {}, seq=7), Order(KIND, {}, seq=7)]

    with pytest.raises(Conflict):
        parts.work.enqueue(ANNA, twice, batch=FACTS)

    assert parts.work.batches(OURS) == []


def test_a_repeated_key_gives_the_same_batch_and_another_request_is_refused(parts):
    keyed = {"batch": FACTS, "idempotency_key": "k-1"}
    first = parts.work.enqueue(ANNA, orders(2), request_sha256="e" * 64, **keyed)

    again = parts.work.enqueue(ANNA, orders(2), request_sha256="e" * 64, **keyed)

    assert again == first
    assert parts.work.batch(OURS, first).total == 2
    with pytest.raises(Conflict):
        parts.work.enqueue(ANNA, orders(2), request_sha256="f" * 64, **keyed)
    assert parts.work.enqueue(BORIS, orders(2), request_sha256="f" * 64, **keyed) != first


def test_a_job_whose_key_the_record_knows_stands_for_the_recorded_paper(parts, press):
    keyed = {"idempotency_key": "k-1", "request_sha256": "e" * 64}
    job_id = parts.work.enqueue(ANNA, orders(1), **keyed)
    make_all(parts)
    made = parts.work.job(OURS, job_id)

    found = parts.archive.find_idempotent(OURS, "k-1", "e" * 64)

    assert (found.document_id, found.number) == (made.document_id, made.version_number)


def test_a_full_queue_refuses_more_and_keeps_what_it_has(tmp_path, press):
    parts = open_parts(f"sqlite:///{tmp_path / 'q.db'}", tmp_path, press, quota=5)
    parts.work.enqueue(ANNA, orders(3), batch=FACTS)

    with pytest.raises(QueueFull, match="предел – 5"):
        parts.work.enqueue(ANNA, orders(3), batch=FACTS)

    parts.work.enqueue(BORIS, orders(3), batch=FACTS)
    parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    assert [one.total for one in parts.work.batches(OURS)] in ([2, 3], [3, 2])
    parts.engine.dispose()


def test_a_batch_is_cancelled_and_resumed_without_repeating_a_row(parts):
    batch_id = parts.work.enqueue(ANNA, orders(6), batch=FACTS)
    make_all(parts, most=2)
    done_before = [row.document_id for row in parts.work.rows(OURS, batch_id, states=["done"])]

    stopped = parts.work.cancel(OURS, batch_id)
    idle = parts.leases.claim("w-1")
    cancelled = parts.work.batch(OURS, batch_id)
    resumed = parts.work.retry(OURS, batch_id)
    make_all(parts)

    assert (stopped, idle, resumed) == (4, None, 4)
    assert (cancelled.cancelled, cancelled.counts["cancelled"], cancelled.ended) == (True, 4, True)
    rows = parts.work.rows(OURS, batch_id)
    assert [row.document_id for row in rows[:2]] == done_before
    assert len({row.document_id for row in rows}) == parts.count() == 6
    assert not parts.work.batch(OURS, batch_id).cancelled


def test_r27_a_large_batch_is_cancelled_in_seconds_and_resumed_exactly(parts):
    many = [Order(KIND, {"row": 1})] * 10_000
    batch_id = parts.work.enqueue(ANNA, many, batch=FACTS)
    make_all(parts, most=3)
    began = time.monotonic()

    stopped = parts.work.cancel(OURS, batch_id)
    spent_s = time.monotonic() - began
    resumed = parts.work.retry(OURS, batch_id, states=["cancelled"])

    assert spent_s < 10
    assert (stopped, resumed) == (9_997, 9_997)
    counts = parts.work.batch(OURS, batch_id).counts
    assert (counts["failed"], counts["ready"], counts["cancelled"]) == (3, 9_997, 0)


def test_a_paper_that_is_being_made_when_its_batch_is_cancelled_is_not_recorded(parts):
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    claim = parts.leases.claim("w-1")

    parts.work.cancel(OURS, batch_id)

    assert parts.maker.make(claim) == "lost"
    assert parts.count() == 0
    assert parts.work.batch(OURS, batch_id).counts["cancelled"] == 1


def test_a_refused_row_waits_for_its_correction_and_then_is_made(parts):
    found = {"number": ["Укажите номер."]}
    rows = [*orders(1), Order(KIND, {"number": ""}, refused=found)]
    batch_id = parts.work.enqueue(ANNA, rows, batch=FACTS)
    make_all(parts)
    waiting = parts.work.rows(OURS, batch_id, states=["refused"])[0]

    correct(parts, batch_id, {"number": "-"}, seq=2, refused={"number": ["Не номер."]})
    still = parts.work.rows(OURS, batch_id, after=1)[0]
    correct(parts, batch_id, read_sample(KIND), seq=2)
    make_all(parts)

    assert (waiting.seq, waiting.trouble.messages, waiting.attempt) == (2, found, 0)
    assert (still.state, still.trouble.messages) == ("refused", {"number": ["Не номер."]})
    assert parts.work.batch(OURS, batch_id).counts["done"] == parts.count() == 2


def test_a_row_that_is_done_cannot_be_replaced(parts):
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    make_all(parts)

    replaced = correct(parts, batch_id, {}, seq=1)
    with pytest.raises(NotFound):
        correct(parts, batch_id, {}, seq=2)

    assert (replaced, parts.work.batch(OURS, batch_id).counts["done"], parts.count()) == (set(), 1, 1)


def test_a_row_with_wrong_data_fails_with_its_messages_and_the_others_go_on(parts):
    batch_id = parts.work.enqueue(ANNA, [Order(KIND, {"нет": 1}), *orders(1)], batch=FACTS)

    make_all(parts)

    failed, done = parts.work.rows(OURS, batch_id)
    assert (failed.state, done.state) == ("failed", "done")
    assert "нет" in failed.trouble.messages
    correct(parts, batch_id, read_sample(KIND), seq=1)
    make_all(parts)
    assert parts.work.batch(OURS, batch_id).counts["done"] == 2


def test_rows_come_page_by_page(parts):
    batch_id = parts.work.enqueue(ANNA, orders(5), batch=FACTS)

    first = parts.work.rows(OURS, batch_id, limit=2)
    second = parts.work.rows(OURS, batch_id, after=first[-1].seq, limit=2)

    assert [row.seq for row in first + second] == [1, 2, 3, 4]
    with pytest.raises(InputError):
        parts.work.rows(OURS, batch_id, limit=0)


def test_the_rate_and_the_rest_follow_the_newest_papers(parts):
    batch_id = parts.work.enqueue(ANNA, orders(4), batch=FACTS)
    make_all(parts, most=2)

    parts.clock.moment += dt.timedelta(seconds=10)
    soon = parts.work.batch(OURS, batch_id)
    parts.clock.moment += dt.timedelta(hours=5)
    late = parts.work.batch(OURS, batch_id)

    assert (soon.rate_per_s, soon.remaining_s) == (0.2, 10.0)
    assert (late.rate_per_s, late.remaining_s) == (0.0, None)
