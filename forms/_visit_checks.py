"""What a careful clerk asks about a schedule of visits; every rule is named in the forms' description, B.6."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from forms._checks import Finding
from forms._checks_vocabulary import FEDERAL_EVENTS
from forms._people import full_name
from forms._working_days import day_off
from forms.language.agree import date_in_digits, with_number

_LONGEST_GAP_DAYS = 28  # «не реже одного раза в 3–4 недели», the curator's algorithm


def curators(visits: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return school -> its curator: the first one stated for it."""
    found: dict[str, Mapping[str, Any]] = {}
    for visit in visits:
        if visit["curator"]:
            found.setdefault(visit["school"], visit["curator"])
    return found


def check_stage_windows(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A visit of a stage takes place within its dates."""
    windows = {stage["stage"]: (stage["starts_on"], stage["ends_on"]) for stage in data["stages"]}
    for index, visit in enumerate(data["visits"]):
        first, last = windows[visit["stage"]]
        if not first <= visit["date"] <= last:
            yield Finding(
                "VISIT_OUTSIDE_STAGE",
                "error",
                f"visits.{index}.date",
                f"Посещение {date_in_digits(visit['date'])} вне {visit['stage']} этапа "
                f"({date_in_digits(first)} – {date_in_digits(last)}).",
                "Исправьте дату посещения, этап или сроки этапа.",
            )


def check_working_days(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Nobody visits a school on a day off."""
    for index, visit in enumerate(data["visits"]):
        if reason := day_off(visit["date"]):
            yield Finding(
                "VISIT_DAY_OFF",
                "warning",
                f"visits.{index}.date",
                f"{date_in_digits(visit['date'])} – {reason}.",
                "Назначьте посещение на рабочий день.",
            )


def check_first_visits(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every school is visited for the first time by the date stated, or by that of the federal calendar."""
    events = FEDERAL_EVENTS.get(data["year"], ()) if "500" in data["title"] else ()
    federal = next((event.due for event in events if event.visit == "first"), None)
    limit: dt.date | None = data["first_visit_by"] or federal
    if limit is None:
        return
    for school, own in _by_school(data).items():
        index, visit = min(own, key=lambda pair: pair[1]["date"])
        if visit["date"] > limit:
            yield Finding(
                "VISIT_FIRST_LATE",
                "warning",
                f"visits.{index}.date",
                f"Первое посещение школы {school} назначено на {date_in_digits(visit['date'])}, "
                f"а должно состояться до {date_in_digits(limit)}.",
                "Назначьте первое посещение раньше.",
            )


def check_gaps(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Between two visits of a stage there is no longer gap than the project allows."""
    limit = data["interval_days"] or _LONGEST_GAP_DAYS
    for school, own in _by_school(data).items():
        for stage in data["stages"]:
            dated = sorted((v["date"], i) for i, v in own if v["stage"] == stage["stage"])
            for (before, _), (after, index) in pairwise(dated):
                if (days := (after - before).days) > limit:
                    yield Finding(
                        "VISIT_GAP",
                        "warning",
                        f"visits.{index}.date",
                        f"{school}: между посещениями {date_in_digits(before)} и {date_in_digits(after)} "
                        f"проходит {with_number(days, 'день')}, допустимо не более {limit}.",
                        "Добавьте посещение или перенесите одно из них.",
                    )


def check_one_school_a_day(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A curator is not in two schools on the same day."""
    known = curators(data["visits"])
    seen: dict[tuple[str, dt.date], str] = {}
    for index, visit in enumerate(data["visits"]):
        if not (curator := known.get(visit["school"])):
            continue
        name = full_name(curator)
        other = seen.setdefault((name, visit["date"]), visit["school"])
        if other != visit["school"]:
            yield Finding(
                "VISIT_TWO_SCHOOLS",
                "warning",
                f"visits.{index}.date",
                f"{date_in_digits(visit['date'])} куратор {name} должен быть в двух школах: "
                f"{other} и {visit['school']}.",
                "Разведите посещения по разным дням.",
            )


def check_every_school(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every school is visited in every stage, and no school is forgotten altogether."""
    by_school = _by_school(data)
    for school, own in by_school.items():
        for stage in data["stages"]:
            if not any(visit["stage"] == stage["stage"] for _, visit in own):
                yield Finding(
                    "VISIT_MISSING",
                    "warning",
                    f"visits.{own[0][0]}.school",
                    f"{school}: нет ни одного посещения на {stage['stage']} этапе.",
                    "Добавьте посещение: каждую школу посещают на каждом этапе.",
                )
    if (count := data["schools_count"]) and count != len(by_school):
        yield Finding(
            "VISIT_SCHOOLS_COUNT",
            "error",
            "schools_count",
            f"В графике {with_number(len(by_school), 'школа')}, а в проекте участвует {count}.",
            "Добавьте забытые школы или проверьте наименования: одна школа пишется одинаково.",
        )


def check_one_curator(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A school has one curator."""
    known = curators(data["visits"])
    for index, visit in enumerate(data["visits"]):
        if visit["curator"] and full_name(visit["curator"]) != full_name(known[visit["school"]]):
            yield Finding(
                "VISIT_TWO_CURATORS",
                "warning",
                f"visits.{index}.curator",
                f"У школы {visit['school']} два куратора: {full_name(known[visit['school']])} "
                f"и {full_name(visit['curator'])}.",
                "Оставьте одного куратора.",
            )


def _by_school(data: Mapping[str, Any]) -> dict[str, list[tuple[int, Mapping[str, Any]]]]:
    by_school: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for index, visit in enumerate(data["visits"]):
        by_school.setdefault(visit["school"], []).append((index, visit))
    return by_school
