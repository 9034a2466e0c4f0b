"""Who may make a paper: one at a time, taken over safely, fairly between organisations."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from work_parts import ANNA, BORIS, FACTS, KIND, orders

from service.errors import DocumentRefused, LeaseLost, OfficeCrashed, StorageFull
from service.work.leases import ATTEMPTS

OURS = ANNA.organisation_id


def test_two_workers_never_hold_one_item(parts):
    parts.work.enqueue(ANNA, orders(40), batch=FACTS)

    def claim_all(worker_id):
        claims = []
        while (claim := parts.leases.claim(worker_id)) is not None:
            claims.append(claim.item_id)
        return claims

    with ThreadPoolExecutor(6) as pool:
        held = list(pool.map(claim_all, [f"w-{n}" for n in range(6)]))

    ids = [item_id for claims in held for item_id in claims]
    assert len(ids) == len(set(ids)) == 40


def test_whoever_lost_the_lease_records_nothing_and_the_next_one_does(parts):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    stale = parts.leases.claim("w-1")
    parts.leases.sign_off("w-1")
    fresh = parts.leases.claim("w-2")

    late = parts.maker.make(stale)
    made = parts.maker.make(fresh)
    twice = parts.maker.make(fresh)

    assert (late, made, twice) == ("lost", "done", "lost")
    assert (stale.item_id, fresh.fence) == (fresh.item_id, stale.fence + 1)
    assert parts.count() == 1
    assert parts.archive.verify() == []


def test_a_stale_worker_can_neither_fail_nor_pause_nor_return_the_item(parts):
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    stale = parts.leases.claim("w-1")
    parts.leases.sign_off("w-1")
    parts.leases.claim("w-2")

    for act in (
        lambda: parts.leases.fail(stale, DocumentRefused("нет")),
        lambda: parts.leases.pause(stale, StorageFull("нет места"), counts=False),
        lambda: parts.leases.give_back(stale),
    ):
        with pytest.raises(LeaseLost):
            act()

    assert parts.work.batch(OURS, batch_id).counts["running"] == 1


def test_a_clock_that_jumps_takes_no_lease_away(parts):
    parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    first = parts.leases.claim("w-1")
    parts.clock.moment += dt.timedelta(days=400)
    second = parts.leases.claim("w-2")
    parts.clock.moment -= dt.timedelta(days=800)

    assert parts.leases.claim("w-3") is None
    assert [parts.maker.make(first), parts.maker.make(second)] == ["done", "done"]
    assert parts.archive.verify() == []


def test_a_paper_that_ends_its_worker_every_time_stops_with_a_reason(parts):
    batch_id = parts.work.enqueue(ANNA, orders(2), batch=FACTS)

    for number in range(ATTEMPTS):
        poison = parts.leases.claim(f"w-{number}")
        assert poison.attempt == number + 1
        parts.leases.sign_off(f"w-{number}")
    good = parts.leases.claim("w-9")

    assert parts.maker.make(good) == "done"
    failed, done = parts.work.rows(OURS, batch_id)
    assert (failed.state, done.state, parts.leases.claim("w-9")) == ("failed", "done", None)
    assert failed.trouble.text.startswith("Обработка документа 5 раз прервалась")


def test_a_worker_that_beats_again_is_not_struck_out(parts):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.sign_on("w-1", "host")
    parts.leases.claim("w-1")
    seen = parts.leases.beats()["w-1"]
    parts.leases.beat("w-1")

    assert parts.leases.sign_off("w-1", beat=seen) == 0
    assert parts.leases.sign_off("w-1", beat=seen + 1) == 1
    assert not parts.leases.beat("w-1")
    assert parts.leases.claim("w-2").attempt == 2


def test_an_owner_that_never_signed_on_is_seen(parts):
    parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    parts.leases.claim("stranger")

    assert parts.leases.beats() == {"stranger": -1}


def test_trouble_of_the_machine_pauses_the_paper_longer_each_time_and_costs_no_attempt(parts):
    job_id = parts.work.enqueue(ANNA, orders(1))
    seconds = []
    for _ in range(10):
        parts.leases.pause(parts.leases.claim("w-1"), StorageFull("Нет места."), counts=False)
        assert parts.leases.claim("w-1") is None
        ((item_id, number), pause_s), *others = parts.leases.pauses().items()
        seconds.append(pause_s)
        parts.leases.wake(item_id, number - 1)
        assert parts.leases.pauses() != {}
        parts.leases.wake(item_id, number)

    job = parts.work.job(OURS, job_id)
    assert (job.state, job.trouble.text, others) == ("ready", "Нет места.", [])
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    claim = parts.leases.claim("w-1")
    assert (claim.attempt, parts.maker.make(claim)) == (1, "done")


def test_a_crash_counts_as_an_attempt(parts):
    parts.work.enqueue(ANNA, orders(1))
    parts.leases.pause(parts.leases.claim("w-1"), OfficeCrashed("Упал."), counts=True)
    ((item_id, number),) = parts.leases.pauses()
    parts.leases.wake(item_id, number)

    assert parts.leases.claim("w-1").attempt == 2


def test_an_item_given_back_is_as_if_never_taken(parts):
    parts.work.enqueue(ANNA, orders(1))
    parts.leases.give_back(parts.leases.claim("w-1"))

    assert parts.leases.claim("w-2").attempt == 1


def test_organisations_take_turns_however_long_their_queues_are(parts):
    parts.work.enqueue(ANNA, orders(30), batch=FACTS)
    parts.work.enqueue(BORIS, orders(3), batch=FACTS)

    served = [parts.leases.claim("w-1").actor.name for _ in range(8)]

    assert served.count(BORIS.name) == 3
    assert [name for name in served[:6] if name == BORIS.name] == [BORIS.name] * 3


def test_a_single_paper_goes_before_the_batch_of_its_own_organisation(parts):
    parts.work.enqueue(ANNA, orders(5), batch=FACTS)
    job_id = parts.work.enqueue(ANNA, orders(1))

    assert parts.leases.claim("w-1").item_id == job_id
    assert parts.leases.claim("w-1").kind == KIND


def test_a_message_takes_its_own_item_once(parts):
    job_id = parts.work.enqueue(ANNA, orders(1))
    other = parts.work.enqueue(ANNA, orders(1))

    first = parts.leases.take(job_id, "w-1")

    assert first.item_id == job_id
    assert parts.leases.take(job_id, "w-2") is None
    assert parts.leases.take("nothing", "w-2") is None
    assert parts.leases.claim("w-2").item_id == other


def test_a_redelivered_message_takes_a_running_item_over(parts):
    job_id = parts.work.enqueue(ANNA, orders(1))
    stale = parts.leases.take(job_id, "w-1")

    fresh = parts.leases.take(job_id, "w-2", redelivered=True)

    assert [parts.maker.make(stale), parts.maker.make(fresh)] == ["lost", "done"]
    assert parts.leases.take(job_id, "w-3", redelivered=True) is None
    assert parts.count() == 1
