"""The course of a batch reads as Russian."""

from __future__ import annotations

import datetime as dt

import pytest

from service.batches.progress import checked, sentence
from service.work import STATES, BatchProgress, BatchSummary


def progress(rate_per_s: float, remaining_s: float | None, **counts: int) -> BatchProgress:
    batch = BatchSummary(
        id="1",
        organisation_id="1",
        kind="order",
        file_name="а.xlsx",
        source_sha256="",
        reason="",
        register=False,
        total=1000,
        actor_name="Анна",
        created_at=dt.datetime(2022, 3, 19, tzinfo=dt.UTC),
        cancelled=False,
    )
    return BatchProgress(batch, {**dict.fromkeys(STATES, 0), **counts}, rate_per_s, remaining_s)


@pytest.mark.parametrize(
    ("rate_per_s", "remaining_s", "expected"),
    [
        (2.43, 200, "Готово 412 из 1000, 2,4 в секунду, осталось около 4\u00a0минут"),
        (1.0, 59, "Готово 412 из 1000, 1 в секунду, осталось меньше минуты"),
        (0.5, 1241, "Готово 412 из 1000, 30 в минуту, осталось около 21\u00a0минуты"),
        (0.5, 651, "Готово 412 из 1000, 30 в минуту, осталось около 11\u00a0минут"),
        (0.05, 7300, "Готово 412 из 1000, 3 в минуту, осталось около 3\u00a0часов"),
        (0.0, None, "Готово 412 из 1000, время окончания пока неизвестно"),
    ],
)
def test_rate_and_remaining_time_are_words(
    rate_per_s: float, remaining_s: float | None, expected: str
) -> None:
    assert sentence(progress(rate_per_s, remaining_s, done=412, ready=588)) == expected


def test_an_ended_batch_has_no_remaining_time() -> None:
    found = sentence(progress(2.0, 0.0, done=990, refused=7, failed=2, cancelled=1))

    assert found == "Готово 990 из 1000, ждут исправления 7, не создано 2, отменено 1"


def test_large_counts_are_parted_and_those_of_four_digits_are_not() -> None:
    assert checked(1000, 20_000) == "Проверено 1000 из 20\N{NO-BREAK SPACE}000"
    assert "отменено 12\N{NO-BREAK SPACE}000" in sentence(progress(2.0, 0.0, done=1000, cancelled=12_000))
