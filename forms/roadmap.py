"""Дорожная карта (план-график): the table of measures with terms, indicators and executors.

Approved by an order as its annex or by a stamp of the head; the coordinator keeps it. The payload chooses and
names its columns: every column set met in real roadmaps is a list of keys and headings.
Source: roadmaps of the project of targeted help for schools with low results, 2021–2022; GOST R 7.0.97.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from forms._checks_roadmap import ROADMAP_CHECKS
from forms._columns import lies_on_its_side
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, Choice, DocDate, LongText, Term, Text, Whole
from forms._kind import FormKind, FormSchema, title_line
from forms._parts import (
    DATE_STYLES,
    Approval,
    ExecutorMark,
    Signer,
    approval_lines,
    executor_mark_lines,
    require_head_noun,
    signature,
)
from forms._roadmap_table import (
    COLUMNS,
    body_lines,
    numbered_notes,
    placed_columns,
    tables,
)
from forms.language.period import Period, PeriodError, read_period


class Column(FormSchema):
    """A column of the table."""

    key = Choice("Что в графе", COLUMNS, required=True, printed=False)
    title = Text("Заголовок графы", required=True, example="Описание действий", limit=200)
    group = Text(
        "Общий заголовок",
        help="Для двухуровневой шапки: одинаковый текст у соседних граф печатается над ними один раз.",
        example="Срок исполнения",
        limit=200,
    )
    width_mm = Whole(
        "Ширина, мм",
        help="Не заполняется, если ширину выбирает система.",
        example=40,
        minimum=8,
        maximum=200,
        printed=False,
    )


class SubAction(FormSchema):
    """A part of a measure, with a term of its own if it has one."""

    no = Text("Номер или знак", help="«1)», «3.1.» или «–».", example="1)", limit=12)
    text = LongText("Текст", required=True, example="утверждение перечня школ-участниц", limit=3000)
    period = Term("Срок", example="до 20.12.2021")


class IndicatorValue(FormSchema):
    """The measurable part of an indicator, for reports on the execution."""

    op = Choice("Условие", {"=": "равно", "≥": "не менее"}, default="=", printed=False)
    value = Amount("Значение", example=100, required=True, printed=False)
    unit = Text("Единица", example="%", limit=40, printed=False)


class Row(FormSchema):
    """A measure."""

    section = Text(
        "Раздел",
        help="Заполняется у первой строки раздела; печатается строкой на всю ширину таблицы.",
        example="1. Организационное сопровождение проекта",
        limit=300,
    )
    no = Text("№ п/п", example="1.1", limit=12)
    event = LongText("Событие", example="Назначение кураторов", limit=1000)
    action = LongText("Мероприятие", example="Назначение муниципальных координаторов", limit=5000)
    sub_actions = Rows("Части мероприятия", SubAction, one="Часть", maximum=50)
    period = Term(
        "Срок", help="Как в документе; несколько сроков – с новой строки.", example="март–апрель 2022"
    )
    indicator = LongText("Показатель", example="Координаторы назначены во всех школах-участницах", limit=3000)
    indicator_value = Group("Измеримое значение показателя", IndicatorValue, printed=False)
    executors = Lines("Исполнители", example=["Муниципальный координатор", "кураторы"], one="Исполнитель")
    result = LongText("Результат", example="Приказ о назначении координаторов", limit=3000)
    publication = Lines("Где размещается результат", example=["Официальный сайт", "РЦОКО"], one="Место")
    consequences = LongText("Последствия нереализации", example="Отсутствие адресной помощи", limit=3000)
    related = LongText("Связь с показателями", example="Показатели 1.1, 1.4", limit=1000)
    usage = LongText(
        "Использование результатов", example="Учтено при планировании методической работы", limit=3000
    )
    note = LongText("Примечание", example="По согласованию с региональным координатором", limit=1000)


class Footnote(FormSchema):
    """A footnote and the place of its mark."""

    place = Choice(
        "К чему сноска",
        {"title": "к заголовку", "column": "к заголовку графы", "row": "к строке таблицы"},
        required=True,
        printed=False,
    )
    target = Text(
        "Графа или номер строки",
        help="Для графы – её обозначение (indicator), для строки – её номер (1.1).",
        example="indicator",
        limit=40,
        printed=False,
    )
    text = LongText("Текст сноски", required=True, example="Далее – Проект 500+.", limit=3000)


class Abbreviation(FormSchema):
    """An abbreviation and what it means."""

    short = Text("Сокращение", required=True, example="ИС МЭДК", limit=40)
    full = Text(
        "Расшифровка",
        example="информационная система «Мониторинг электронных дорожных карт»",
        limit=400,
    )


class RoadmapSchema(FormSchema):
    """The payload of a roadmap."""

    approval = Group("Отметка об утверждении", Approval)
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    title = LongText(
        "Заголовок",
        help="Каждая строка печатается отдельно, без точки в конце.",
        required=True,
        example="Дорожная карта реализации проекта «500+» в 2022 году",
        limit=1000,
    )
    year = Whole(
        "Год",
        required=True,
        example=2022,
        minimum=1990,
        maximum=2100,
        printed=False,
        help="Год документа: им дополняются сроки без года.",
    )
    starts_on = DocDate(
        "Начало периода",
        example="01.01.2022",
        printed=False,
        help="Если срок реализации не совпадает с календарным годом.",
    )
    ends_on = DocDate("Конец периода", example="31.12.2022", printed=False)
    orientation = Choice(
        "Ориентация листа",
        {"auto": "по числу граф", "portrait": "книжная", "landscape": "альбомная"},
        default="auto",
        printed=False,
    )
    columns = Rows("Графы таблицы", Column, one="Графа", required=True, minimum=2, maximum=12)
    rows = Rows("Строки", Row, one="Строка", required=True, minimum=1, maximum=5000)
    footnotes = Rows("Сноски", Footnote, one="Сноска", maximum=50)
    abbreviations = Rows("Принятые сокращения", Abbreviation, one="Сокращение", maximum=100)
    abbreviations_place = Choice(
        "Где печатать сокращения",
        {"footnote": "в сноске к последней графе", "after": "после таблицы"},
        default="after",
        printed=False,
    )
    signer = Group("Подписывает", Signer, help="Если дорожная карта подписывается отдельно от приказа.")
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def columns_and_notes_agree(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every column once; a footnote points at a column or a row that exists; rows fit the columns."""
        if data["approval"] and data["approval"]["form"] in {"annex_approved", "approved_by_act"}:
            require_head_noun(data["title"])
        problems: dict[str, Any] = {}
        keys = [column["key"] for column in data["columns"]]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                problems.setdefault("columns", {})[index] = {"key": ["Такая графа уже есть."]}
        targets = {"column": keys, "row": [row["no"] for row in data["rows"]], "title": [""]}
        for index, note in enumerate(data["footnotes"]):
            if note["target"] not in targets[note["place"]] and note["place"] != "title":
                text = f"Нет графы или строки «{note['target']}», к которой относится сноска."
                problems.setdefault("footnotes", {})[index] = {"target": [text]}
        for index, row in enumerate(data["rows"]):
            if lost := _unprinted(row, keys):
                problems.setdefault("rows", {})[index] = lost
        if data["starts_on"] and data["ends_on"] and data["ends_on"] < data["starts_on"]:
            problems["ends_on"] = ["Конец периода раньше начала."]
        if problems:
            raise ValidationError(problems)

    @post_load
    def complete_terms(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read the terms again, now that the year of the document is known."""
        year = data["year"]
        span = (data["starts_on"] or dt.date(year, 1, 1), data["ends_on"] or dt.date(year, 12, 31))
        problems: dict[int, dict[str, list[str]]] = {}
        for index, row in enumerate(data["rows"]):
            for holder in (row, *row["sub_actions"]):
                if not holder["period"]:
                    continue
                try:
                    holder["period"] = read_period(holder["period"].wording, year=year, span=span)
                except PeriodError as error:
                    problems[index] = {"period": [str(error)]}
        if problems:
            raise ValidationError({"rows": problems})
        return data


# A term has two more columns that print it; sub-actions print inside the action.
_PRINTED_BY = {"period": {"period", "start", "end", "q1", "q2", "q3", "q4"}}


def _unprinted(row: Mapping[str, Any], keys: list[str]) -> dict[str, list[str]]:
    """Return a message for every filled field that no chosen column prints: nothing is lost in silence."""
    fields = (
        "no",
        "event",
        "action",
        "period",
        "indicator",
        "executors",
        "result",
        "publication",
        "consequences",
        "related",
        "usage",
        "note",
    )
    text = "Поле заполнено, но графы для него нет: добавьте графу или очистите поле."
    return {name: [text] for name in fields if row[name] and not (_PRINTED_BY.get(name, {name}) & set(keys))}


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mark, the heading and body of the table cell by cell, the footnotes and the signature."""
    title = title_line(data)
    landscape = lies_on_its_side(data["orientation"], len(data["columns"]))
    columns = placed_columns(data["columns"], data["rows"], landscape=landscape)
    notes = numbered_notes(data)
    lines = body_lines(data["rows"], columns, notes, signed=bool(data["signer"]))
    return {
        "landscape": landscape,
        "mark": approval_lines(data["approval"], title, data["date_style"]),
        "title_lines": data["title"].split("\n"),
        "title_notes": [note for note in notes if note["place"] == "title"],
        "notes": notes,
        "grid": columns,
        "tables": tables(columns, notes, lines),
        "abbreviation_lines": [] if data["abbreviations_place"] == "footnote" else data["abbreviations"],
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


KIND = FormKind(
    title="Дорожная карта",
    about="План-график мероприятий: разделы, сроки, показатели, исполнители.",
    schema=RoadmapSchema,
    headline=title_line,
    file_name=lambda data: f"{data['year']} {title_line(data)}",
    derive=derive,
    checks=ROADMAP_CHECKS,
)

__all__ = ["KIND", "Period"]
