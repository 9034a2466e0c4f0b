"""What an operator watches: the depth of the queue, and counters that only the monitoring system may read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.errors import ConfigError, StorageFull
from service.work import BatchFacts, Order, Work
from tests.doubles import eventually
from tests.faults.harness import KIND, RunningService
from tests.samples import changed, read_sample
from tests.service.web.site import open_site

KEY = "k" * 32
FACTS = BatchFacts(kind=KIND, file_name="листы.xlsx", source_sha256="c" * 64)
GOOD = Order(KIND, read_sample(KIND))


def samples(text):
    """Name with labels -> value."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found[one.name, *sorted(one.labels.items())] = one.value
    return found


@pytest.fixture
def watched(tmp_path):
    file = tmp_path / "metrics_key"
    file.write_text(f"{KEY}\n")
    strict = tmp_path / "rules.json"
    strict.write_text('{"TITLE_STOP": "error"}')
    settings = {"METRICS_KEY_FILE": str(file), "RULES_FILE": str(strict), "MIN_FREE_BYTES": "0"}
    site = open_site(tmp_path / "watched", **settings)
    yield site
    site.backends.close()


SHARES = """
import os, sys
from pathlib import Path
from service.metrics import shared_folder
with shared_folder(Path(sys.argv[1]), os.environ):
    print(os.environ["PROMETHEUS_MULTIPROC_DIR"], flush=True)
    sys.stdin.readline()
"""


@contextmanager
def counting(folder):
    """Give the folder in which another service counts while the block runs; it is killed afterwards."""
    command = [sys.executable, "-c", SHARES, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        yield Path(service.stdout.readline().strip())
        service.kill()


def test_a_second_service_in_the_same_folder_leaves_the_counts_of_the_first_alone(tmp_path):
    with counting(tmp_path / "metrics") as first:
        (first / "counter_1.db").write_bytes(b"counts")
        with counting(tmp_path / "metrics") as second:
            assert second != first
            assert (first / "counter_1.db").exists()
    with counting(tmp_path / "metrics") as third:
        assert [path.name for path in (tmp_path / "metrics").iterdir()] == [third.name]


def read_metrics(site, key=KEY):
    return site.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {key}"})


def test_the_depth_of_the_queue_stands_in_readyz(watched):
    client, parts, ours = watched.app.test_client(), watched.backends, watched.ours
    empty = client.get("/readyz").json["queue"]
    # Ordered ten minutes ago.
    early = Work(
        parts.engine,
        now=lambda: dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10),
        new_id=iter(f"{number:032}" for number in range(9)).__next__,
    )
    batch_id = early.enqueue(ours, [GOOD] * 3, batch=FACTS)
    parts.work.enqueue(ours, [GOOD])
    parts.leases.sign_on("w-1", "host")
    parts.leases.pause(parts.leases.claim("w-1"), StorageFull("Нет места."), counts=False)
    parts.leases.claim("w-1")
    deep = client.get("/readyz").json["queue"]

    parts.work.cancel(ours.organisation_id, batch_id)
    after = client.get("/readyz").json["queue"]

    assert empty == dict.fromkeys(empty, 0)
    assert {name: deep[name] for name in ("waiting", "paused", "running", "workers")} == {
        "waiting": 2, "paused": 1, "running": 1, "workers": 1,
    }  # fmt: skip
    assert 600 <= deep["oldest_s"] < 900
    assert 0 <= deep["oldest_single_s"] < 300
    assert (after["waiting"], after["paused"], after["running"]) == (0, 1, 0)
    assert after["oldest_s"] == after["oldest_single_s"] < 300


def test_only_whoever_has_the_key_reads_the_metrics(watched, site):
    client = watched.app.test_client()

    assert read_metrics(watched).status_code == 200
    for key in ("", "k" * 31, "К" * 32, watched.program().headers["Authorization"][7:]):
        assert read_metrics(watched, key).status_code == 401, key
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics").headers["WWW-Authenticate"].startswith("Bearer")
    # Where no key is set, there is no such page.
    assert site.app.test_client().get("/metrics").status_code == 404
    assert read_metrics(site, "").status_code == 404


def test_a_short_or_missing_key_is_refused_at_the_start(tmp_path):
    short = tmp_path / "short"
    short.write_text("k" * 31)

    for number, file in enumerate((short, tmp_path / "missing")):
        with pytest.raises(ConfigError, match="METRICS_KEY_FILE"):
            open_site(tmp_path / str(number), METRICS_KEY_FILE=str(file))


def test_papers_refusals_and_conversions_are_counted(watched):
    program = watched.program()
    wrong = changed(read_sample("order"), ("title",), "О реализации проекта «500+».")
    before = samples(read_metrics(watched).text)
    made = program.post("/documents", {"kind": KIND, "payload": read_sample(KIND)})
    refused = program.post("/documents", {"kind": "order", "payload": wrong})

    text = read_metrics(watched).text
    after = samples(text)
    grown = {name: value - before.get(name, 0) for name, value in after.items()}

    assert (made.status_code, refused.status_code) == (201, 422)
    assert grown["formulyar_papers_recorded_total", ("kind", KIND)] == 1
    assert grown["formulyar_conversion_seconds_count", ("outcome", "done")] == 1
    assert grown["formulyar_refusals_total", ("rule", "TITLE_STOP")] == 1
    assert after["formulyar_queue_papers", ("state", "waiting")] == 0
    # No person, organisation or paper is named.
    assert not re.search("[А-Яа-яё]", re.sub("(?m)^#.*$", "", text))
    assert watched.ours.organisation_id not in text


def test_the_processes_of_a_service_count_together(tmp_path):
    file = tmp_path / "metrics_key"
    file.write_text(KEY)
    service = RunningService(tmp_path, workers=2, web=True, METRICS_KEY_FILE=str(file))
    try:
        wrong = dataclasses.replace(GOOD, payload={"нет": 1})
        batch_id = service.backends.work.enqueue(service.actor, [GOOD, wrong, GOOD, GOOD], batch=FACTS)
        service.start()
        eventually(lambda: service.ended(batch_id), within_s=180)
        eventually(service.socket.exists, within_s=180)
        eventually(lambda: len(service.backends.leases.beats()) == 2, within_s=180)

        status, text = service.get("/metrics", Authorization=f"Bearer {KEY}")
        outside, _ = service.get("/metrics")
        service.stop()
    finally:
        service.close()

    found = samples(text)
    assert (status, outside) == (200, 401)
    assert found["formulyar_papers_recorded_total", ("kind", KIND)] == 3
    assert found["formulyar_conversion_seconds_count", ("outcome", "done")] == 3
    assert found["formulyar_workers",] == 2
