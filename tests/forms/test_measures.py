from __future__ import annotations

from decimal import Decimal

import pytest

from forms._measures import decimal_comma, difference, percent, share

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(5, 8, "62,5"), (1, 3, "33,3"), (2, 3, "66,7"), (1, 16, "6,3"), (7, 7, "100,0"), (0, 5, "0,0")],
)
def test_a_percentage_has_one_decimal_and_rounds_halves_up(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == f"{expected}{NBSP}%"


def test_nothing_to_divide_by_is_a_dash_and_never_zero_percent() -> None:
    assert percent(0, 0) == "–"
    assert share(0, 0) == "–"


def test_a_share_prints_its_denominator() -> None:
    assert share(5, 8) == f"5 из 8 (62,5{NBSP}%)"


@pytest.mark.parametrize(
    ("value", "expected"), [("12", "12"), ("12.5", "12,5"), ("29.30", "29,30"), ("-2", "\N{MINUS SIGN}2")]
)
def test_a_number_keeps_the_digits_that_were_typed(value: str, expected: str) -> None:
    assert decimal_comma(Decimal(value)) == expected


def test_an_unknown_value_is_a_dash() -> None:
    assert decimal_comma(None) == "–"
    assert difference(Decimal(5), None) == "–"


def test_a_difference_shows_its_sign() -> None:
    assert difference(Decimal("29.5"), Decimal("26")) == "+3,5"
    assert difference(Decimal("26"), Decimal("29.5")) == "\N{MINUS SIGN}3,5"
    assert difference(Decimal(5), Decimal(5)) == "0"
