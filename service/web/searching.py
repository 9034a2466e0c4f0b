"""The question of a visitor: what papers are asked for, from the query of the address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from service.archive import Sought
from service.errors import InputError
from service.web.kinds import recorded_kind
from service.web.parameters import wrong

# Name in the address -> what it asks, for people.
QUESTIONS = {
    "q": "Слова из документа",
    "kind": "Вид документа",
    "number": "Регистрационный номер",
    "from": "Дата документа, не раньше",
    "to": "Дата документа, не позже",
    "person": "Фамилия или имя человека в документе",
    "school": "Название школы",
    "state": "Состояние: draft, registered, superseded или void",
}
# The same on the page, where it stands beside its field.
LABELS = {
    "q": "Слова",
    "kind": "Вид",
    "number": "Номер",
    "from": "Дата с",
    "to": "Дата по",
    "person": "Человек",
    "school": "Школа",
    "state": "Состояние",
}
STATES = ("draft", "registered", "superseded", "void")
_RUSSIAN = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_MAX_LINE = 200


def wanted_of(asked: Mapping[str, str]) -> Sought:
    """Return what is asked for; parameters that are missing or empty ask nothing.

    Raises:
        UnknownKind: no such kind.
        InputError: a date is no date, or a text is too long.
    """
    text = {name: " ".join(asked.get(name, "").split()) for name in QUESTIONS}
    for name in ("number", "person", "school"):
        if len(text[name]) > _MAX_LINE:
            raise wrong(name, f"допустимо не более {_MAX_LINE} знаков.")
    if text["state"] and text["state"] not in STATES:
        raise wrong("state", f"ожидается одно из {', '.join(STATES)}.")
    return Sought(
        text=text["q"],
        kind=recorded_kind(text["kind"]) if text["kind"] else "",
        number=text["number"],
        dated_from=_day("from", text["from"]),
        dated_to=_day("to", text["to"]),
        person=text["person"],
        school=text["school"],
        state=text["state"],
    )


def told(error: InputError) -> dict[str, str]:
    """Return what is wrong with a question by the name of its field, for people; «_» where no field is meant."""
    found = {name: texts[0].removeprefix(f"Параметр {name}: ") for name, texts in error.messages.items()}
    return {name: text[:1].upper() + text[1:] for name, text in found.items()} or {"_": str(error)}


def _day(name: str, text: str) -> dt.date | None:
    if not text:
        return None
    if found := _RUSSIAN.fullmatch(text):
        text = "-".join(reversed(found.groups()))
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise wrong(name, "дата не распознана. Напишите её так: 14.01.2022.") from error
