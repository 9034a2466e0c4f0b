"""How papers end that cannot be made: with a reason, alone, and never for ever in the way."""

from __future__ import annotations

import pytest
from work_parts import ANNA, FACTS, orders

from service.conversion import OfficePool
from service.errors import ConversionTimeout, OfficeCrashed, OfficeStart, StorageFull
from service.pipeline import Press
from service.work.making import Maker
from tests.doubles import DoubleConverter, DoubleOffice, crashes

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
    return Maker(parts.leases, archive=parts.archive, press=Press(templates, converter, 10))


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
