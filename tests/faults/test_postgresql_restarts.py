"""R-19: PostgreSQL is killed and started again while a batch is made and people ask; every paper exists once.

In one process; `python -m bench.faults --rows 0 --posts 0 --restarts 10` does it to a whole service.
"""

from __future__ import annotations

import threading

import pytest
from structlog.testing import capture_logs

from service.work import BatchFacts, Order
from service.work.keeper import Keeper
from service.work.making import Maker
from service.work.worker import Worker
from tests.cluster import running_cluster
from tests.doubles import eventually
from tests.samples import read_sample
from tests.service.web.site import open_site

KIND = "acquaintance_sheet"
BODY = {"kind": KIND, "payload": read_sample(KIND)}
FACTS = BatchFacts(kind=KIND, file_name="листы.xlsx", source_sha256="c" * 64)
ROWS, RESTARTS = 30, 3


@pytest.fixture
def cluster():
    # Its own: the one of the test run is not killed under the feet of others.
    with running_cluster() as running:
        yield running


@pytest.fixture
def site(cluster, tmp_path):
    site = open_site(tmp_path, DATABASE_URL=cluster.new_database())
    parts, stop = site.backends, threading.Event()
    maker = Maker(parts.leases, archive=parts.archive, press_for=parts.press_for)
    workers = [Worker(f"w-{place}", leases=parts.leases, maker=maker, host="test") for place in range(2)]
    # The keeper ends the pauses of papers that met the database away.
    helpers = [Keeper(parts.leases), *workers]
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in helpers]
    # Their complaints, each with its traceback in colours, would cost more than the papers.
    with capture_logs():
        for thread in threads:
            thread.start()
        yield site
        stop.set()
        for thread in threads:
            thread.join(60)
    parts.close()


def test_r_19_a_batch_survives_restarts_of_postgresql_and_callers_hear_503(cluster, site):
    program, work, mine = site.program(), site.backends.work, site.ours.organisation_id
    batch_id = work.enqueue(site.ours, [Order(KIND, BODY["payload"])] * ROWS, batch=FACTS)
    seen = []

    for restart in range(1, RESTARTS + 1):
        wanted = ROWS * restart // (RESTARTS + 2)
        eventually(lambda wanted=wanted: work.batch(mine, batch_id).counts["done"] >= wanted, within_s=60)
        cluster.kill()
        posted = program.post("/documents", BODY, headers={"Idempotency-Key": f"away-{restart}"})
        ready, live = program.client.get("/readyz"), program.client.get("/healthz")
        seen.append((posted.status_code, posted.headers["Retry-After"], ready.status_code, live.status_code))
        assert [name for name, works in ready.json["checks"].items() if not works] == ["database"]
        cluster.start()
    eventually(lambda: work.batch(mine, batch_id).ended, within_s=120)
    kept = program.post("/documents", BODY, headers={"Idempotency-Key": "away-1"})

    assert seen == [(503, "10", 503, 200)] * RESTARTS
    assert work.batch(mine, batch_id).counts["done"] == ROWS
    assert (kept.status_code, site.recorded()) == (201, ROWS + 1)
    assert site.backends.archive.verify() == []
