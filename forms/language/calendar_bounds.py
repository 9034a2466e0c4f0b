"""First and last day of a stretch of the calendar: a month, a quarter, a school year.

Owns calendar arithmetic for terms; knows no words.
"""

from __future__ import annotations

import calendar
import datetime as dt

from forms.language.period_words import Atom

_LEAP_YEAR = 2000
_DAYS_OF_WEEK = 7

# Units that have no exact days in any law or dictionary; a reader must see that we chose them.
VAGUE_UNITS = {"week": "WEEK_BOUNDS", "school": "SCHOOL_YEAR_BOUNDS"}


class ImpossibleDateError(ValueError):
    """A date the calendar does not have; the message is the reason in Russian."""


def bounds(atom: Atom) -> tuple[dt.date, dt.date]:
    """Return the first and the last day; without a year, those of a leap year, to compare with.

    Raises:
        ImpossibleDateError: The calendar has no such date.
    """
    year = atom.year if atom.year is not None else _LEAP_YEAR
    try:
        return _BOUNDS[atom.unit](atom, year)
    except ImpossibleDateError:
        raise
    except ValueError as error:
        raise ImpossibleDateError("такой даты в календаре нет") from error


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    day = dt.date(year, atom.month, atom.number)
    return day, day


def _month(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, atom.month, 1), month_end(year, atom.month)


def _quarter(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    _require(1 <= atom.number <= 4)
    return dt.date(year, 3 * atom.number - 2, 1), month_end(year, 3 * atom.number)


def _half(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    _require(1 <= atom.number <= 2)
    return dt.date(year, 6 * atom.number - 5, 1), month_end(year, 6 * atom.number)


def _year(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _school(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    """The year begins on 1 September; its end is set by each school's plan, so the next year bounds it."""
    if atom.number < 0:
        raise ImpossibleDateError("учебный год занимает два соседних года")
    halves = {
        0: (dt.date(year, 9, 1), dt.date(year + 1, 8, 31)),
        1: (dt.date(year, 9, 1), dt.date(year, 12, 31)),
        2: (dt.date(year + 1, 1, 1), dt.date(year + 1, 8, 31)),
    }
    _require(atom.number in halves)
    return halves[atom.number]


def _week(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    """Seven days counted from the 1st; the last week is the month's last seven days."""
    last = month_end(year, atom.month)
    if atom.number == -1:
        return last - dt.timedelta(days=_DAYS_OF_WEEK - 1), last
    start = dt.date(year, atom.month, _DAYS_OF_WEEK * (atom.number - 1) + 1)
    return start, min(last, start + dt.timedelta(days=_DAYS_OF_WEEK - 1))


def _decade(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    number = 3 if atom.number == -1 else atom.number
    _require(1 <= number <= 3)
    end = month_end(year, atom.month) if number == 3 else dt.date(year, atom.month, 10 * number)
    return dt.date(year, atom.month, 10 * number - 9), end


def _half_month(atom: Atom, year: int) -> tuple[dt.date, dt.date]:
    number = 2 if atom.number == -1 else atom.number
    _require(1 <= number <= 2)
    if number == 1:
        return dt.date(year, atom.month, 1), dt.date(year, atom.month, 15)
    return dt.date(year, atom.month, 16), month_end(year, atom.month)


def _require(holds: bool) -> None:  # one private assertion
    if not holds:
        raise ValueError


_BOUNDS = {
    "day": _day,
    "month": _month,
    "quarter": _quarter,
    "half": _half,
    "year": _year,
    "school": _school,
    "week": _week,
    "decade": _decade,
    "half_month": _half_month,
}
