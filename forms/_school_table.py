"""The table of schools: which columns there are, what each prints, and what a careful clerk asks about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding
from forms._columns import ColumnPlan, Texts
from forms._people import alphabetical, full_name, position_at

COLUMNS = {
    "no": "№ п/п",
    "municipality": "муниципальное образование",
    "school": "школа",
    "address": "адрес, сайт",
    "director": "руководитель школы",
    "coordinator": "муниципальный координатор",
    "school_coordinator": "школьный координатор",
    "curator": "куратор, должность и место работы",
    "contacts": "контакты куратора",
    "year": "год участия",
}
_TITLES = {
    **{key: label[0].upper() + label[1:] for key, label in COLUMNS.items()},
    "school": "Образовательная организация",
    "curator": "Куратор",
}
_WEIGHTS = {"school": 30.0, "address": 24.0, "curator": 26.0, "year": 8.0}
_WIDTHS_MM = {"no": 14, "contacts": 36}
_ALWAYS = ("no", "school", "coordinator", "curator")
_PRINTED_BY = {
    "municipality": ("municipality",),
    "school": ("name", "full_name"),
    "address": ("address", "site"),
    "director": ("director",),
    "coordinator": ("coordinator",),
    "school_coordinator": ("school_coordinator",),
    "curator": ("curator", "curator_position", "curator_organisation"),
    "contacts": ("contacts",),
    "year": ("year",),
}
_SCHOOL_NAME = re.compile(
    r"(?:М[БКА]?ОУ|Г[БКА]?ОУ|О?Г[БКА]ОУ|М[БКА]ОУ) .*(?:СОШ|ООШ|НОШ|СШ|ОШ|[Шш]кола|[Гг]имназия|[Лл]ицей).*"
)


def printed_fields(keys: Iterable[str]) -> set[str]:
    """Return the fields of a school that columns print, and those that are never printed."""
    return {"login", *(name for key in keys for name in _PRINTED_BY.get(key, ()))}


def coordinators(schools: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the coordinator of every school: an empty one is that of the school above."""
    filled: list[Mapping[str, Any]] = []
    for school in schools:
        filled.append(school["coordinator"] or filled[-1])
    return filled


def texts(data: Mapping[str, Any]) -> list[Texts]:
    """Return column key -> paragraphs, school by school; what is filled down is repeated."""
    schools = data["schools"]
    several_years = any(school["year"] for school in schools)
    lines: list[Texts] = []
    municipality = ""
    for number, (school, coordinator) in enumerate(zip(schools, coordinators(schools), strict=True), start=1):
        municipality = school["municipality"] or municipality
        year = str(school["year"] or data["year"]) if several_years else ""
        line = {
            "no": str(number),
            "municipality": municipality,
            "director": _name(school["director"]),
            "coordinator": _name(coordinator),
            "school_coordinator": _name(school["school_coordinator"]),
            "contacts": "" if data["without_contacts"] else school["contacts"],
            "year": year,
        }
        post = position_at(school["curator_position"], school["curator_organisation"])
        lines.append(
            {
                **{key: [text] if text else [] for key, text in line.items()},
                "school": _school(school),
                "address": [text for text in (school["address"], school["site"]) if text],
                "curator": [text for text in (_name(school["curator"]), post) if text],
            }
        )
    return lines


def _name(person: Mapping[str, Any] | None) -> str:
    return full_name(person) if person else ""


def _school(school: Mapping[str, Any]) -> list[str]:
    return [school["full_name"], f"({school['name']})"] if school["full_name"] else [school["name"]]


def plans(data: Mapping[str, Any], lines: Sequence[Texts]) -> list[ColumnPlan]:
    """Return the chosen columns, or every column that has something to print."""
    chosen: list[tuple[str, str, int]] = [(c["key"], c["title"], c["width_mm"] or 0) for c in data["columns"]]
    if not chosen:
        filled = [key for key in COLUMNS if key in _ALWAYS or any(line[key] for line in lines)]
        chosen = [(key, _TITLES[key], 0) for key in filled]
    return [
        ColumnPlan(
            key,
            title,
            _WEIGHTS.get(key, 18.0),
            width_mm or _WIDTHS_MM.get(key, 0),
            centred=key in {"no", "year"},
        )
        for key, title, width_mm in chosen
        if key != "contacts" or not data["without_contacts"]
    ]


def check_names(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A school is named with its legal form and its kind: «МБОУ «Сосновская СОШ»»."""
    for index, school in enumerate(data["schools"]):
        if not _SCHOOL_NAME.fullmatch(school["name"]):
            yield Finding(
                "SCHOOL_NAME",
                "warning",
                f"schools.{index}.name",
                f"Наименование «{school['name']}» непривычно: нет организационной формы или вида школы.",
                "Сверьте с уставом: например, МБОУ «Сосновская СОШ».",
            )


def check_curators(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A curator comes from another school."""
    for index, school in enumerate(data["schools"]):
        if school["curator_organisation"] == school["name"]:
            yield Finding(
                "CURATOR_OF_OWN_SCHOOL",
                "error",
                f"schools.{index}.curator_organisation",
                f"Куратор работает в школе, которую курирует: {school['name']}.",
                "Закрепите за школой куратора из другой организации.",
            )


def check_directors(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A school has a head of its own, and its head does not supervise it."""
    first: dict[str, str] = {}
    for index, school in enumerate(data["schools"]):
        if not school["director"]:
            continue
        name = alphabetical(full_name(school["director"]))
        if school["curator"] and alphabetical(full_name(school["curator"])) == name:
            yield Finding(
                "CURATOR_OF_OWN_SCHOOL",
                "error",
                f"schools.{index}.curator",
                f"Куратор сам руководит школой, которую курирует: {school['name']}.",
                "Закрепите за школой куратора из другой организации.",
            )
        seen = first.setdefault(name, school["name"])
        if seen != school["name"]:
            yield Finding(
                "DIRECTOR_TWICE",
                "warning",
                f"schools.{index}.director",
                f"У двух школ один руководитель – {full_name(school['director'])}: {seen} и {school['name']}.",
                "Проверьте, не одна ли это школа под разными наименованиями и кто ею руководит.",
            )


def check_runs(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The schools of a coordinator stand together, otherwise the cell cannot be merged."""
    names = [full_name(coordinator) for coordinator in coordinators(data["schools"])]
    for index, name in enumerate(names):
        if index and name != names[index - 1] and name in names[: index - 1]:
            yield Finding(
                "COORDINATOR_APART",
                "warning",
                f"schools.{index}.coordinator",
                f"Школы координатора «{name}» стоят в перечне не подряд.",
                "Переставьте школы так, чтобы школы одного координатора шли друг за другом.",
            )
