"""R-10: the clock of every worker jumps to and fro during a batch; nothing is lost, doubled or reordered."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from service.database.times import time_of
from tests.doubles import eventually
from tests.faults.harness import RunningService

ROWS = 60
LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


@pytest.fixture
def service(tmp_path):
    assert LIBRARY is not None, "faketime is not installed: make setup-test"
    self = RunningService(
        tmp_path,
        workers=2,
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(tmp_path / "clock"),
        FAKETIME_NO_CACHE="1",
        # As a set clock does: CLOCK_MONOTONIC goes on.
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    (tmp_path / "clock").write_text("-2d\n", encoding="utf-8")
    yield self
    self.close()


def test_clocks_that_jump_neither_steal_a_lease_nor_disorder_the_record(service, tmp_path):
    batch_id = service.enqueue(ROWS)
    service.start()
    over = threading.Event()

    def jump() -> None:
        for step in itertools.cycle(("-2d", "+1h", "-1h", "+0")):
            (tmp_path / "clock").write_text(f"{step}\n", encoding="utf-8")
            if over.wait(0.5):
                return

    jumping = threading.Thread(target=jump)
    jumping.start()
    try:
        eventually(lambda: service.ended(batch_id), within_s=180)
    finally:
        over.set()
        jumping.join()
    service.stop()

    organisation_id = service.actor.organisation_id
    rows = service.backends.work.rows(organisation_id, batch_id)
    versions = [service.backends.archive.get(organisation_id, row.document_id) for row in rows]
    in_order = sorted(versions, key=lambda version: version.chain_number)
    times = [version.created_at for version in in_order]
    assert {(row.state, row.attempt, row.version_number) for row in rows} == {("done", 1, 1)}
    assert [version.chain_number for version in in_order] == list(range(1, ROWS + 1))
    assert service.backends.archive.verify() == []
    # The control: the clocks did jump, and the record says what they said.
    assert times != sorted(times)
    assert time_of("2021-03-19T08:15:30.000000Z") < min(times)
