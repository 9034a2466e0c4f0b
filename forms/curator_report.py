"""Отчёт куратора школы: visits, the risk profile, measures and their results at a stage of the project.

Signed by the curator, seen by the head of the school, agreed by the municipal coordinator.
Source: the curator's algorithm of the project of targeted help (visits, verification, consultation, assessment).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._checks_calendar import check_terms
from forms._checks_notes import check_shares
from forms._checks_reports import check_curator_report
from forms._checks_wording import check_wording
from forms._containers import Group, Lines, Rows
from forms._curator_tables import ADDRESSEES, DOCUMENT_KINDS, STAGES, STATUSES, VISIT_KINDS, derive
from forms._fields import Amount, Choice, DocDate, LongText, Term, Text, Whole, Yes
from forms._kind import FormKind, FormSchema
from forms._parts import Official, Person
from forms._reference import RISK_DIRECTIONS, RISK_LEVELS


class School(FormSchema):
    """The school the report is about."""

    name = Text("Наименование", required=True, example="МБОУ «Ясненская СОШ»", limit=300)
    municipality = Text(
        "Муниципальное образование", required=True, example="Озёрный муниципальный район", limit=200
    )
    director = Group("Руководитель школы", Person, required=True)


class Contract(FormSchema):
    """The contract with the curator."""

    number = Text("Номер договора", example="12/К", required=True, limit=40)
    date = DocDate("Дата договора", required=True, example="01.03.2022")


class Visit(FormSchema):
    """A visit to the school."""

    date = DocDate("Дата", required=True, example="15.02.2022")
    kind = Choice("Вид посещения", VISIT_KINDS, required=True)
    participants = LongText(
        "Участники", example="директор, заместитель директора, учителя математики", limit=1000
    )
    purpose = LongText("Цель", required=True, example="Верификация рискового профиля школы", limit=1000)
    activities = LongText("Что сделано", example="Беседа с администрацией, посещение двух уроков", limit=3000)
    result = LongText("Результат", required=True, example="Подтверждены три рисковых направления", limit=3000)


class Consultation(FormSchema):
    """A remote consultation."""

    date = DocDate("Дата", required=True, example="22.02.2022")
    form = Text("Форма", required=True, example="видеоконференция", limit=100)
    topic = LongText("Тема", required=True, example="Структура концепции развития школы", limit=1000)


class Risk(FormSchema):
    """A direction of the school's risk profile."""

    direction = Choice("Рисковое направление", RISK_DIRECTIONS, required=True)
    level = Choice("Значимость", RISK_LEVELS, required=True)
    verified = Yes("Подтверждено куратором")
    reason = LongText("Почему не подтверждено", example="Оснащение обновлено в 2021 году", limit=1000)
    activated = Yes("Активировано в МЭДК")

    @validates_schema
    def a_refusal_has_a_reason(self, data: Mapping[str, Any], **_: Any) -> None:
        """What the curator did not confirm is explained, and cannot be activated."""
        if data.get("verified") is False and not data.get("reason"):
            raise ValidationError({"reason": ["Укажите, почему направление не подтверждено."]})
        if data.get("verified") is False and data.get("activated"):
            raise ValidationError({"activated": ["Неподтверждённое направление не активируют."]})


class ConceptDocument(FormSchema):
    """A concept document of the school and its state."""

    kind = Choice("Документ", DOCUMENT_KINDS, required=True)
    risk = Choice("Рисковое направление", RISK_DIRECTIONS, help="Для антирисковой программы.")
    uploaded_on = DocDate("Размещён в МЭДК", example="25.03.2022")
    confirmed_on = DocDate("Подтверждён куратором", example="28.03.2022")
    remark = LongText("Замечание", example="Уточнить сроки мероприятий", limit=1000)


class Measure(FormSchema):
    """A measure of an anti-risk programme."""

    risk = Choice("Рисковое направление", RISK_DIRECTIONS, required=True)
    measure = LongText("Мероприятие", required=True, example="Педсовет по итогам диагностики", limit=2000)
    period = Term("Срок", required=True, example="март 2022")
    status = Choice("Состояние", STATUSES, required=True)
    evidence = LongText("Подтверждающий документ", example="Протокол педсовета № 4 от 17.03.2022", limit=1000)
    confirmed = Yes("Подтверждено куратором")
    comment = LongText("Комментарий", example="Материалы размещены на сайте школы", limit=1000)


class Indicator(FormSchema):
    """A measured indicator."""

    name = LongText("Показатель", required=True, example="Доля обучающихся с рисками неуспешности", limit=500)
    unit = Text("Единица", required=True, example="%", limit=40)
    baseline = Amount("Исходное значение", example=34.5)
    current = Amount("Текущее значение", example=29)
    target = Amount("Целевое значение", example=25)


class Recommendation(FormSchema):
    """A recommendation with its addressee."""

    addressee = Choice("Кому", ADDRESSEES, required=True)
    text = LongText(
        "Рекомендация", required=True, example="Продолжить работу предметных объединений", limit=3000
    )
    deadline = Term("Срок", example="до 01.09.2022")


class CuratorReportSchema(FormSchema):
    """The payload of a curator's report."""

    project = Text("Проект", example="«500+»", help="С кавычками, как печатается.", required=True, limit=200)
    stage = Choice("Этап", STAGES, required=True)
    year = Whole("Год", required=True, example=2022, minimum=1990, maximum=2100)
    starts_on = DocDate("Начало отчётного периода", required=True, example="01.02.2022")
    ends_on = DocDate("Конец отчётного периода", required=True, example="31.05.2022")
    reported_on = DocDate("Дата отчёта", required=True, example="30.05.2022")
    curator = Group("Куратор", Official, required=True)
    curator_organisation = Text(
        "Место работы куратора", required=True, example="МБОУ «Лесновская гимназия»", limit=300
    )
    school = Group("Школа", School, required=True)
    coordinator = Group("Муниципальный координатор", Person)
    contract = Group("Договор с куратором", Contract)
    visits = Rows("Посещения школы", Visit, one="Посещение", required=True, minimum=1, maximum=100)
    consultations = Rows("Дистанционные консультации", Consultation, one="Консультация", maximum=200)
    risks = Rows("Рисковый профиль школы", Risk, one="Направление", required=True, minimum=1, maximum=20)
    documents = Rows(
        "Концептуальные документы", ConceptDocument, one="Документ", required=True, minimum=1, maximum=30
    )
    measures = Rows("Мероприятия", Measure, one="Мероприятие", required=True, minimum=1, maximum=200)
    indicators = Rows("Показатели", Indicator, one="Показатель", maximum=50, help="На 2 этапе обязательны.")
    positive_changes = LongText(
        "Положительные изменения", required=True, example="Выросла посещаемость консультаций"
    )
    problems = LongText("Проблемы", required=True, example="Не закрыта вакансия учителя физики")
    effectiveness = Text(
        "Оценка эффективности", example="8 баллов из 10", help="Со шкалой, как принято в регионе.", limit=100
    )
    conclusions = Lines(
        "Выводы",
        example=["Мероприятия первого этапа выполнены."],
        one="Вывод",
        multiline=True,
        required=True,
        minimum=1,
        maximum=50,
    )
    recommendations = Rows(
        "Рекомендации", Recommendation, one="Рекомендация", maximum=50, help="На 2 этапе обязательны."
    )

    @validates_schema(skip_on_field_errors=True)
    def is_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Dates lie in the period, active risks have measures, stage 2 has its own blocks."""
        problems: dict[str, Any] = {}
        if data["ends_on"] < data["starts_on"]:
            problems["ends_on"] = ["Конец периода раньше начала."]
        for index, visit in enumerate(data["visits"]):
            if not data["starts_on"] <= visit["date"] <= data["ends_on"]:
                text = "Посещение вне отчётного периода: исправьте дату или период."
                problems.setdefault("visits", {})[index] = {"date": [text]}
        covered = {measure["risk"] for measure in data["measures"]}
        if not any(risk["activated"] for risk in data["risks"]):
            problems["risks"] = {0: {"activated": ["Должно быть активировано хотя бы одно направление."]}}
        for index, risk in enumerate(data["risks"]):
            if risk["activated"] and risk["direction"] not in covered:
                text = "По активированному направлению нет ни одного мероприятия."
                problems.setdefault("risks", {})[index] = {"direction": [text]}
        if data["stage"] == "2":
            for name in ("indicators", "recommendations"):
                if not data[name]:
                    problems[name] = ["На 2 этапе заполнение обязательно."]
        if problems:
            raise ValidationError(problems)


def headline(data: Mapping[str, Any]) -> str:
    """Return «Отчёт куратора: МБОУ «Ясненская СОШ», 1 этап, 2022 год»."""
    return f"Отчёт куратора: {data['school']['name']}, {STAGES[data['stage']]}, {data['year']} год"


KIND = FormKind(
    title="Отчёт куратора",
    about="Отчёт куратора школы за этап: посещения, риски, мероприятия, выводы.",
    schema=CuratorReportSchema,
    headline=headline,
    file_name=lambda data: f"{data['reported_on'].isoformat()} {headline(data)}",
    derive=derive,
    checks=(
        check_curator_report,
        check_wording,
        check_shares,
        check_terms,
    ),
)
