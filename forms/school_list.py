"""Перечень школ-участниц: which schools take part, who coordinates them and who is their curator.

Approved by an order as its annex, by a stamp of the head, or signed by the coordinator; everyone named in it works
by it. Source: participants tables of the project of targeted help, 2021–2022 (the coordinator stands once for all
of their schools); the order appointing coordinators and curators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._annex_checks import ANNEX_CHECKS
from forms._checks import check_title_stop
from forms._columns import ORIENTATIONS, cells, lies_on_its_side, placed
from forms._containers import Group, Rows
from forms._fields import Choice, LongText, Text, Whole, Yes
from forms._kind import FormKind, FormSchema, title_line
from forms._long_tables import tables
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
from forms._people import repeated
from forms._school_table import (
    COLUMNS,
    check_curators,
    check_directors,
    check_names,
    check_runs,
    plans,
    printed_fields,
    texts,
)


class School(FormSchema):
    """A school with the people who work with it."""

    municipality = Text(
        "Муниципальное образование",
        help="Для областного перечня; печатается один раз для всех своих школ подряд.",
        example="Озёрный муниципальный район",
        limit=200,
    )
    name = Text(
        "Школа",
        help="Краткое наименование по уставу.",
        required=True,
        example="МБОУ «Сосновская СОШ»",
        limit=300,
    )
    full_name = Text(
        "Полное наименование",
        help="Если печатается; краткое ставится после него в скобках.",
        example="Муниципальное бюджетное общеобразовательное учреждение "
        "«Сосновская средняя общеобразовательная школа»",
        limit=600,
    )
    address = Text("Адрес", example="699524, Заречная область, с. Сосновка, ул. Лесная, д. 4", limit=300)
    site = Text("Сайт", example="sosnovka-school.example", limit=200)
    director = Group("Руководитель школы", Person)
    coordinator = Group(
        "Муниципальный координатор",
        Person,
        help="Достаточно указать у первой школы: следующие школы относятся к нему же.",
    )
    school_coordinator = Group("Школьный координатор", Person)
    curator = Group("Куратор", Person, required=True)
    curator_position = Text("Должность куратора", example="директор", limit=300)
    curator_organisation = Text("Место работы куратора", example="МБОУ «Лесноборская гимназия»", limit=300)
    contacts = Text(
        "Контакты куратора", help="Телефон, электронная почта.", example="8 (48233) 2-20-15", limit=300
    )
    year = Whole(
        "Год участия",
        help="Если в перечне школы разных лет; печатается отдельной графой.",
        example=2022,
        minimum=1990,
        maximum=2100,
    )
    login = Text(
        "Логин ФИС ОКО",
        help="Хранится в данных, не печатается.",
        example="sch000001",
        printed=False,
        limit=60,
    )


class SchoolColumn(FormSchema):
    """A column of the table."""

    key = Choice("Что в графе", COLUMNS, required=True, printed=False)
    title = Text("Заголовок графы", required=True, example="Школа", limit=200)
    width_mm = Whole(
        "Ширина, мм",
        help="Не заполняется, если ширину выбирает система.",
        example=40,
        minimum=8,
        maximum=200,
        printed=False,
    )


class SchoolListSchema(FormSchema):
    """The payload of a list of schools."""

    approval = Group("Отметка об утверждении", Approval)
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    title = LongText(
        "Заголовок",
        help="Каждая строка печатается отдельно, без точки в конце.",
        required=True,
        example="Перечень школ – участниц проекта «500+» в 2022 году",
        limit=1000,
    )
    year = Whole(
        "Год",
        help="Год участия школ, у которых он не указан отдельно.",
        required=True,
        example=2022,
        minimum=1990,
        maximum=2100,
        printed=False,
    )
    federal_coordinator = Text("Федеральный координатор", example="ФИОКО", limit=300)
    regional_coordinator = Text(
        "Региональный координатор",
        example="Ткач Людмила Яковлевна, начальник отдела общего образования",
        limit=300,
    )
    columns = Rows(
        "Графы таблицы",
        SchoolColumn,
        one="Графа",
        help="Не заполняются, если состав граф выбирает система: печатается всё, что указано.",
        maximum=12,
    )
    orientation = Choice("Ориентация листа", ORIENTATIONS, default="auto", printed=False)
    without_contacts = Yes(
        "Не печатать контакты", help="Для публикации: телефоны и почта остаются в данных.", printed=False
    )
    schools = Rows("Школы", School, one="Школа", required=True, minimum=1, maximum=2000)
    signer = Group("Подписывает", Signer, help="Если перечень подписывается отдельно от приказа.")
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def is_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every school once and with a coordinator; the chosen columns print all that is filled."""
        if data["approval"] and data["approval"]["form"] in {"annex_approved", "approved_by_act"}:
            require_head_noun(data["title"])
        problems: dict[str, Any] = {}
        keys = [column["key"] for column in data["columns"]]
        for index in sorted(repeated(keys)):
            problems.setdefault("columns", {})[index] = {"key": ["Такая графа уже есть."]}
        if keys and "school" not in keys:
            problems["columns"] = ["Нужна графа «school»: без неё не видно, о какой школе речь."]
        for index, texts_by_field in _row_problems(data, keys).items():
            problems.setdefault("schools", {})[index] = texts_by_field
        if problems:
            raise ValidationError(problems)


def _row_problems(data: Mapping[str, Any], keys: list[str]) -> dict[int, dict[str, list[str]]]:
    problems: dict[int, dict[str, list[str]]] = {}
    twice = repeated((school["name"], school["year"] or data["year"]) for school in data["schools"])
    municipality, printed = "", printed_fields(keys) if keys else None
    for index, school in enumerate(data["schools"]):
        found: dict[str, list[str]] = {}
        if index in twice:
            found["name"] = ["Эта школа уже есть в перечне."]
        moved = school["municipality"] not in ("", municipality)
        if not school["coordinator"] and (moved or not index):
            found["coordinator"] = ["Укажите муниципального координатора: это первая его школа в перечне."]
        municipality = school["municipality"] or municipality
        for name in [] if printed is None else [n for n in school if school[n] and n not in printed]:
            if not (name == "contacts" and data["without_contacts"]):
                found[name] = ["Поле заполнено, но графы для него нет: добавьте графу или очистите поле."]
        if found:
            problems[index] = found
    return problems


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mark, the table cell by cell with merged coordinators, and the signature."""
    lines = texts(data)
    columns = plans(data, lines)
    landscape = lies_on_its_side(data["orientation"], len(columns))
    grid = placed(columns, lines, landscape=landscape)
    above = {"Федеральный": data["federal_coordinator"], "Региональный": data["regional_coordinator"]}
    body = cells(
        grid,
        lines,
        merged=("municipality", "coordinator"),
        together="coordinator",
        signed=bool(data["signer"]),
    )
    return {
        "landscape": landscape,
        "mark": approval_lines(data["approval"], title_line(data), data["date_style"]),
        "title_lines": data["title"].split("\n"),
        "above_lines": [f"{which} координатор – {who}" for which, who in above.items() if who],
        "grid": grid,
        "tables": tables(body),
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


KIND = FormKind(
    title="Перечень школ-участниц",
    about="Школы, их координаторы и кураторы; координатор печатается один раз для всех своих школ.",
    schema=SchoolListSchema,
    headline=title_line,
    file_name=lambda data: f"{data['year']} {title_line(data)}",
    derive=derive,
    checks=(check_title_stop, check_names, check_curators, check_directors, check_runs, *ANNEX_CHECKS),
)
