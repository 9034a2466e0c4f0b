"""Лист согласования: who agreed to the draft of a document, when, and with which remarks.

Signed by everyone named in it before the document itself is signed; stays with its file copy.
Source: GOST R 7.0.97, requisite 21 (visas may stand on a sheet of their own).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._checks import Finding, check_title_stop
from forms._checks_wording import check_sheet_wording
from forms._containers import Group, Rows
from forms._entries import opened
from forms._fields import Choice, DocDate, LongText, RegNumber, Text
from forms._kind import FormKind, FormSchema
from forms._parts import ACTS, ExecutorMark, Official, Person, executor_mark_lines, signature
from forms._people import full_name, named_twice, position_at
from forms._sheets import document_text, sheet_headline
from forms.language.agree import date_in_digits
from forms.language.cases import surname_initials


class Approver(FormSchema):
    """Somebody who agrees to the draft."""

    position = LongText("Должность", required=True, example="юрисконсульт управления образования", limit=500)
    organisation = Text(
        "Место работы", help="Если не названо в должности.", example="МКУ «Методический центр»", limit=300
    )
    person = Group("Фамилия, имя, отчество", Person, required=True)
    date = DocDate("Дата", help="Пустую дату ставят от руки.", example="20.01.2023")
    remark = LongText(
        "Замечания",
        help="Пустую графу заполняют от руки.",
        example="Замечания прилагаются на 1 л.",
        limit=1000,
    )


class ApprovalSheetSchema(FormSchema):
    """The payload of an approval sheet."""

    doc_kind = Choice("Вид документа", ACTS, required=True)
    body = Text(
        "Чей документ",
        help="В родительном падеже: приказ (кого? чего?).",
        required=True,
        example="управления образования администрации Лесного муниципального округа",
        limit=600,
    )
    title = Text(
        "Заголовок документа",
        help="Без кавычек и без точки в конце.",
        required=True,
        example="О реализации проекта «500+» в 2023 году",
    )
    date = DocDate("Дата документа", help="Не заполняется, пока документ не подписан.", example="23.01.2023")
    number = RegNumber("Номер документа", help="Не заполняется, пока документ – проект.", example="01-05/17")
    people = Rows("Согласующие", Approver, one="Согласующий", required=True, minimum=1, maximum=200)
    prepared_by = Group("Исполнитель", Official, help="Кто подготовил проект.", required=True)
    prepared_on = DocDate("Дата подготовки проекта", example="18.01.2023")
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def nobody_agrees_twice(self, data: Mapping[str, Any], **_: Any) -> None:
        """Everyone stands on the sheet once."""
        if problems := named_twice(data["people"]):
            raise ValidationError({"people": problems})


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference to the document, the numbered lines and the executor's signature."""
    executor = signature(data["prepared_by"]) or {}
    return {
        "document_text": f"к {_two_lines(document_text({**data, 'title': ''}, 'dative'))}",
        "lines": [_line(number, one) for number, one in enumerate(data["people"], start=1)],
        "signature": {**executor, "position": ["Исполнитель:", *executor["position"]]},
        "signed_text": date_in_digits(data["prepared_on"]) if data["prepared_on"] else "",
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


def _two_lines(document: str) -> str:
    """Return the reference with date and number on a line of their own."""
    head, preposition, when = document.rpartition(" от ")
    return f"{head}\nот {when}" if preposition else document


def _line(number: int, one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "no": str(number),
        "position": opened(position_at(one["position"], one["organisation"])),
        "name": surname_initials(one["person"]).text,
        "date": date_in_digits(one["date"]) if one["date"] else "",
        "remark": one["remark"],
    }


def check_dates(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A draft is agreed to after it was prepared and before the document is signed."""
    for index, one in enumerate(data["people"]):
        if not one["date"]:
            continue
        name = full_name(one["person"])
        if data["date"] and one["date"] > data["date"]:
            yield Finding(
                "VISA_AFTER_DOCUMENT",
                "error",
                f"people.{index}.date",
                f"{name}: согласовано {date_in_digits(one['date'])}, позже даты документа.",
                "Исправьте дату: документ подписывают после согласования.",
            )
        if data["prepared_on"] and one["date"] < data["prepared_on"]:
            yield Finding(
                "VISA_BEFORE_DRAFT",
                "warning",
                f"people.{index}.date",
                f"{name}: согласовано {date_in_digits(one['date'])}, раньше подготовки проекта.",
                "Исправьте дату согласования или дату подготовки.",
            )


def headline(data: Mapping[str, Any]) -> str:
    """Return «Лист согласования к приказу от 23.01.2023 № 01-05/17», or to the draft by its title."""
    return sheet_headline(data, "Лист согласования", "к", "dative")


KIND = FormKind(
    title="Лист согласования",
    about="Визы к проекту приказа: должность, фамилия, подпись, дата, замечания.",
    schema=ApprovalSheetSchema,
    headline=headline,
    file_name=headline,
    derive=derive,
    checks=(check_title_stop, check_dates, check_sheet_wording),
)
