"""Processes are killed at random moments; what was acknowledged exists, once. See R-01, R-02, R-05, R-21, R-24."""

from __future__ import annotations

import sys

import pytest

from service.work import Order
from service.work.leases import ATTEMPTS
from tests.doubles import eventually
from tests.faults.double_service import MARK
from tests.faults.harness import (
    KIND,
    RunningService,
    another_organisation,
    end_under_kills,
    posts_with_kills,
    processes_with,
    web_servers,
)
from tests.samples import read_sample

ROWS, KILLS, POSTS, SEED = 100, 6, 30, 500
BATCH_S = 400.0


@pytest.fixture
def services(tmp_path):
    """Makes services that are gone after the test."""
    made = []

    def make(**options):
        folder = tmp_path / f"service-{len(made)}"
        folder.mkdir()
        made.append(RunningService(folder, **options))
        return made[-1]

    yield make
    for service in made:
        service.close()
        assert processes_with(str(service.socket.parent)) == []


def test_r02_a_batch_survives_workers_killed_at_random(services, either_database_url):
    service = services(database_url=either_database_url, workers=3)
    batch_id = service.enqueue(ROWS)
    service.start()

    killed = end_under_kills(service, batch_id, kills=KILLS, seed=SEED, within_s=BATCH_S)
    code = service.stop()

    progress = service.backends.work.batch(service.actor.organisation_id, batch_id)
    rows = service.backends.work.rows(service.actor.organisation_id, batch_id, limit=1000)
    assert (progress.counts["done"], service.documents()) == (ROWS, (ROWS, ROWS))
    assert {row.version_number for row in rows} == {1}
    assert len({row.document_id for row in rows}) == ROWS
    assert service.backends.archive.verify() == []
    assert (len(killed) > KILLS // 2, code) == (True, 0)


def test_r20_a_single_paper_of_another_organisation_does_not_wait_for_a_batch(services):
    service = services(workers=1)
    other = another_organisation(service.backends)
    batch_id = service.enqueue(10_000)
    organisation_id = service.actor.organisation_id
    service.start()
    eventually(lambda: service.backends.work.batch(organisation_id, batch_id).counts["done"], within_s=180)

    job_id = service.backends.work.enqueue(other, [Order(KIND, read_sample(KIND))])
    eventually(lambda: service.backends.work.job(other.organisation_id, job_id).ended, within_s=30)

    assert service.backends.work.job(other.organisation_id, job_id).state == "done"
    assert service.backends.work.batch(organisation_id, batch_id).counts["ready"] > 5_000
    service.stop()


def test_r01_what_was_acknowledged_exists_once_however_the_web_server_is_killed(services):
    service = services(web=True, workers=1)
    service.start()

    acknowledged, cut = posts_with_kills(service, rounds=POSTS, seed=SEED)

    assert len(set(acknowledged)) == POSTS
    assert service.documents() == (POSTS, POSTS)
    assert service.backends.archive.verify() == []
    assert cut > 0


def test_r05_a_paper_that_kills_its_worker_stops_alone(services):
    service = services(workers=2)
    batch_id = service.enqueue(20, marked=3, mark=MARK)
    service.start()

    eventually(lambda: service.ended(batch_id), within_s=BATCH_S)
    service.stop()

    organisation_id = service.actor.organisation_id
    (failed,) = service.backends.work.rows(organisation_id, batch_id, states=["failed"])
    assert service.backends.work.batch(organisation_id, batch_id).counts["done"] == 19
    assert (failed.seq, failed.attempt) == (4, ATTEMPTS)
    assert failed.trouble.text.startswith("Обработка документа 5 раз прервалась")


def test_r21_a_stop_leaves_the_rest_ready_and_the_next_start_goes_on(services):
    service = services(workers=2)
    batch_id = service.enqueue(60)
    organisation_id = service.actor.organisation_id
    service.start()
    eventually(lambda: service.backends.work.batch(organisation_id, batch_id).counts["done"], within_s=180)

    code = service.stop()
    between = service.backends.work.batch(organisation_id, batch_id).counts
    service.start()
    eventually(lambda: service.ended(batch_id), within_s=BATCH_S)
    service.stop()

    assert (code, between["running"], between["done"] + between["ready"]) == (0, 0, 60)
    assert between["ready"] > 0
    rows = service.backends.work.rows(organisation_id, batch_id)
    assert {(row.state, row.attempt, row.version_number) for row in rows} == {("done", 1, 1)}
    assert service.documents() == (60, 60)


def test_r24_nobody_outlives_a_killed_supervisor_and_the_next_one_goes_on(services):
    service = services(workers=2, web=True)
    batch_id = service.enqueue(60)
    organisation_id = service.actor.organisation_id
    service.start()
    eventually(lambda: service.backends.work.batch(organisation_id, batch_id).counts["running"], within_s=180)
    eventually(lambda: web_servers(service), within_s=180)
    started = [*service.children("double_service.py")]

    service.kill()
    eventually(lambda: not any(map(alive, started)), within_s=10)
    service.start()
    eventually(lambda: service.ended(batch_id), within_s=BATCH_S)
    service.stop()

    assert len(started) >= 4
    assert service.documents() == (60, 60)
    assert service.backends.archive.verify() == []


@pytest.mark.office
def test_r24_no_office_outlives_a_killed_supervisor(services, tmp_path):
    command = [sys.executable, "-m", "service", "worker", "--slots", "2"]
    service = services(workers=2, command=command)
    batch_id = service.enqueue(30)
    organisation_id = service.actor.organisation_id
    service.start()
    eventually(lambda: service.backends.work.batch(organisation_id, batch_id).counts["done"], within_s=180)
    offices = processes_with(str(service.socket.parent))

    service.kill()
    eventually(lambda: not any(map(alive, offices)), within_s=10)
    service.start()
    eventually(lambda: service.ended(batch_id), within_s=BATCH_S)
    code = service.stop()

    assert offices
    assert (code, service.documents()) == (0, (30, 30))
    assert processes_with(str(service.socket.parent)) == []
    assert service.backends.archive.verify() == []


def alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has waited for does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
