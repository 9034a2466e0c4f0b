"""Лист ознакомления: who has read a signed document, with date and signature.

Signed by everyone the document obliges or names; kept with its original as the proof that they know it.
Source: the practice of orders, «С приказом от … № … ознакомлены:»; the Labour Code asks for it in staff matters.
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


class Acquainted(FormSchema):
    """Somebody who reads the document."""

    person = Group("Фамилия, имя, отчество", Person, required=True)
    position = LongText("Должность", required=True, example="директор", limit=500)
    organisation = Text(
        "Место работы", help="Если не названо в должности.", example="МБОУ «Сосновская СОШ»", limit=300
    )
    date = DocDate("Дата", help="Пустую дату ставят от руки.", example="24.01.2023")


class AcquaintanceSheetSchema(FormSchema):
    """The payload of an acquaintance sheet."""

    doc_kind = Choice("Вид документа", ACTS, required=True)
    body = Text(
        "Чей документ",
        help="В родительном падеже: приказ (кого? чего?).",
        required=True,
        example="управления образования администрации Лесного муниципального округа",
        limit=600,
    )
    date = DocDate("Дата документа", required=True, example="23.01.2023")
    number = RegNumber("Номер документа", required=True, example="01-05/17")
    title = Text(
        "Заголовок документа",
        help="Без кавычек и без точки в конце.",
        example="О реализации проекта «500+» в 2023 году",
    )
    people = Rows("Ознакомлены", Acquainted, one="Ознакомлен", required=True, minimum=1, maximum=2000)
    responsible = Group("Ответственный за ознакомление", Official, help="Кто собирает подписи.")
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)

    @validates_schema(skip_on_field_errors=True)
    def nobody_signs_twice(self, data: Mapping[str, Any], **_: Any) -> None:
        """Everyone stands on the sheet once."""
        if problems := named_twice(data["people"]):
            raise ValidationError({"people": problems})


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference to the document, the numbered lines and the signature of who collects them."""
    responsible = signature(data["responsible"])
    if responsible:
        responsible["position"] = ["Ответственный за ознакомление:", *responsible["position"]]
    return {
        "document_text": f"С {document_text(data, 'instrumental')} ознакомлены:",
        "lines": [_line(number, one) for number, one in enumerate(data["people"], start=1)],
        "signature": responsible,
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


def _line(number: int, one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "no": str(number),
        "name": surname_initials(one["person"]).text,
        "position": opened(position_at(one["position"], one["organisation"])),
        "date": date_in_digits(one["date"]) if one["date"] else "",
    }


def check_dates(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Nobody has read a document before it was signed."""
    for index, one in enumerate(data["people"]):
        if one["date"] and one["date"] < data["date"]:
            yield Finding(
                "ACQUAINTED_BEFORE_DOCUMENT",
                "error",
                f"people.{index}.date",
                f"{full_name(one['person'])}: дата ознакомления {date_in_digits(one['date'])} раньше даты документа.",
                "Исправьте дату ознакомления.",
            )


def headline(data: Mapping[str, Any]) -> str:
    """Return «Лист ознакомления с приказом от 23.01.2023 № 01-05/17»."""
    return sheet_headline(data, "Лист ознакомления", "с", "instrumental")


KIND = FormKind(
    title="Лист ознакомления",
    about="Кто ознакомлен с приказом: фамилия, должность, дата, подпись.",
    schema=AcquaintanceSheetSchema,
    headline=headline,
    file_name=headline,
    derive=derive,
    checks=(check_title_stop, check_dates, check_sheet_wording),
)
