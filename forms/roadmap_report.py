"""Отчёт о выполнении дорожной карты: what was done by the date of monitoring, with what proof, and why not.

Signed by the coordinator of the roadmap; goes to the authority that approved it and to the coordinator above.
Source: monitoring of roadmaps in the project of targeted help («доля исполненных мероприятий на дату мониторинга»,
«45 % от общего числа запланированных»). The two shares differ in their denominator, so both print it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from forms._checks_calendar import check_terms
from forms._checks_requisites import check_optional_marks, check_signature
from forms._checks_wording import check_wording
from forms._containers import Group, Lines, Rows
from forms._fields import Choice, DocDate, LongText, Term, Text, Whole, Yes
from forms._kind import FormKind, FormSchema, title_line
from forms._parts import Act, ExecutorMark, Signer
from forms._people import repeated
from forms._report_tables import DONE, STATUSES, check_dates, check_proofs, check_rows, check_statuses, derive
from forms.language.agree import date_in_digits
from forms.language.period import PeriodError, read_period

_EXPLAINED = {"not_done", "cancelled"}


class ReportRow(FormSchema):
    """A measure of the roadmap and what became of it."""

    section = Text(
        "Раздел",
        help="Заполняется у первой строки раздела; печатается строкой на всю ширину таблицы.",
        example="1. Организационное сопровождение проекта",
        limit=300,
    )
    no = Text("№ п/п", help="Как в дорожной карте.", required=True, example="1.1", limit=12)
    action = LongText(
        "Мероприятие", required=True, example="Назначение муниципальных координаторов", limit=5000
    )
    period = Term("Срок", help="Как в дорожной карте.", example="март–апрель 2022")
    indicator = LongText(
        "Показатель (план)", example="Координаторы назначены во всех школах-участницах", limit=3000
    )
    fact = LongText(
        "Фактическое исполнение",
        required=True,
        example="Координаторы назначены в четырёх школах из четырёх",
        limit=5000,
    )
    status = Choice("Состояние", STATUSES, required=True)
    done_on = DocDate("Дата исполнения", example="27.01.2022")
    evidence = LongText("Подтверждение", example="Приказ от 27.01.2022 № 01-05/21", limit=2000)
    confirmed = Yes("Исполнение подтверждено", help="Документ проверен и принят.")
    note = LongText(
        "Причина, примечание",
        help="Обязательно, если мероприятие не исполнено, отменено или перенесено.",
        example="Перенесено на сентябрь решением рабочей группы",
        limit=2000,
    )

    @validates_schema(skip_on_field_errors=True)
    def agrees_with_its_status(self, data: Mapping[str, Any], **_: Any) -> None:
        """What was not done has a reason; only what was done has a date and is confirmed."""
        problems: dict[str, list[str]] = {}
        if data["status"] in _EXPLAINED and not data["note"]:
            problems["note"] = ["Укажите причину."]
        if data["status"] not in DONE:
            if data["done_on"]:
                problems["done_on"] = ["Дата исполнения указывается только у исполненного мероприятия."]
            if data["confirmed"]:
                problems["confirmed"] = ["Подтвердить можно только исполненное мероприятие."]
        if problems:
            raise ValidationError(problems)


class RoadmapReportSchema(FormSchema):
    """The payload of a report on the execution of a roadmap."""

    title = LongText(
        "О чём отчёт",
        help="После слова «ОТЧЁТ»; каждая строка печатается отдельно, без точки в конце.",
        required=True,
        example="о выполнении муниципальной дорожной карты проекта «500+» в 2022 году",
        limit=1000,
    )
    territory = Text(
        "Муниципальное образование или субъект РФ",
        required=True,
        example="Озёрный муниципальный район",
        limit=300,
    )
    approved_by = Group("Акт, утвердивший дорожную карту", Act, required=True)
    reported_on = DocDate("Дата мониторинга", required=True, example="17.06.2022")
    cumulative = Yes("Нарастающим итогом", help="Сведения приведены с начала реализации дорожной карты.")
    year = Whole(
        "Год",
        help="Год дорожной карты: им дополняются сроки без года.",
        required=True,
        example=2022,
        minimum=1990,
        maximum=2100,
        printed=False,
    )
    planned_count = Whole(
        "Всего мероприятий в дорожной карте",
        help="Для проверки, что ни одно мероприятие не пропущено.",
        required=True,
        example=12,
        minimum=1,
        maximum=5000,
        printed=False,
    )
    rows = Rows("Мероприятия", ReportRow, one="Мероприятие", required=True, minimum=1, maximum=5000)
    conclusions = Lines(
        "Выводы",
        example=["Дорожная карта выполняется по плану."],
        one="Вывод",
        multiline=True,
        required=True,
        minimum=1,
        maximum=50,
    )
    measures = Lines(
        "Меры по устранению отставания",
        example=["Разместить недостающие документы до 30.06.2022."],
        one="Мера",
        multiline=True,
        maximum=50,
    )
    signer = Group("Подписывает", Signer, required=True)
    signed_on = DocDate("Дата подписания", required=True, example="20.06.2022")
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def is_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Every measure stands once; dates run from the act to the monitoring to the signature."""
        problems: dict[str, Any] = {}
        approved = data["approved_by"]["date"]
        if approved and data["reported_on"] < approved:
            problems["reported_on"] = ["Мониторинг не может быть раньше утверждения дорожной карты."]
        if data["signed_on"] < data["reported_on"]:
            problems["signed_on"] = ["Отчёт подписывают не раньше даты мониторинга."]
        twice = repeated(row["no"] for row in data["rows"])
        for index, row in enumerate(data["rows"]):
            found: dict[str, list[str]] = {}
            if index in twice:
                found["no"] = ["Мероприятие с этим номером уже есть."]
            if row["done_on"] and row["done_on"] > data["reported_on"]:
                found["done_on"] = ["Дата исполнения позже даты мониторинга."]
            if found:
                problems.setdefault("rows", {})[index] = found
        if problems:
            raise ValidationError(problems)

    @post_load
    def complete_terms(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Read the terms again, now that the year of the roadmap is known."""
        year = data["year"]
        span = dt.date(year, 1, 1), dt.date(year, 12, 31)
        problems: dict[int, dict[str, list[str]]] = {}
        for index, row in enumerate(data["rows"]):
            try:
                row["period"] = row["period"] and read_period(row["period"].wording, year=year, span=span)
            except PeriodError as error:
                problems[index] = {"period": [str(error)]}
        if problems:
            raise ValidationError({"rows": problems})
        return data


def headline(data: Mapping[str, Any]) -> str:
    """Return «Отчёт о выполнении … на 17.06.2022»."""
    return f"Отчёт {title_line(data)} на {date_in_digits(data['reported_on'])}"


KIND = FormKind(
    title="Отчёт о выполнении дорожной карты",
    about="Состояние каждого мероприятия на дату мониторинга, доли исполненных, причины и меры.",
    schema=RoadmapReportSchema,
    headline=headline,
    file_name=lambda data: f"{data['reported_on'].isoformat()} {headline(data)}",
    derive=derive,
    checks=(
        check_rows,
        check_statuses,
        check_dates,
        check_proofs,
        check_signature,
        check_wording,
        check_terms,
        check_optional_marks,
    ),
)
