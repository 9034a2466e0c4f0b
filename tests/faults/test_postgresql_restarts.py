"""R-19: PostgreSQL is killed and started again while a batch is made and people ask; every paper exists once."""

from __future__ import annotations

import pytest

from tests.cluster import running_cluster
from tests.doubles import eventually
from tests.faults.harness import KIND, RunningService, batch_with_restarts
from tests.samples import read_sample

ROWS, RESTARTS = 12, 2


@pytest.fixture
def cluster():
    # Its own: the one of the test run is not killed under the feet of others.
    with running_cluster() as running:
        yield running


def test_r_19_a_batch_survives_restarts_of_postgresql_and_callers_hear_503(cluster, tmp_path):
    service = RunningService(tmp_path, database_url=cluster.new_database(), workers=1, web=True)
    try:
        token, _ = service.backends.accounts.create_token(service.actor, "проверка", 30)
        body = {"kind": KIND, "payload": read_sample(KIND)}
        seen = []

        def ask_while_it_is_away():
            status, answer = service.post(token, body, key=f"away-{len(seen)}")
            ready, _ = service.get("/readyz")
            live, _ = service.get("/healthz")
            seen.append((status, answer["code"], ready, live))

        batch_id = batch_with_restarts(
            service, cluster, rows=ROWS, restarts=RESTARTS, while_away=ask_while_it_is_away
        )
        counts = service.backends.work.batch(service.actor.organisation_id, batch_id).counts
        eventually(lambda: service.get("/readyz")[0] in {200, 503}, within_s=60)
        status, made = service.post(token, body, key="back")
        service.stop()

        assert seen == [(503, "storage", 503, 200)] * RESTARTS
        assert counts["done"] == ROWS
        assert (status, made["number"]) == (201, 1)
        assert service.documents() == (ROWS + 1, ROWS + 1)
        assert service.backends.archive.verify() == []
    finally:
        service.close()
