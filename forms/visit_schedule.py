"""График посещений школ кураторами: who visits which school, when and what for, stage by stage.

Approved by the municipal coordinator or by an order; kept by the coordinator, who marks what took place.
Source: «Наличие графиков посещений» in municipal roadmaps of the project of targeted help; the curator's algorithm
(how often a school is visited).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._annex_checks import ANNEX_CHECKS
from forms._checks import check_title_stop
from forms._columns import ColumnPlan, Texts, cells, placed
from forms._containers import Group, Rows
from forms._curator_tables import STAGES, VISIT_KINDS
from forms._fields import Choice, DocDate, LongText, Text, Whole
from forms._kind import FormKind, FormSchema, title_line
from forms._parts import (
    DATE_STYLES,
    Approval,
    ExecutorMark,
    Person,
    Signer,
    approval_lines,
    executor_mark_lines,
    require_head_noun,
    signature,
)
from forms._people import full_name
from forms._reference import RISK_DIRECTIONS
from forms._visit_checks import (
    check_every_school,
    check_first_visits,
    check_gaps,
    check_one_curator,
    check_one_school_a_day,
    check_stage_windows,
    check_working_days,
    curators,
)
from forms.language.agree import date_in_digits

VISIT_FORMS = {"on_site": "очно", "remote": "дистанционно"}
_COLUMNS = (
    ColumnPlan("no", "№ п/п", width_mm=14, centred=True),
    ColumnPlan("school", "Школа", 22),
    ColumnPlan("curator", "Куратор", 18),
    ColumnPlan("coordinator", "Муниципальный координатор", 18),
    ColumnPlan("date", "Дата посещения", width_mm=25, centred=True),
    ColumnPlan("done_on", "Фактическая дата", width_mm=26, centred=True),
    ColumnPlan("kind", "Вид и форма посещения", width_mm=31, centred=True),
    ColumnPlan("purpose", "Цель, рисковое направление", 60),
    ColumnPlan("mark", "Отметка о выполнении", 18),
)
_IF_ANY = {"coordinator", "done_on"}


class Stage(FormSchema):
    """A stage of the project and its dates."""

    stage = Choice("Этап", STAGES, help="Печатается у посещений этого этапа.", required=True, printed=False)
    starts_on = DocDate("Начало этапа", required=True, example="14.02.2022")
    ends_on = DocDate("Конец этапа", required=True, example="31.05.2022")

    @validates_schema(skip_on_field_errors=True)
    def runs_forward(self, data: Mapping[str, Any], **_: Any) -> None:
        """A stage ends after it starts."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError({"ends_on": ["Конец этапа раньше начала."]})


class PlannedVisit(FormSchema):
    """A visit as it is planned, and later what became of it."""

    stage = Choice("Этап", STAGES, required=True)
    school = Text("Школа", required=True, example="МБОУ «Сосновская СОШ»", limit=300)
    curator = Group(
        "Куратор", Person, help="Достаточно указать у первого посещения школы: дальше он печатается сам."
    )
    coordinator = Group(
        "Муниципальный координатор", Person, help="Если в графике несколько муниципальных образований."
    )
    date = DocDate("Дата посещения", required=True, example="15.02.2022")
    done_on = DocDate("Фактическая дата", example="16.02.2022")
    kind = Choice("Вид посещения", VISIT_KINDS, required=True)
    purpose = LongText("Цель", required=True, example="Верификация рискового профиля школы", limit=1000)
    risk = Choice("Рисковое направление", RISK_DIRECTIONS, help="Печатается после цели.")
    form = Choice("Форма", VISIT_FORMS, default="on_site")
    mark = LongText(
        "Отметка о выполнении",
        help="Не заполняется, если отметку ставят от руки.",
        example="Проведено, справка от 17.02.2022",
        limit=500,
    )


class VisitScheduleSchema(FormSchema):
    """The payload of a schedule of visits."""

    approval = Group("Отметка об утверждении", Approval)
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    title = LongText(
        "Заголовок",
        help="Каждая строка печатается отдельно, без точки в конце.",
        required=True,
        example="График посещений школ – участниц проекта «500+» кураторами в 2022 году",
        limit=1000,
    )
    year = Whole("Год", required=True, example=2022, minimum=1990, maximum=2100, printed=False)
    stages = Rows("Этапы", Stage, one="Этап", required=True, minimum=1, maximum=2)
    first_visit_by = DocDate(
        "Срок первого посещения",
        help="По календарю проекта: к этой дате посещают каждую школу.",
        example="01.03.2022",
        printed=False,
    )
    interval_days = Whole(
        "Наибольший перерыв между посещениями, дней",
        help="Если не указан, проверяется перерыв в четыре недели.",
        example=28,
        minimum=1,
        maximum=366,
        printed=False,
    )
    schools_count = Whole(
        "Число школ-участниц",
        help="Для проверки, что ни одна школа не забыта.",
        example=4,
        minimum=1,
        maximum=5000,
        printed=False,
    )
    visits = Rows("Посещения", PlannedVisit, one="Посещение", required=True, minimum=1, maximum=5000)
    signer = Group("Подписывает", Signer)
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def is_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Stages are stated once, every school has a curator, nobody comes twice on a day."""
        if data["approval"] and data["approval"]["form"] in {"annex_approved", "approved_by_act"}:
            require_head_noun(data["title"])
        problems: dict[str, Any] = {}
        stages = [stage["stage"] for stage in data["stages"]]
        if len(set(stages)) < len(stages):
            problems["stages"] = {len(stages) - 1: {"stage": ["Такой этап уже есть."]}}
        known = curators(data["visits"])
        taken: set[tuple[Any, ...]] = set()
        for index, visit in enumerate(data["visits"]):
            found: dict[str, list[str]] = {}
            if visit["stage"] not in stages:
                found["stage"] = ["Сроки этого этапа не указаны: добавьте этап или исправьте посещение."]
            if visit["school"] not in known:
                found["curator"] = ["Укажите куратора этой школы."]
            if (visit["school"], visit["date"]) in taken:
                found["date"] = ["Посещение этой школы в этот день уже есть."]
            taken.add((visit["school"], visit["date"]))
            if found:
                problems.setdefault("visits", {})[index] = found
        if problems:
            raise ValidationError(problems)


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mark, the table stage by stage with merged schools, and the signature."""
    lines = _texts(data)
    used = [c for c in _COLUMNS if c.key not in _IF_ANY or any(line[c.key] for line in lines)]
    grid = placed(used, lines, landscape=True)
    whole = {"span": len(grid), "width": sum(column["width"] for column in grid)}
    printed: list[dict[str, Any]] = []
    stages = [stage for stage in data["stages"] if any(v["stage"] == stage["stage"] for v in data["visits"])]
    for stage in stages:
        own = [line for line in lines if line["stage"] == [stage["stage"]]]
        signed = bool(data["signer"]) and stage is stages[-1]
        body = cells(grid, own, merged=("coordinator", "school", "curator"), together="school", signed=signed)
        for place, line in enumerate(body):
            printed.append({**whole, "section": "" if place else _stage_title(stage), "cells": line})
    return {
        "mark": approval_lines(data["approval"], title_line(data), data["date_style"]),
        "title_lines": data["title"].split("\n"),
        "grid": grid,
        "lines": printed,
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


def _texts(data: Mapping[str, Any]) -> list[Texts]:
    """Return column key -> paragraphs, stage by stage; «stage» is no column but the key of its group."""
    known = curators(data["visits"])
    ordered = [v for stage in data["stages"] for v in data["visits"] if v["stage"] == stage["stage"]]
    lines: list[Texts] = []
    for number, visit in enumerate(ordered, start=1):
        risk = f"Направление: {_small(RISK_DIRECTIONS[visit['risk']])}" if visit["risk"] else ""
        line = {
            "stage": visit["stage"],
            "no": str(number),
            "school": visit["school"],
            "curator": full_name(known[visit["school"]]),
            "coordinator": full_name(visit["coordinator"]) if visit["coordinator"] else "",
            "date": date_in_digits(visit["date"]),
            "done_on": date_in_digits(visit["done_on"]) if visit["done_on"] else "",
            "kind": f"{VISIT_KINDS[visit['kind']]}, {VISIT_FORMS[visit['form']]}",
            "mark": visit["mark"],
        }
        purpose = [text for text in (visit["purpose"], risk) if text]
        lines.append({**{key: [text] if text else [] for key, text in line.items()}, "purpose": purpose})
    return lines


def _small(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"


def _stage_title(stage: Mapping[str, Any]) -> str:
    return (
        f"{STAGES[stage['stage']]}: {date_in_digits(stage['starts_on'])} – {date_in_digits(stage['ends_on'])}"
    )


KIND = FormKind(
    title="График посещений",
    about="График посещений школ кураторами по этапам: даты, виды, цели, отметки о выполнении.",
    schema=VisitScheduleSchema,
    headline=title_line,
    file_name=lambda data: f"{data['year']} {title_line(data)}",
    derive=derive,
    checks=(
        check_title_stop,
        check_stage_windows,
        check_working_days,
        check_first_visits,
        check_gaps,
        check_one_school_a_day,
        check_every_school,
        check_one_curator,
        *ANNEX_CHECKS,
    ),
)
