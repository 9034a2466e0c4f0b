"""A worker: takes papers until told to stop, shows that it lives, and never holds up a stop."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from work_parts import ANNA, FACTS, orders

from service.errors import StorageError
from service.pipeline import Press
from service.work import Leases
from service.work.making import Maker
from service.work.worker import EXIT_STUCK, Worker
from tests.doubles import DoubleConverter, eventually

OURS = ANNA.organisation_id


class SlowConverter(DoubleConverter):
    """Waits with each paper until the test lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.began = threading.Event()
        self.go_on = threading.Event()

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        self.began.set()
        self.go_on.wait(30)
        return super().convert(docx, deadline_s=deadline_s)


def worker_of(parts, maker=None, **options):
    return Worker("w-1", leases=parts.leases, maker=maker or parts.maker, host="host", **options)


@contextmanager
def running(worker):
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def test_a_worker_empties_the_queue_and_signs_off(parts):
    batch_id = parts.work.enqueue(ANNA, orders(3), batch=FACTS)

    with running(worker_of(parts)):
        eventually(lambda: parts.work.batch(OURS, batch_id).ended)
        assert "w-1" in parts.leases.beats()

    assert parts.work.batch(OURS, batch_id).counts["done"] == parts.count() == 3
    assert parts.leases.beats() == {}


class UnansweredLeases(Leases):
    """R-19: the database writes the first claim down, and its answer does not come."""

    lost = 0

    def claim(self, worker_id):
        return self._answered(super().claim(worker_id))

    def take(self, item_id, worker_id, *, redelivered=False):
        return self._answered(super().take(item_id, worker_id, redelivered=redelivered))

    def _answered(self, claim):
        if claim is not None and not self.lost:
            self.lost += 1
            raise StorageError("База данных недоступна.")
        return claim


def test_a_claim_whose_answer_was_lost_does_not_stay_with_a_living_worker(parts):
    """R-19: the row of a claim that its worker never heard of does not run for ever."""
    job_id = parts.work.enqueue(ANNA, orders(1))
    leases = UnansweredLeases(parts.engine, now=parts.clock)
    worker = Worker("w-1", leases=leases, maker=parts.maker, host="host")

    with running(worker):
        eventually(lambda: parts.work.job(OURS, job_id).ended)

    job = parts.work.job(OURS, job_id)
    assert (leases.lost, job.state, job.attempt, parts.count()) == (1, "done", 1, 1)


def test_a_message_whose_claim_had_no_answer_leaves_the_paper_to_the_next_one(parts):
    job_id = parts.work.enqueue(ANNA, orders(1))
    leases = UnansweredLeases(parts.engine, now=parts.clock)
    worker = Worker("w-1", leases=leases, maker=parts.maker, host="host")

    first = worker.take(job_id, redelivered=False)
    between = parts.work.job(OURS, job_id)
    second = worker.take(job_id, redelivered=False)

    assert (first, between.state, between.attempt, second) == ("none", "ready", 0, "done")
    assert parts.count() == 1


def test_a_stop_lets_the_paper_at_hand_finish_and_takes_no_other(parts, templates):
    batch_id = parts.work.enqueue(ANNA, orders(2), batch=FACTS)
    slow = SlowConverter()
    maker = Maker(parts.leases, archive=parts.archive, press_for=lambda _: Press(templates, slow, 10))

    with running(worker_of(parts, maker)) as stop:
        assert slow.began.wait(10)
        stop.set()
        slow.go_on.set()

    counts = parts.work.batch(OURS, batch_id).counts
    assert (counts["done"], counts["ready"], parts.count()) == (1, 1, 1)


def test_a_paper_that_outlasts_the_grace_goes_back_and_the_process_ends(parts, templates):
    job_id = parts.work.enqueue(ANNA, orders(1))
    slow, codes = SlowConverter(), []
    maker = Maker(parts.leases, archive=parts.archive, press_for=lambda _: Press(templates, slow, 10))
    worker = worker_of(parts, maker, beat_s=0.02, grace_s=0.1, end_process=codes.append)

    with running(worker) as stop:
        assert slow.began.wait(10)
        stop.set()
        eventually(lambda: codes)
        job = parts.work.job(OURS, job_id)
        taken = parts.leases.claim("w-2")
        slow.go_on.set()

    assert (codes[0], job.state, job.attempt, taken.attempt) == (0, "ready", 0, 1)
    assert parts.count() == 0
    assert parts.maker.make(taken) == "done"


def test_a_paper_without_end_ends_the_process(parts, templates):
    parts.work.enqueue(ANNA, orders(1))
    slow, codes = SlowConverter(), []
    maker = Maker(parts.leases, archive=parts.archive, press_for=lambda _: Press(templates, slow, 10))

    with running(worker_of(parts, maker, beat_s=0.02, job_s=0.1, end_process=codes.append)):
        eventually(lambda: codes)
        slow.go_on.set()

    assert codes[0] == EXIT_STUCK


def test_a_worker_given_up_while_it_lives_loses_its_paper_and_signs_on_again(parts, templates):
    parts.work.enqueue(ANNA, orders(1))
    slow = SlowConverter()
    maker = Maker(parts.leases, archive=parts.archive, press_for=lambda _: Press(templates, slow, 10))

    with running(worker_of(parts, maker, beat_s=0.02)) as stop:
        assert slow.began.wait(10)
        parts.leases.sign_off("w-1")
        taken = parts.leases.claim("w-2")
        eventually(lambda: "w-1" in parts.leases.beats())
        slow.go_on.set()
        stop.set()

    assert parts.count() == 0
    assert parts.maker.make(taken) == "done"
