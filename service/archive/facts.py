"""What a payload says of its paper for lists and search: date, number, people, schools.

Read from the payload by the names of fields that the kinds share, without the schema: a record must be readable
when its kind is gone. What is not there is empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_RUSSIAN = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_SCHOOL_KEYS = ("school", "schools")


@dataclass(frozen=True)
class PaperFacts:
    """What a payload says of its paper.

    Attributes:
        date: `2022-03-19`, empty when the payload has none.
        number: registration number as typed, without «№».
        people: «Фамилия Имя Отчество» or «Фамилия И.О.», each once, in the order of the payload.
        schools: names of schools, each once.
    """

    date: str = ""
    number: str = ""
    people: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()


def paper_facts(payload: Mapping[str, Any]) -> PaperFacts:
    """Return the facts of a payload; a package has the date and number of its order."""
    own = payload["order"] if isinstance(payload.get("order"), Mapping) else payload
    approval = own.get("approval") if isinstance(own.get("approval"), Mapping) else {}
    date = _date(own.get("date")) or _date(own.get("reported_on")) or _date((approval or {}).get("date"))
    number = _line(own.get("number")) or _line((approval or {}).get("number"))
    return PaperFacts(
        date=date,
        number=number,
        people=tuple(dict.fromkeys(_people(payload))),
        schools=tuple(dict.fromkeys(_schools(payload))),
    )


def _date(value: Any) -> str:
    text = _line(value)
    if found := _RUSSIAN.fullmatch(text):
        return "-".join(reversed(found.groups()))
    return text if _ISO.fullmatch(text) else ""


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _people(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if last := _line(value.get("last")):
            given = " ".join(filter(None, (_line(value.get("first")), _line(value.get("middle")))))
            yield f"{last} {given or _line(value.get('initials'))}".strip()
            return  # `forms` inside are cases of the same name
        for item in value.values():
            yield from _people(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _people(item)


def _schools(value: Any, *, inside: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        if inside and (name := _line(value)):
            yield name
    elif isinstance(value, Mapping):
        if inside and (name := _line(value.get("name"))):
            yield name
            return
        for key, item in value.items():
            yield from _schools(item, inside=key in _SCHOOL_KEYS)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _schools(item, inside=inside)
