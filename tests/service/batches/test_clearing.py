"""Files nobody started and old keys go away; what somebody still needs stays."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.backends import chores, open_backends
from service.batches.batches import SentFile
from service.batches.files import Files, Upload
from service.batches.rows import SourceFile
from service.config import read_settings
from service.database import reading
from service.database.tables_batches import batch_file_data
from service.errors import ConfigError, NotFound, StorageFull
from service.web.strict_json import parse_json
from service.work.upkeep import Upkeep
from tests.doubles import DoubleConverter
from tests.service.batches.batch_parts import batches_of
from tests.service.batches.books import KIND, reports
from tests.service.work.work_parts import ANNA, Parts, orders

DAY = dt.timedelta(days=1)


def kept_files(parts: Parts) -> int:
    with reading(parts.engine) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(batch_file_data)).scalar_one()


def test_a_file_nobody_started_goes_after_its_days_and_others_stay(parts: Parts) -> None:
    batches = batches_of(parts, Files(parts.engine))
    one = SentFile("а.xlsx", reports(1))
    forgotten = batches.upload(ANNA, KIND, one, parse_json)
    started = batches.upload(ANNA, KIND, one, parse_json)
    batch = batches.start(ANNA, started.id, parse_json)
    parts.clock.moment += 30 * DAY
    young = batches.upload(ANNA, KIND, one, parse_json)

    assert batches.clear(after=31 * DAY) == 0
    assert batches.clear(after=29 * DAY) == 1
    assert batches.clear(after=29 * DAY) == 0

    with pytest.raises(NotFound):
        batches.start(ANNA, forgotten.id, parse_json)
    assert batches.start(ANNA, started.id, parse_json) == batch
    assert batches.start(ANNA, young.id, parse_json) != batch
    assert kept_files(parts) == 2


def test_many_files_go_in_several_steps(parts: Parts) -> None:
    batches = batches_of(parts, Files(parts.engine))
    for number in range(60):
        batches.upload(ANNA, "order", SentFile("а.json", f'[{{"number": "{number}"}}]'.encode()), parse_json)
    parts.clock.moment += 2 * DAY

    assert batches.clear(after=DAY) == 60
    assert kept_files(parts) == 0


class _ClearedMeanwhile(Files):
    """A store whose upkeep comes between the reading of a file and its start."""

    def rows(self, upload: Upload) -> SourceFile | None:
        found = super().rows(upload)
        self.clear(upload.created_at + DAY)
        return found


def test_a_start_that_loses_against_the_clearing_orders_nothing(parts: Parts) -> None:
    batches = batches_of(parts, _ClearedMeanwhile(parts.engine))
    upload = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(1)), parse_json)

    with pytest.raises(NotFound, match="загрузите файл снова"):
        batches.start(ANNA, upload.id, parse_json)

    assert parts.work.batches(ANNA.organisation_id) == []


def test_a_key_is_forgotten_when_its_paper_is_made_and_old(parts: Parts) -> None:
    def order(key: str) -> str:
        return parts.work.enqueue(ANNA, orders(1), idempotency_key=key, request_sha256="f" * 64)

    made = order("made")
    parts.leases.sign_on("w" * 32, "test")
    claim = parts.leases.claim("w" * 32)
    assert claim is not None
    parts.maker.make(claim)
    waiting = order("waiting")
    young_enough = parts.work.forget_keys(after=DAY)
    parts.clock.moment += 2 * DAY

    assert (young_enough, parts.work.forget_keys(after=DAY)) == (0, 1)
    assert order("waiting") == waiting
    assert order("made") != made


def test_one_chore_in_trouble_does_not_stop_the_others() -> None:
    done = []

    def full() -> None:
        raise StorageFull("Нет места.")

    stop = threading.Event()
    upkeep = Upkeep({"full": full, "fine": lambda: (done.append(1), stop.set())}, every_s=0.001)
    upkeep.run(stop)

    assert done == [1]


def test_the_chores_of_the_service_run(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/a.sqlite3",
            "STORAGE_URL": f"file:{tmp_path}/files",
            "UNUSED_DAYS": "7",
        }
    )
    backends = open_backends(settings, converter=DoubleConverter())
    try:
        done = {name: chore() for name, chore in chores(settings, backends).items()}
    finally:
        backends.close()

    assert (done["uploads"], done["keys"]) == (0, 0)
    with pytest.raises(ConfigError, match="UNUSED_DAYS"):
        read_settings({"UNUSED_DAYS": "0"})
