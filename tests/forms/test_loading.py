"""Our way through the fields of an object gives what marshmallow's own way gives."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, validates_schema

from forms._containers import Group, Lines, Rows
from forms._fields import Amount, DocDate, Text, Whole, Yes
from forms._kind import FormSchema


class _Person(FormSchema):
    name = Text("Имя", required=True, example="Анна")
    born = DocDate("Дата", example="14.01.1990")


class _Paper(FormSchema):
    title = Text("Название", required=True, example="Отчёт", limit=10)
    count = Whole("Число", example=1, maximum=5)
    share = Amount("Доля", example=1.5)
    ready = Yes("Готов")
    head = Group("Глава", _Person, required=True)
    people = Rows("Люди", _Person, one="Человек", maximum=2)
    notes = Lines("Заметки", example=["а"])

    @validates_schema(skip_on_field_errors=True)
    def _known(self, data: dict[str, Any], **_: Any) -> None:
        if data["title"] == "нет":
            raise ValidationError("Нельзя.", "title")


class _MarshmallowPerson(_Person):
    _deserialize = Schema._deserialize


class _MarshmallowPaper(_Paper):
    _deserialize = Schema._deserialize

    head = Group("Глава", _MarshmallowPerson, required=True)
    people = Rows("Люди", _MarshmallowPerson, one="Человек", maximum=2)


def answer(schema: Schema, payload: Any) -> Any:
    try:
        return schema.load(payload)
    except ValidationError as error:
        return error.messages, error.valid_data


ANNA = {"name": "Анна", "born": "14.01.1990"}
GOOD = {"title": "Отчёт", "head": ANNA}


@pytest.mark.parametrize(
    ("payload", "accepted"),
    [
        (GOOD, True),
        ({**GOOD, "count": 3, "share": "1,5", "ready": True, "people": [ANNA, ANNA], "notes": ["а"]}, True),
        ({}, False),
        (None, False),
        ([GOOD], False),
        ({**GOOD, "title": "нет"}, False),
        ({**GOOD, "titel": "Отчёт", "count": 9}, False),
        ({**GOOD, "count": None, "share": None, "ready": None, "people": None}, False),
        ({**GOOD, "head": {"born": "вчера"}, "people": [ANNA, {"x": 1}, 7]}, False),
        ({**GOOD, "head": None, "notes": [1, "а"], "title": "слишком длинно"}, False),
        ({**GOOD, "head": [], "people": {"name": "Анна"}, 5: "число"}, False),
    ],
)
def test_values_and_messages_are_those_of_marshmallow(payload: Any, accepted: bool) -> None:
    found = answer(_Paper(), payload)

    assert found == answer(_MarshmallowPaper(), payload)
    assert isinstance(found, dict) == accepted
