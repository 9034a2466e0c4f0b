"""Print a term in the one canonical wording of its kind.

Owns the wording only: what is printed here reads back to the same kind and days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from forms.language.calendar_words import MONTHS_GENITIVE, MONTHS_NOMINATIVE, ROMAN
from forms.language.period_value import Period

_NBSP = "\u00a0"
_DASH = f"{_NBSP}– "


def print_period(period: Period) -> str:
    """Return the canonical wording: «19–23 апреля 2021 г.», «I квартал 2022 г.», «до 15 марта 2022 г.».

    Kinds without days, and days whose year is unknown, keep the author's wording.
    """
    printer = _PRINTERS.get(period.kind)
    needed = _NEEDED_DAYS.get(period.kind, ("start", "end"))
    if printer is None or any(not getattr(period, name) for name in needed):
        return period.wording
    return printer(period)


def _year_of(day: dt.date) -> str:
    return f"{day.year}{_NBSP}г."


def _words(day: dt.date) -> str:
    return f"{day.day}{_NBSP}{MONTHS_GENITIVE[day.month - 1]}{_NBSP}{_year_of(day)}"


def _month_name(day: dt.date) -> str:
    return f"{MONTHS_NOMINATIVE[day.month - 1]}{_NBSP}{_year_of(day)}"


def _known(period: Period) -> tuple[dt.date, dt.date]:
    start, end = period.start, period.end
    if start is None or end is None:
        raise ValueError(period)
    return start, end


def _joined(left: str, right: str) -> str:
    return f"{left}{_DASH}{right}"


def _day(period: Period) -> str:
    return _words(_known(period)[0])


def _day_range(period: Period) -> str:
    start, end = _known(period)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{_words(end)}"
    if start.year == end.year:
        return _joined(f"{start.day}{_NBSP}{MONTHS_GENITIVE[start.month - 1]}", _words(end))
    return _joined(_words(start), _words(end))


def _month(period: Period) -> str:
    return _month_name(_known(period)[0])


def _month_range(period: Period) -> str:
    start, end = _known(period)
    if start.year == end.year:
        return f"{MONTHS_NOMINATIVE[start.month - 1]}–{_month_name(end)}"
    return _joined(_month_name(start), _month_name(end))


def _quarter_number(day: dt.date) -> str:
    return ROMAN[(day.month + 2) // 3]


def _quarter(period: Period) -> str:
    start, _ = _known(period)
    return f"{_quarter_number(start)}{_NBSP}квартал {_year_of(start)}"


def _quarter_range(period: Period) -> str:
    start, end = _known(period)
    if start.year == end.year:
        return f"{_quarter_number(start)}–{_quarter_number(end)}{_NBSP}кварталы {_year_of(end)}"
    left, right = (f"{_quarter_number(day)}{_NBSP}квартал {_year_of(day)}" for day in (start, end))
    return _joined(left, right)


def _half_year(period: Period) -> str:
    start, end = _known(period)
    if start.month == 9:
        return f"первое полугодие {_school_of(start.year)}ного года"
    if end.month == 8:
        return f"второе полугодие {_school_of(start.year - 1)}ного года"
    return f"{'первое' if start.month == 1 else 'второе'} полугодие {_year_of(start)}"


def _half_year_range(period: Period) -> str:
    start, end = _known(period)
    one, other = ("первое" if day.month <= 6 else "второе" for day in (start, end))
    return _joined(f"{one} полугодие {_year_of(start)}", f"{other} полугодие {_year_of(end)}")


def _year(period: Period) -> str:
    return f"{_known(period)[0].year}{_NBSP}год"


def _year_range(period: Period) -> str:
    start, end = _known(period)
    return f"{start.year}–{end.year}{_NBSP}годы"


def _school_of(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}{_NBSP}учеб"


def _school_year(period: Period) -> str:
    return f"{_school_of(_known(period)[0].year)}ный год"


def _deadline(period: Period) -> str:
    return f"до {_words(period.end)}" if period.end else period.wording


def _deadline_list(period: Period) -> str:
    return ", ".join(f"до {_words(day)}" for day in period.dates)


def _ongoing_from(period: Period) -> str:
    return f"с{_NBSP}{_words(period.start)}" if period.start else period.wording


def _two_days(period: Period) -> str:
    return " ".join(f"{day:%d.%m.%Y}" for day in _known(period))


def _recurring(period: Period) -> str:
    """Put what recurs in brackets after the days."""
    when = [flag.split("=", 1)[1] for flag in period.flags if flag.startswith(("WEEKDAY=", "FREQUENCY="))]
    return f"{_day_range(period)} ({', '.join(when)})" if when else period.wording


def _list_of(name: Callable[[dt.date], str]) -> Callable[[Period], str]:
    return lambda period: ", ".join(name(day) for day in period.dates)


def _whole_period(period: Period) -> str:
    return "весь период реализации"


# What a kind must know to be printed; all others need their first and last day.
_NEEDED_DAYS = {"deadline": ("end",), "deadline_list": ("dates",), "ongoing_from": ("start",)}
_PRINTERS: dict[str, Callable[[Period], str]] = {
    "day": _day,
    "day_range": _day_range,
    "day_list": _list_of(_words),
    "month": _month,
    "month_range": _month_range,
    "month_list": _list_of(_month_name),
    "quarter": _quarter,
    "quarter_range": _quarter_range,
    "quarter_list": _list_of(lambda day: f"{_quarter_number(day)}{_NBSP}квартал {_year_of(day)}"),
    "half_year": _half_year,
    "half_year_range": _half_year_range,
    "year": _year,
    "year_range": _year_range,
    "year_list": _list_of(lambda day: f"{day.year}{_NBSP}год"),
    "school_year": _school_year,
    "deadline": _deadline,
    "deadline_list": _deadline_list,
    "ongoing_from": _ongoing_from,
    "two_dates_no_separator": _two_days,
    "recurring_in_range": _recurring,
    "whole_period": _whole_period,
}
