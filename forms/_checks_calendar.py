"""Rules that need a calendar: how a term was read, days nobody works on, visits, the federal calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding, Severity
from forms._checks_table import row_label
from forms._checks_vocabulary import FEDERAL_EVENTS
from forms._checks_walk import listed, shown, terms_of
from forms._working_days import day_off
from forms.language.period_value import Period

_SINGLE_DAYS = frozenset({"day", "deadline", "deadline_list"})
_VISIT = re.compile(r"посещени|выезд|визит")
_SATURDAY = 5
_DATE_WITH_YEAR_MARK = re.compile(r"\d{2}\.\d{2}\.\d{4}[ \u00a0]*г")
_FIRST_VISIT = re.compile(r"перв(?:ичн|ы)\w* (?:посещени|выезд|визит)")
_PROFILE_WORK = re.compile(r"^(?:работа|разбор|изучение|анализ) (?:с )?риск\w+ профил")


def check_calendar(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Visits of one team and terms later than the federal ones."""
    yield from _visits(data["rows"])
    yield from _federal(data)


def check_terms(data: Mapping[str, Any]) -> Iterator[Finding]:
    """How each term of a paper was read: two readings, torn words, days off."""
    for path, term in terms_of(data):
        if term.flags:
            for flag, (rule, severity, message, fix) in _FLAGS.items():
                if flag in term.flags:
                    yield Finding(rule, severity, path, f"{message}: «{shown(term.wording)}».", fix)
        if "г" in term.wording and _DATE_WITH_YEAR_MARK.search(term.wording):
            yield Finding(
                "DATE_FORMAT",
                "warning",
                path,
                f"После даты цифрами «г.» не пишется: «{shown(term.wording)}».",
                "Напишите «14.01.2022» или «14 января 2022 г.».",
            )
        if term.kind in _SINGLE_DAYS:
            yield from _day_off(path, term)


_FLAGS: dict[str, tuple[str, Severity, str, str]] = {
    "OCR_SPLIT_WORD": ("OCR_SPLIT", "error", "Слово в сроке разорвано пробелом", "Уберите пробел."),
    "AMBIGUOUS_RANGE_OR_LIST": (
        "PERIOD_AMBIGUOUS",
        "warning",
        "Непонятно, промежуток это или две даты",
        "Поставьте между датами тире или запятую.",
    ),
    "AMBIGUOUS_DEADLINE": (
        "PERIOD_AMBIGUOUS",
        "info",
        "Непонятно, входит ли названный месяц в срок",
        "Назовите последний день: «до 31.03.2022».",
    ),
    "YEAR_TWO_DIGITS": ("DATE_FORMAT", "warning", "Год написан двумя цифрами", "Напишите год полностью."),
    "WEEKDAY_MISMATCH": (
        "PERIOD_AMBIGUOUS",
        "warning",
        "День недели не совпадает с датой",
        "Исправьте дату или день недели.",
    ),
}


def _day_off(path: str, term: Period) -> Iterator[Finding]:
    days = term.dates or tuple(day for day in (term.end or term.start,) if day)
    for day in days:
        if why := day_off(day):
            yield Finding(
                "NONWORKING_DAY",
                "info" if day.weekday() == _SATURDAY else "warning",
                path,
                f"{day:%d.%m.%Y} – {why}.",
                "Проверьте дату или перенесите срок на рабочий день.",
            )


def _visits(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """One team in two schools on one day; work on the risk profile after the first visit."""
    seen: dict[tuple[Any, ...], str] = {}
    first_visit: dt.date | None = None
    for index, row in enumerate(rows):
        term, action = row["period"], row["action"].lower()
        if not term or not term.start:
            continue
        if "перв" in action and _FIRST_VISIT.search(action):
            first_visit = min(filter(None, (first_visit, term.start)))
        elif first_visit and term.start > first_visit and _PROFILE_WORK.search(action):
            yield Finding(
                "VISIT_LOGIC",
                "info",
                f"rows.{index}.period",
                f"Работа с рисковым профилем ({shown(term.wording)}) назначена после первого посещения школ.",
                "Рисковый профиль изучают до посещения: проверьте сроки.",
            )
        if term.kind != "day" or "«" not in action or not _VISIT.search(action):
            continue
        key = (term.start, tuple(row["executors"]))
        if key in seen:
            yield Finding(
                "VISIT_CLASH",
                "warning",
                f"rows.{index}.period",
                f"На {term.start:%d.%m.%Y} тем же исполнителям уже назначено посещение (строка {seen[key]}).",
                "Разнесите посещения по дням.",
            )
        seen.setdefault(key, row_label(row, index))


def _federal(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Terms later than the federal calendar of the project; one remark for each event."""
    if "500" not in data["title"]:
        return
    begun = [
        (term.start or term.end, index, row["action"].lower())
        for index, row in enumerate(data["rows"])
        if (term := row["period"]) and (term.start or term.end)
    ]
    for event in FEDERAL_EVENTS.get(data["year"], ()):
        late = [
            (index, data["rows"][index])
            for starts, index, action in begun
            if starts > event.due and event.is_about(action)
        ]
        if late:
            labels = [row_label(row, index) for index, row in late]
            yield Finding(
                "LATE_VS_FEDERAL",
                "warning",
                f"rows.{late[0][0]}.period",
                f"Срок позже федерального ({event.title} – до {event.due:%d.%m.%Y}): строки {listed(labels)}.",
                "Приведите сроки в соответствие с календарём проекта.",
            )
