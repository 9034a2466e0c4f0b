"""The same promises with Celery on a real RabbitMQ: the fence decides, the broker only carries names."""

from __future__ import annotations

import pytest

from service.config import read_settings
from service.errors import ConfigError, StorageError
from service.work import STATES, Order
from service.work.broker import open_broker, publisher
from service.work.feeder import PER_WORKER, Feeder
from tests.doubles import eventually
from tests.faults.harness import KIND, RunningService, end_under_kills, processes_with
from tests.samples import read_sample

ROWS, KILLS, SEED = 80, 5, 500
BATCH_S = 400.0


@pytest.fixture
def service(tmp_path, postgres_url, broker):
    made = RunningService(tmp_path, database_url=postgres_url, workers=3, ENGINE_URL=broker.url)
    yield made
    made.close()
    assert processes_with(str(tmp_path)) == []


def test_r02_a_batch_over_the_broker_survives_workers_killed_at_random(service):
    batch_id = service.enqueue(ROWS)
    service.start()

    killed = end_under_kills(service, batch_id, kills=KILLS, seed=SEED, within_s=BATCH_S)
    code = service.stop()

    progress = service.backends.work.batch(service.actor.organisation_id, batch_id)
    assert (progress.counts["done"], service.documents()) == (ROWS, (ROWS, ROWS))
    assert service.backends.archive.verify() == []
    assert (len(killed) > KILLS // 2, code) == (True, 0)


def test_a_batch_survives_a_broker_that_is_killed_and_comes_back(service, broker):
    organisation_id = service.actor.organisation_id
    batch_id = service.enqueue(ROWS)
    service.start()
    eventually(lambda: service.backends.work.batch(organisation_id, batch_id).counts["done"], within_s=180)

    broker.kill()
    broker.start()
    eventually(lambda: service.ended(batch_id), within_s=BATCH_S)
    service.stop()

    assert service.documents() == (ROWS, ROWS)
    assert service.backends.archive.verify() == []


def test_the_broker_holds_few_items_in_turns_and_a_cancel_is_instant(service):
    parts, actor = service.backends, service.actor
    batch_id = service.enqueue(50)
    parts.leases.sign_on("w-1", "host")
    parts.leases.sign_on("w-2", "host")
    sent = []
    feeder = Feeder(parts.leases, sent.append)

    first, second = feeder.feed(), feeder.feed()
    claim = parts.leases.take(sent[0], "w-1")
    third = feeder.feed()
    parts.work.cancel(actor.organisation_id, batch_id)

    assert (first, second, third, len(sent)) == (2 * PER_WORKER, 0, 1, 2 * PER_WORKER + 1)
    assert claim.item_id == sent[0]
    assert [parts.leases.take(item_id, "w-2") for item_id in sent] == [None] * len(sent)
    counts = parts.work.batch(actor.organisation_id, batch_id).counts
    assert counts == {**dict.fromkeys(STATES, 0), "cancelled": 50}
    assert feeder.feed() == 0


def test_a_message_that_stays_too_long_is_sent_again(service):
    parts = service.backends
    job_id = parts.work.enqueue(service.actor, [Order(KIND, read_sample(KIND))])
    parts.leases.sign_on("w-1", "host")
    sent, seconds = [], iter(range(1000))
    feeder = Feeder(parts.leases, sent.append, clock=lambda: float(next(seconds)))

    for _ in range(61):
        feeder.feed()
    before = list(sent)
    for _ in range(70):
        feeder.feed()

    assert (before, sent) == ([job_id], [job_id] * 3)


def test_a_broker_that_is_away_loses_nothing(service):
    parts = service.backends
    parts.work.enqueue(service.actor, [Order(KIND, read_sample(KIND))])
    parts.leases.sign_on("w-1", "host")
    nobody = publisher(open_broker("amqp://guest:guest@127.0.0.1:1//"))

    with pytest.raises(StorageError, match="ENGINE_URL"):
        Feeder(parts.leases, nobody).feed()

    assert parts.leases.told() == {}
    assert parts.leases.claim("w-1") is not None


def test_a_broker_with_sqlite_is_refused_at_the_start():
    with pytest.raises(ConfigError, match="PostgreSQL"):
        read_settings({"ENGINE_URL": "amqp://localhost/"})
    with pytest.raises(ConfigError, match="ENGINE_URL"):
        read_settings({"ENGINE_URL": "redis://localhost/"})

    assert read_settings({"ENGINE_URL": "lease:"}).engine_url == "lease:"
