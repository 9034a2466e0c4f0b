"""Fields that hold other fields: groups, rows of groups, lists of lines."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from forms._fields import MISSING, LongText, Text, described


class Group(fields.Nested):
    """Several fields under one name."""

    default_error_messages = {**MISSING, "type": "Ожидается объект с полями."}

    def __init__(
        self, label: str, schema: Any, *, help: str = "", required: bool = False, printed: bool = True
    ) -> None:
        super().__init__(
            schema,
            **described(label, example=None, help=help, required=required, printed=printed, empty=None),
        )


class Rows(fields.List[Any]):
    """A list of groups: the rows of a table, the clauses of an order."""

    default_error_messages = {**MISSING, "invalid": "Ожидается список: [ … ]."}

    def __init__(
        self,
        label: str,
        schema: Any,
        *,
        one: str,
        minimum: int = 0,
        maximum: int = 5_000,
        help: str = "",
        required: bool = False,
        printed: bool = True,
    ) -> None:
        super().__init__(
            fields.Nested(schema, error_messages={"type": "Ожидается объект с полями."}),
            validate=_size(minimum, maximum),
            **described(
                label, example=None, help=help, required=required, printed=printed, empty=[], one=one
            ),
        )


class Lines(fields.List[Any]):
    """A list of short texts, one a line."""

    default_error_messages = {**MISSING, "invalid": 'Ожидается список текстов: ["…", "…"].'}

    def __init__(
        self,
        label: str,
        *,
        example: list[str],
        one: str = "Строка",
        multiline: bool = False,
        minimum: int = 0,
        maximum: int = 500,
        help: str = "",
        required: bool = False,
        printed: bool = True,
    ) -> None:
        item = (LongText if multiline else Text)(one, example=example[0], required=True)
        super().__init__(
            item,
            validate=_size(minimum, maximum),
            **described(
                label, example=example, help=help, required=required, printed=printed, empty=[], one=one
            ),
        )


def _size(minimum: int, maximum: int) -> validate.Length:
    count = f"от {minimum} до {maximum}" if minimum else f"не больше {maximum}"
    text = f"Строк должно быть {count}."
    return validate.Length(min=minimum, max=maximum, error=text)
