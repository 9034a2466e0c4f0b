"""Rules about the terms of a roadmap: their order, their year, their style, days nobody works on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding
from forms._checks_table import row_label
from forms._checks_walk import listed, shown, terms_of
from forms.language.period_value import Period

Rows = Sequence[Mapping[str, Any]]

# A term without a first day of its own says nothing about the order of rows.
_UNORDERED = frozenset({"whole_period", "ongoing", "ongoing_from", "recurring", "separate_schedule", "stage"})
_BY_DAYS = frozenset({"day", "day_range", "two_dates_no_separator", "day_list"})
_SCHOOL_YEAR = re.compile(r"(20\d\d)[ ]?[-–/][ ]?(?:20)?(\d\d) уч")
_CONSTANT = re.compile(r"(?<![а-яё])постоянн(?:ая|ое|ый|ые|ой|о(?! действ))(?![а-яё])")
_MONTH_DAYS = 31
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def check_dates(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about the terms of rows."""
    rows = data["rows"]
    yield from _order(rows)
    yield from _outside(data)
    yield from _year_of_title(data)
    yield from _style(rows)
    yield from _years(rows)
    yield from _text_and_term(rows)


def _order(rows: Rows) -> Iterator[Finding]:
    """One remark for the paper: rows that start earlier than the row before them in their section."""
    pairs: list[tuple[int, str]] = []
    before: tuple[Mapping[str, Any], int] | None = None
    for index, row in enumerate(rows):
        if row["section"]:
            before = None
        term = row["period"]
        if not term or not term.start or term.kind in _UNORDERED:
            continue
        if before and _is_earlier(term, before[0]["period"]):
            pairs.append((index, f"{row_label(*before)} → {row_label(row, index)}"))
        before = row, index
    if pairs:
        yield Finding(
            "DATE_ORDER",
            "warning",
            f"rows.{pairs[0][0]}.period",
            f"Строки идут не по порядку сроков: {listed([text for _, text in pairs], 30)}.",
            "Расположите мероприятия по времени начала.",
        )


def _is_earlier(term: Period, before: Period) -> bool:
    """Days are compared with days only: «апрель–май» after «19 апреля» is in order."""
    if term.start is None or before.start is None:
        return False
    if term.kind in _BY_DAYS and before.kind in _BY_DAYS:
        return term.start < before.start
    return (term.start.year, term.start.month) < (before.start.year, before.start.month)


def _outside(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Terms outside the declared period, or over before the paper was approved."""
    first = data["starts_on"] or dt.date(data["year"], 1, 1)
    last = data["ends_on"] or dt.date(data["year"], 12, 31)
    approved_on = (data["approval"] or {}).get("date")
    for path, term in terms_of(data):
        days = [day for day in (term.start, term.end, *term.dates) if day]
        if not days or term.kind == "whole_period" or not path.startswith("rows."):
            continue
        if min(days) < first or max(days) > last:
            yield Finding(
                "DATE_OUTSIDE_PERIOD",
                "warning",
                path,
                f"Срок «{shown(term.wording)}» вне периода документа ({first:%d.%m.%Y} – {last:%d.%m.%Y}).",
                "Исправьте срок или период документа.",
            )
        elif approved_on and max(days) < approved_on and term.kind != "ongoing_from":
            yield Finding(
                "DATE_BEFORE_APPROVAL",
                "info" if data["starts_on"] and data["starts_on"] < approved_on else "warning",
                path,
                f"Срок «{shown(term.wording)}» истёк до утверждения документа ({approved_on:%d.%m.%Y}).",
                "Проверьте срок: выполненное мероприятие в план не включают.",
            )


def _year_of_title(data: Mapping[str, Any]) -> Iterator[Finding]:
    years = {int(year) for year in _YEARS.findall(data["title"])}
    if years and not min(years) <= data["year"] <= max(years):
        yield Finding(
            "YEAR_MISMATCH",
            "warning",
            "title",
            f"В заголовке {listed([str(year) for year in sorted(years)])}, а год документа – {data['year']}.",
            "Исправьте год.",
        )


def _style(rows: Rows) -> Iterator[Finding]:
    terms = [(index, row) for index, row in enumerate(rows) if row["period"]]
    months = [pair for pair in terms if pair[1]["period"].kind in {"month", "month_range"}]
    capital = [pair for pair in months if "CAPITALISED" in pair[1]["period"].flags]
    ranges = [pair for pair in months if pair[1]["period"].kind == "month_range"]
    spaced = [pair for pair in ranges if "SPACED_EN_DASH" in pair[1]["period"].flags]
    for odd, all_of_them, what in (
        (capital, months, "месяц написан то с прописной, то со строчной буквы"),
        (spaced, ranges, "промежуток написан то через дефис, то через тире с пробелами"),
    ):
        rest = [pair for pair in all_of_them if pair not in odd]
        rare = min((odd, rest), key=len)
        if rare:
            cells = [f"{row_label(row, index)}: {row['period'].wording}" for index, row in rare]
            yield Finding(
                "STYLE_DATES",
                "warning" if len(rare) > 1 else "info",
                f"rows.{rare[0][0]}.period",
                f"Сроки написаны по-разному ({what}): {listed(cells)}.",
                "Пишите сроки одинаково.",
            )


def _years(rows: Rows) -> Iterator[Finding]:
    """A year that only some terms have; a year grown together with «г.»."""
    dated = [
        (i, row) for i, row in enumerate(rows) if row["period"] and (row["period"].start or row["period"].end)
    ]
    missing = [pair for pair in dated if "YEAR_INFERRED" in pair[1]["period"].flags]
    tight = [pair for pair in dated if "NO_SPACE_BEFORE_г." in pair[1]["period"].flags]
    if missing and len(missing) < len(dated):
        labels = [row_label(row, index) for index, row in missing]
        yield Finding(
            "YEAR_MISSING",
            "warning",
            f"rows.{missing[0][0]}.period",
            f"Год указан не у всех сроков, его нет в строках {listed(labels, 20)}.",
            "Укажите год у каждого срока.",
        )
    if tight:
        labels = [row_label(row, index) for index, row in tight]
        yield Finding(
            "NBSP_YEAR",
            "warning",
            f"rows.{tight[0][0]}.period",
            f"Между годом и «г.» нет пробела в строках {listed(labels, 20)}.",
            "Поставьте пробел: «2022 г.».",
        )


def _text_and_term(rows: Rows) -> Iterator[Finding]:
    for index, row in enumerate(rows):
        term = row["period"]
        if not term or not term.start:
            continue
        for name in ("action", "indicator"):
            found = _SCHOOL_YEAR.search(row[name])
            if found and term.start > dt.date(2000 + int(found[2]), 8, 31):
                yield Finding(
                    "YEAR_MISMATCH",
                    "warning",
                    f"rows.{index}.{name}",
                    f"Учебный год «{found[1]}–20{found[2]}» к сроку «{shown(term.wording)}» уже закончился.",
                    "Исправьте учебный год или срок.",
                )
        constant = _CONSTANT.search(row["action"].lower())
        if constant and term.end and (term.end - term.start).days < _MONTH_DAYS:
            yield Finding(
                "PERIOD_VS_TEXT",
                "warning",
                f"rows.{index}.period",
                f"Работа названа постоянной («{constant[0]}»), а срок – «{shown(term.wording)}».",
                "Укажите весь период работы или уберите слово «постоянная».",
            )
