"""Приказ, распоряжение, постановление: the order that starts and governs the work.

Signed by the head of the authority; obliges the people it names, approves the roadmap and the working group.
Source: GOST R 7.0.97, requisites 05–25; the clauses follow the practice of orders on core activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._checks import check_title_stop
from forms._checks_calendar import check_terms
from forms._checks_order import check_order
from forms._checks_people import check_order_people
from forms._checks_requisites import check_optional_marks, check_signature, check_title_twice
from forms._checks_wording import check_wording
from forms._containers import Group, Rows
from forms._fields import Choice, DocDate, LongText, RegNumber, Term, Text, Whole
from forms._kind import FormKind, FormSchema, title_line
from forms._order_text import OPENINGS, check_cases, derive
from forms._parts import (
    ACTS,
    DATE_STYLES,
    Act,
    ExecutorMark,
    Official,
    Organisation,
    Person,
    Signer,
    require_head_noun,
)
from forms.language.agree import date_in_digits


class Subclause(FormSchema):
    """A sub-clause: 2.1."""

    text = LongText("Текст", required=True, example="Назначить школьных координаторов.", limit=3000)
    deadline = Term("Срок", example="до 01.03.2022")


class Clause(FormSchema):
    """A clause: executor in the dative, action, deadline, annex."""

    executor = Group("Исполнитель", Official, help="Печатается в дательном падеже: методисту Седых О.Ю.")
    text = LongText(
        "Текст пункта",
        help="Начните с глагола: утвердить, назначить, обеспечить.",
        example="Утвердить муниципальную дорожную карту реализации проекта «500+» в 2022 году",
        limit=3000,
    )
    deadline = Term("Срок", example="до 01.03.2022")
    annex = Whole(
        "Номер приложения", help="Если пункт утверждает приложение.", example=1, minimum=1, maximum=99
    )
    subclauses = Rows("Подпункты", Subclause, one="Подпункт")


class Control(FormSchema):
    """The last clause: who controls the execution."""

    kind = Choice(
        "Контроль",
        {"self": "оставляю за собой", "official": "возложить на должностное лицо"},
        required=True,
    )
    official = Group("На кого возложить", Official)

    @validates_schema
    def needs_its_official(self, data: Mapping[str, Any], **_: Any) -> None:
        """Control laid on somebody names them."""
        if data.get("kind") == "official" and not data.get("official"):
            raise ValidationError({"official": ["Укажите, на кого возложен контроль."]})


class AnnexParagraph(FormSchema):
    """A paragraph of an annex."""

    style = Choice(
        "Вид абзаца",
        {"text": "текст", "item": "строка списка", "heading": "подзаголовок"},
        default="text",
        printed=False,
    )
    text = LongText(
        "Текст", required=True, example="Велесова Марина Игоревна – начальник управления", limit=5000
    )


class Annex(FormSchema):
    """An annex: printed here when it has paragraphs, or a paper of its own."""

    title = LongText("Заголовок", required=True, example="Состав рабочей группы", limit=1000)
    approved = Choice(
        "Отметка",
        {"annex": "Приложение к приказу", "annex_approved": "Приложение с грифом утверждения"},
        default="annex",
        printed=False,
    )
    paragraphs = Rows(
        "Содержание",
        AnnexParagraph,
        one="Абзац",
        help="Оставьте пустым, если приложение оформляется отдельным документом (например, дорожной картой).",
    )

    @validates_schema(skip_on_field_errors=True)
    def can_be_approved(self, data: Mapping[str, Any], **_: Any) -> None:
        """The word of approval agrees with the head noun of the title."""
        if data["approved"] == "annex_approved" and data["paragraphs"]:
            require_head_noun(data["title"])


class Visa(FormSchema):
    """Who agreed to the draft."""

    position = Text("Должность", required=True, example="Юрисконсульт")
    person = Group("Кто", Person, required=True)
    date = DocDate("Дата", example="18.03.2021")


class OrderSchema(FormSchema):
    """The payload of an order."""

    doc_kind = Choice("Вид документа", ACTS, required=True)
    organisation = Group("Организация", Organisation, required=True)
    letterhead = Choice(
        "Бланк", {"longitudinal": "продольный", "angular": "угловой"}, default="longitudinal", printed=False
    )
    requisites = Choice(
        "Дата, номер и место",
        {"two_ends": "дата слева, номер справа", "three_lines": "в три строки"},
        default="two_ends",
        printed=False,
    )
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    date = DocDate("Дата", required=True, example="19.03.2021")
    number = RegNumber(example="03а-ОД", help="Пустой номер присвоит журнал при регистрации.")
    place = Text(
        "Место издания",
        help="Не заполняется, если место названо в наименовании организации.",
        example="с. Ясное",
        limit=100,
    )
    title = LongText(
        "Заголовок к тексту",
        help="Отвечает на вопрос «о чём?», без точки в конце.",
        required=True,
        example="О реализации проекта адресной методической помощи «500+» в 2022 году",
        limit=1000,
    )
    opening = Choice(
        "Начало преамбулы",
        {key: words for key, (words, _) in OPENINGS.items()},
        default="in_accordance",
        help="Перед перечнем актов-оснований.",
    )
    basis = Rows("Акты-основания", Act, one="Акт", maximum=20)
    purpose = LongText(
        "Цель",
        help="Начните со слов «в целях».",
        example="в целях повышения качества образования в школах с низкими результатами",
        limit=3000,
    )
    clauses = Rows("Пункты", Clause, one="Пункт", required=True, minimum=1, maximum=200)
    control = Group("Контроль исполнения", Control, required=True)
    signer = Group("Подписывает", Signer, required=True)
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)
    visas = Rows("Согласовано", Visa, one="Виза", maximum=50)
    acquainted = Rows("С документом ознакомлены", Visa, one="Ознакомлен", maximum=500)
    annexes = Rows("Приложения", Annex, one="Приложение", maximum=50)

    @validates_schema
    def has_a_preamble(self, data: Mapping[str, Any], **_: Any) -> None:
        """At least one of basis and purpose."""
        if not data.get("basis") and not data.get("purpose"):
            raise ValidationError(
                {"purpose": ["Заполните цель или добавьте акт-основание: нужна преамбула."]}
            )


def headline(data: Mapping[str, Any]) -> str:
    """Return «Приказ от 19.03.2021 № 376 «Об утверждении …»»; a draft has no number yet."""
    title = title_line(data)
    kind = data["doc_kind"].capitalize()
    number = f" № {data['number']}" if data["number"] else ""
    return f"{kind} от {date_in_digits(data['date'])}{number} «{title}»"


def file_name(data: Mapping[str, Any]) -> str:
    """Return «2021-03-19 Приказ № 376», or «2021-03-19 Приказ (проект)»."""
    number = f"№ {data['number']}" if data["number"] else "(проект)"
    return f"{data['date'].isoformat()} {data['doc_kind'].capitalize()} {number}"


KIND = FormKind(
    title="Приказ",
    about="Приказ, распоряжение или постановление с пунктами, исполнителями и приложениями.",
    schema=OrderSchema,
    headline=headline,
    file_name=file_name,
    derive=derive,
    number="number",
    date="date",
    series="doc_kind",
    checks=(
        check_cases,
        check_order,
        check_order_people,
        check_title_stop,
        check_title_twice,
        check_signature,
        check_wording,
        check_terms,
        check_optional_marks,
    ),
)
