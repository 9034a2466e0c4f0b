"""Информационная (аналитическая) справка: what was studied, what was found, what is recommended to whom.

Signed by its author. Shares, deviations and totals of the tables are computed from the typed values.
Source: the notes that roadmaps ask for (monitoring of roadmaps, of concept documents, of equipment, of results).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._checks import check_title_stop
from forms._checks_backing import check_backing
from forms._checks_calendar import check_terms
from forms._checks_notes import check_note, check_shares
from forms._checks_requisites import check_optional_marks, check_signature
from forms._checks_wording import check_wording
from forms._containers import Group, Lines, Rows
from forms._entries import with_stop
from forms._fields import Amount, Choice, DocDate, LongText, Term, Text, Whole, Yes
from forms._kind import FormKind, FormSchema
from forms._note_tables import annex_lines, result_block
from forms._parts import (
    Act,
    ExecutorMark,
    Organisation,
    Signer,
    act_text,
    contact_lines,
    executor_mark_lines,
    signature,
)
from forms._recommendations import grouped
from forms.language.agree import date_in_digits, date_in_words

ADDRESSEES = {
    "authority": "Муниципальным органам управления образованием",
    "municipal_coordinator": "Муниципальным координаторам",
    "curator": "Кураторам школ",
    "school_head": "Руководителям образовательных организаций",
    "regional_coordinator": "Региональному координатору",
}


class PlanFactRow(FormSchema):
    """An indicator with its plan and fact."""

    name = LongText(
        "Показатель", required=True, example="Школы, разместившие концептуальные документы", limit=500
    )
    unit = Text("Единица", example="школ", required=True, limit=40)
    plan = Amount("План", example=12)
    fact = Amount("Факт", required=True, example=11)
    part_of_total = Yes(
        "Входит в итог",
        default=False,
        printed=False,
        help="Отметьте, если строка складывается в строку «Итого».",
    )


class ObjectRow(FormSchema):
    """One school or municipality with its values."""

    name = Text("Наименование", required=True, example="МБОУ «Ясненская СОШ»", limit=300)
    cells = Lines(
        "Значения по графам", example=["24", "87,5"], one="Значение", maximum=10, required=True, minimum=1
    )


class ObjectTable(FormSchema):
    """A table by schools or municipalities."""

    heading = Text("Заголовок первой графы", required=True, example="Образовательная организация", limit=100)
    columns = Lines(
        "Графы",
        example=["Участников", "Доля справившихся, %"],
        one="Графа",
        required=True,
        minimum=1,
        maximum=6,
    )
    rows = Rows("Строки", ObjectRow, one="Строка", required=True, minimum=1, maximum=500)

    @validates_schema(skip_on_field_errors=True)
    def rows_fit_the_columns(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every row has a value for every column."""
        wanted = len(data["columns"])
        problems = {
            index: {"cells": [f"Значений должно быть {wanted}, а указано {len(row['cells'])}."]}
            for index, row in enumerate(data["rows"])
            if len(row["cells"]) != wanted
        }
        if problems:
            raise ValidationError({"rows": problems})


class Result(FormSchema):
    """A block of results: text and tables."""

    title = Text("Подзаголовок", example="Размещение концептуальных документов", limit=300)
    text = LongText("Текст", required=True, example="Документы разместили 11 школ из 12.")
    plan_fact = Rows("Таблица «план – факт»", PlanFactRow, one="Показатель", maximum=200)
    objects = Group("Таблица по организациям", ObjectTable)


class Recommendation(FormSchema):
    """A recommendation with its addressee."""

    addressee = Choice("Кому", ADDRESSEES, required=True)
    text = LongText(
        "Рекомендация", required=True, example="Завершить размещение документов в ИС МЭДК", limit=3000
    )
    deadline = Term("Срок", example="до 20.03.2022")


class InformationNoteSchema(FormSchema):
    """The payload of an information note."""

    organisation = Group("Организация", Organisation, required=True)
    note_kind = Choice(
        "Вид справки",
        {"information": "информационная справка", "analytical": "аналитическая справка", "plain": "справка"},
        required=True,
    )
    title = LongText(
        "Заголовок к тексту",
        required=True,
        limit=1000,
        help="Отвечает на вопрос «о чём?» или «по чему?», без точки в конце.",
        example="по результатам мониторинга муниципальных дорожных карт проекта «500+»",
    )
    date = DocDate("Дата", required=True, example="01.03.2022")
    number = Text("Номер", example="14", limit=40)
    place = Text("Место составления", example="г. Заречный", limit=100)
    basis = Rows("Основание", Act, one="Акт", maximum=20)
    purpose = LongText(
        "Цель", required=True, example="Оценить готовность муниципальных дорожных карт", limit=3000
    )
    starts_on = DocDate("Начало периода", required=True, example="15.02.2022")
    ends_on = DocDate("Конец периода", required=True, example="28.02.2022")
    sources = LongText("Источники", required=True, example="сайты муниципальных органов, ИС МЭДК", limit=3000)
    methods = LongText("Методы", required=True, example="анализ документов, опрос координаторов", limit=3000)
    schools_count = Whole("Число организаций", required=True, example=12, minimum=1)
    schools = Lines("Перечень организаций", example=["МБОУ «Ясненская СОШ»"], one="Организация", maximum=500)
    results = Rows("Результаты", Result, one="Блок", required=True, minimum=1, maximum=50)
    comparison = LongText(
        "Сравнение с предыдущим периодом", example="В 2021 году документы разместили 9 школ из 12."
    )
    problems = Lines(
        "Проблемы и типичные ошибки",
        example=["Не указаны исполнители"],
        one="Проблема",
        multiline=True,
        required=True,
        minimum=1,
    )
    conclusions = Lines(
        "Выводы",
        example=["Дорожные карты утверждены во всех муниципалитетах."],
        one="Вывод",
        multiline=True,
        required=True,
        minimum=1,
    )
    recommendations = Rows(
        "Рекомендации", Recommendation, one="Рекомендация", required=True, minimum=1, maximum=100
    )
    annexes = Lines("Приложения", example=["Перечень школ на 2 л. в 1 экз."], one="Приложение", maximum=50)
    signer = Group("Составитель", Signer, required=True)
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def agrees_with_itself(self, data: Mapping[str, Any], **_: Any) -> None:
        """The period runs forward; a list of schools is as long as the number says."""
        problems: dict[str, list[str]] = {}
        if data["ends_on"] < data["starts_on"]:
            problems["ends_on"] = ["Конец периода раньше начала."]
        if data["schools"] and len(data["schools"]) != data["schools_count"]:
            problems["schools_count"] = [
                f"Указано {data['schools_count']}, а в перечне организаций {len(data['schools'])}."
            ]
        if problems:
            raise ValidationError(problems)


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the printed blocks with deviations, percentages and totals."""
    kinds: dict[str, str] = InformationNoteSchema._declared_fields["note_kind"].options  # type: ignore[attr-defined]  # our Choice
    return {
        "letterhead_lines": data["organisation"]["name"].split("\n"),
        "contacts": contact_lines(data["organisation"]),
        "kind_text": kinds[data["note_kind"]].upper(),
        "title_lines": data["title"].split("\n"),
        "date_text": date_in_words(data["date"]),
        "basis_lines": [act_text(act, "nominative") for act in data["basis"]],
        "period_text": f"{date_in_digits(data['starts_on'])} – {date_in_digits(data['ends_on'])}",
        "result_blocks": [result_block(block) for block in data["results"]],
        "school_lines": [
            with_stop(name, last=number == len(data["schools"]))
            for number, name in enumerate(data["schools"], start=1)
        ],
        "annex_lines": annex_lines(data["annexes"]),
        "recommendation_groups": grouped(
            data["recommendations"], {key: f"{label}:" for key, label in ADDRESSEES.items()}
        ),
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


def headline(data: Mapping[str, Any]) -> str:
    """Return «Справка по результатам …»."""
    return f"Справка {' '.join(data['title'].split())}"


KIND = FormKind(
    title="Информационная справка",
    about="Справка по итогам мониторинга: результаты, выводы, адресные рекомендации.",
    schema=InformationNoteSchema,
    headline=headline,
    file_name=lambda data: f"{data['date'].isoformat()} {headline(data)}",
    derive=derive,
    number="number",
    date="date",
    checks=(
        check_note,
        check_backing,
        check_title_stop,
        check_signature,
        check_wording,
        check_shares,
        check_terms,
        check_optional_marks,
    ),
)
