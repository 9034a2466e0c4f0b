"""Uploaded files are kept the same way on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.batches.batches import Batches, SentFile
from service.batches.files import Files, Upload
from service.database import writing
from service.database.tables_batches import batch_file_data
from service.errors import BatchInvalid, Conflict, InputError, NotFound
from service.web.strict_json import parse_json
from tests.service.batches.batch_parts import batches_of
from tests.service.batches.books import KIND, reports
from tests.service.work.work_parts import ANNA, BORIS, Parts


@pytest.fixture
def batches(parts: Parts) -> Batches:
    return batches_of(parts, Files(parts.engine))


def test_a_file_is_kept_with_what_was_read_and_started_once(parts: Parts, batches: Batches) -> None:
    data = reports(2, lambda number, payload: payload.pop("problems") if number == 2 else None)

    upload = batches.upload(ANNA, KIND, SentFile("а.xlsx", data, reason="Итоги"), parse_json)
    kept, listing = batches.upload_of(ANNA.organisation_id, upload.id)
    first = batches.start(ANNA, upload.id, parse_json)
    again = batches.start(ANNA, upload.id, parse_json)

    assert kept == upload
    assert [(row.key, row.refused) for row in listing.rows] == [("1", False), ("2", True)]
    assert listing.rows[1].messages[-1].line == "AA3 «Проблемы»: Обязательное поле не заполнено."
    assert first == again
    counts = parts.work.batch(ANNA.organisation_id, first).counts
    assert (counts["ready"], counts["refused"]) == (1, 1)


def test_another_organisation_does_not_see_the_file(parts: Parts, batches: Batches) -> None:
    upload = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(1)), parse_json)

    for organisation_id, wanted in ((BORIS.organisation_id, upload.id), (ANNA.organisation_id, "0" * 32)):
        with pytest.raises(NotFound, match=r"Пакет не найден\."):
            batches.upload_of(organisation_id, wanted)
    assert batches.upload_of(ANNA.organisation_id, upload.id)[0] == upload


def test_a_key_stands_for_one_file(parts: Parts, batches: Batches) -> None:
    sent = SentFile("а.xlsx", reports(1))
    first = batches.upload(ANNA, KIND, sent, parse_json, idempotency_key="one")

    assert batches.upload(ANNA, KIND, sent, parse_json, idempotency_key="one") == first
    assert batches.upload(BORIS, KIND, sent, parse_json, idempotency_key="one") != first
    with pytest.raises(Conflict):
        batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(2)), parse_json, idempotency_key="one")


def test_a_file_without_a_good_row_is_not_started(parts: Parts, batches: Batches) -> None:
    data = reports(1, lambda number, payload: payload.pop("problems"))
    upload = batches.upload(ANNA, KIND, SentFile("а.xlsx", data), parse_json)

    with pytest.raises(InputError, match="ни одной строки без ошибок"):
        batches.start(ANNA, upload.id, parse_json)
    assert parts.work.batches(ANNA.organisation_id) == []


def test_a_corrected_file_is_the_one_that_comes_back(parts: Parts, batches: Batches) -> None:
    data = reports(2, lambda number, payload: payload.pop("problems") if number == 2 else None)
    upload = batches.upload(ANNA, KIND, SentFile("первый.xlsx", data), parse_json)
    batch = batches.start(ANNA, upload.id, parse_json)

    changes = batches.correct(ANNA, batch, SentFile("второй.xlsx", reports(2)), parse_json)
    name, _ = batches.result(ANNA.organisation_id, batch, address=str, parse_json=parse_json)

    assert (changes.corrected, changes.untouched, changes.added) == (1, 1, 0)
    assert name == "второй (замечания).xlsx"
    with pytest.raises(NotFound):
        batches.correct(BORIS, batch, SentFile("второй.xlsx", reports(2)), parse_json)


def _overwrite(parts: Parts, column: str, value: bytes | None) -> None:
    with writing(parts.engine) as connection:
        connection.execute(sa.update(batch_file_data).values({column: value}))


def test_the_workbook_is_read_once_and_rows_of_an_older_program_are_read_again(
    parts: Parts, batches: Batches
) -> None:
    first = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(2)), parse_json)
    older = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(2)), parse_json)

    _overwrite(parts, "rows", None)
    started = batches.start(ANNA, older.id, parse_json)
    _overwrite(parts, "content", b"")
    with pytest.raises(BatchInvalid):  # the control: without kept rows the workbook is needed
        batches.start(ANNA, first.id, parse_json)
    kept = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(3)), parse_json)
    _overwrite(parts, "content", b"")
    again = batches.start(ANNA, kept.id, parse_json)

    assert len(parts.work.rows(ANNA.organisation_id, started)) == 2
    payloads = [row.payload["school"]["name"] for row in parts.work.rows(ANNA.organisation_id, again)]
    assert payloads == ["МБОУ «Школа № 1»", "МБОУ «Школа № 2»", "МБОУ «Школа № 3»"]


class _Stale(Files):
    """A store that gives a correction the file that was newest a moment ago."""

    def newest(self, organisation_id: str, batch_id: str) -> Upload:
        return replace(super().newest(organisation_id, batch_id), place=1)


def test_of_two_corrections_at_once_one_takes_the_new_rows(parts: Parts, batches: Batches) -> None:
    upload = batches.upload(ANNA, KIND, SentFile("а.xlsx", reports(1)), parse_json)
    batch = batches.start(ANNA, upload.id, parse_json)
    batches.correct(ANNA, batch, SentFile("а.xlsx", reports(2)), parse_json)
    late = batches_of(parts, _Stale(parts.engine))

    with pytest.raises(Conflict):
        late.correct(ANNA, batch, SentFile("а.xlsx", reports(3)), parse_json)

    assert len(parts.work.rows(ANNA.organisation_id, batch)) == 2
    assert parts.work.batch(ANNA.organisation_id, batch).batch.total == 2
    assert batches.correct(ANNA, batch, SentFile("а.xlsx", reports(3)), parse_json).added == 1
