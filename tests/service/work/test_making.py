"""How papers end that cannot be made: with a reason, alone, and never for ever in the way."""

from __future__ import annotations

import pytest
from work_parts import ANNA, FACTS, correct, orders

from service.archive import Filter, canonical_json
from service.archive.canonical import sha256_of
from service.conversion import OfficePool
from service.errors import ConversionTimeout, OfficeCrashed, OfficeStart, StorageFull
from service.pipeline import Press
from service.production import make_version
from service.registration import wanted_number
from service.work import BatchFacts, Order
from service.work.making import Maker
from tests.doubles import DoubleConverter, DoubleOffice, crashes
from tests.samples import read_sample

OURS = ANNA.organisation_id


class FailingConverter(DoubleConverter):
    """Raises what it is told, once for each error, then works."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = list(errors)

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        if self._errors:
            raise self._errors.pop(0)
        return super().convert(docx, deadline_s=deadline_s)


def made_with(parts, templates, converter) -> Maker:
    return Maker(parts.leases, archive=parts.archive, press_for=lambda _: Press(templates, converter, 10))


@pytest.mark.parametrize(
    "error", [OfficeStart("Не запускается."), StorageFull("Нет места."), OfficeCrashed("Упал.")]
)
def test_trouble_that_may_pass_puts_the_paper_back(parts, templates, error):
    job_id = parts.work.enqueue(ANNA, orders(1))
    maker = made_with(parts, templates, FailingConverter(error))

    first = maker.make(parts.leases.claim("w-1"))
    waiting = parts.work.job(OURS, job_id)
    ((item_id, number),) = parts.leases.pauses()
    parts.leases.wake(item_id, number)
    second = maker.make(parts.leases.claim("w-1"))

    assert (first, waiting.state, waiting.trouble.text) == ("paused", "ready", str(error))
    assert (second, parts.work.job(OURS, job_id).trouble) == ("done", None)


@pytest.mark.parametrize("error", [ConversionTimeout("Не уложилось в 60 с."), ZeroDivisionError("ошибка")])
def test_trouble_that_stays_fails_the_paper_with_a_reason(parts, templates, error):
    job_id = parts.work.enqueue(ANNA, orders(1))
    maker = made_with(parts, templates, FailingConverter(error))

    outcome = maker.make(parts.leases.claim("w-1"))

    job = parts.work.job(OURS, job_id)
    expected = str(error) if isinstance(error, ConversionTimeout) else f"Внутренняя ошибка.*{job_id}"
    assert (outcome, job.state, parts.count()) == ("failed", "failed", 0)
    with pytest.raises(AssertionError, match=expected):
        raise AssertionError(job.trouble.text)


def test_a_paper_that_crashes_every_office_fails_alone(parts, templates):
    batch_id = parts.work.enqueue(ANNA, orders(1), batch=FACTS)
    pool = OfficePool(lambda: DoubleOffice(crashes), offices=1)
    maker = made_with(parts, templates, pool)

    outcomes = [maker.make(parts.leases.claim("w-1"))]
    ((item_id, number),) = parts.leases.pauses()
    parts.leases.wake(item_id, number)
    outcomes.append(maker.make(parts.leases.claim("w-1")))
    pool.close()

    (row,) = parts.work.rows(OURS, batch_id)
    assert outcomes == ["paused", "failed"]
    assert (row.state, row.attempt, parts.leases.claim("w-1")) == ("failed", 2, None)


def test_a_paper_recorded_under_the_same_key_meanwhile_is_not_made_again(parts, templates, press):
    keyed = {"idempotency_key": "k-1", "request_sha256": "e" * 64}
    first = parts.work.enqueue(ANNA, orders(1), **keyed)
    claim = parts.leases.claim("w-1")
    parts.maker.make(claim)
    recorded = parts.work.job(OURS, first)
    again = parts.leases.take(first, "w-2", redelivered=True)

    assert again is None
    assert (recorded.state, parts.count()) == ("done", 1)


@pytest.mark.parametrize(
    ("corrections", "registered", "voided"),
    [
        ({}, ("1", "order/приказ", "2023-01-23"), []),
        ({"title": "О другом"}, ("1", "order/приказ", "2023-01-23"), []),
        ({"doc_kind": "распоряжение"}, ("1", "order/распоряжение", "2023-01-23"), ["1"]),
        ({"date": "30.01.2023"}, ("2", "order/приказ", "2023-01-30"), ["1"]),
        ({"number": "01-05/77"}, ("01-05/77", "order/приказ", "2023-01-23"), ["1"]),
    ],
)
def test_a_corrected_row_gets_the_number_of_its_corrected_data(
    parts, templates, corrections, registered, voided
):
    order = {**read_sample("order"), "number": ""}
    facts = BatchFacts(kind="order", file_name="приказы.xlsx", source_sha256="c" * 64, register=True)
    batch_id = parts.work.enqueue(ANNA, [Order("order", order, register=True)], batch=facts)
    maker = made_with(parts, templates, FailingConverter(*[OfficeCrashed("Упал.")] * 2))
    maker.make(parts.leases.claim("w-1"))
    ((item_id, number),) = parts.leases.pauses()
    parts.leases.wake(item_id, number)
    maker.make(parts.leases.claim("w-1"))

    correct(parts, batch_id, {**order, **corrections}, seq=1)
    outcome = maker.make(parts.leases.claim("w-1"))

    entries = list(parts.archive.journal.in_order(OURS, Filter()))
    told = [(one.number, one.series, one.date.isoformat()) for one in entries if one.state == "registered"]
    assert (outcome, told) == ("done", [registered])
    assert [one.number for one in entries if one.state == "void"] == voided
    assert parts.archive.verify() == []


def test_a_typed_number_is_kept_when_only_the_date_beside_it_is_corrected(parts, templates, press):
    order = {**read_sample("order"), "number": "01-05/77"}
    wanted = wanted_number("order", order)
    owner = sha256_of(canonical_json(["job:1", "e" * 64]))
    parts.archive.journal.reserve(wanted, actor=ANNA, owner=owner)

    made = make_version(
        "order",
        {**order, "date": "30.01.2023"},
        press=press,
        archive=parts.archive,
        actor=ANNA,
        idempotency_key="job:1",
        request_sha256="e" * 64,
        register=True,
    )

    (entry,) = parts.archive.journal.in_order(OURS, Filter())
    assert (made.payload["number"], entry.number, entry.date.isoformat()) == (
        "01-05/77",
        "01-05/77",
        "2023-01-30",
    )
