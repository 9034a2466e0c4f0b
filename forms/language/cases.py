"""Inflect people, their positions and organisations, and say when a person must confirm the form.

Owns what a stored person looks like and who wins: an override, then the rules, never a silent guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from forms.language.morphology import CASES, is_known, parses
from forms.language.name_parts import (
    Uncertain,
    inflect_first_name,
    inflect_patronymic,
    inflect_surname,
    is_common_noun,
    patronymic_gender,
)
from forms.language.noun_phrases import decline_phrase

__all__ = [
    "CASES",
    "Inflected",
    "decline_organisation",
    "decline_person",
    "decline_position",
    "gender_of",
    "initials_surname",
    "surname_initials",
]

_NBSP = "\u00a0"
_PARTS = ("last", "first", "middle")
_NO_GENDER = "Пол не указан, а по имени его не определить: укажите пол или подтвердите форму."
_GENDER_CONFLICT = "Указанный пол не совпадает с отчеством: проверьте данные."
_INFLECT: dict[str, Callable[[str, str, str], str]] = {
    "last": inflect_surname,
    "first": inflect_first_name,
    "middle": inflect_patronymic,
}


# The people and positions of an organisation come back from paper to paper, several times in each.
_remembered = lru_cache(maxsize=16_384)


@dataclass(frozen=True)
class Inflected:
    """An inflected text, whether it may be printed without asking, and in Russian why not."""

    text: str
    certain: bool
    reason: str = ""


def gender_of(person: Mapping[str, Any]) -> Literal["m", "f"] | None:
    """Return the gender: stated, or by patronymic, first name or a telling surname; None when open."""
    stated = person.get("gender")
    if stated in ("m", "f"):
        return "m" if stated == "m" else "f"
    for found in (
        patronymic_gender(_part(person, "middle")),
        _first_name_gender(_part(person, "first")),
        _surname_gender(_part(person, "last")),
    ):
        if found:
            return "m" if found == "m" else "f"
    return None


def decline_person(person: Mapping[str, Any], case: str) -> Inflected:
    """Return the full name in `case`: «Иванову Ивану Ивановичу».

    Args:
        person: last, and perhaps first, middle, initials, gender and forms (case -> parts or surname).
        case: One of CASES.
    """
    if not _part(person, "first"):
        return surname_initials(person, case)
    return _together(person, [part for part in _PARTS if _part(person, part)], case, " ".join)


def surname_initials(person: Mapping[str, Any], case: str = "nominative") -> Inflected:
    """Return «Шахматову А.Ш.» with a no-break space before the initials and none between them."""
    tail = _initials(person)
    return _together(person, ["last"], case, lambda made: _NBSP.join(filter(None, (made[0], tail))))


def initials_surname(person: Mapping[str, Any], case: str = "nominative") -> Inflected:
    """Return «А.Ш. Шахматову» with a no-break space before the surname."""
    head = _initials(person)
    return _together(person, ["last"], case, lambda made: _NBSP.join(filter(None, (head, made[0]))))


def decline_position(text: str, case: str, *, forms: Mapping[str, str] | None = None) -> Inflected:
    """Return a position in `case`; `forms` (case -> text) wins over the rules."""
    return _declined(text, case, forms, animate=True)


def decline_organisation(text: str, case: str, *, forms: Mapping[str, str] | None = None) -> Inflected:
    """Return the name of an organisation or of a paper in `case`; `forms` wins over the rules."""
    return _declined(text, case, forms, animate=False)


def _declined(text: str, case: str, forms: Mapping[str, str] | None, *, animate: bool) -> Inflected:
    _check_case(case)
    if forms and forms.get(case):
        return Inflected(forms[case], certain=True)
    if case == "nominative" or not text.strip():
        return Inflected(text, certain=True)
    made, reason = _phrase(text, case, animate=animate)
    return Inflected(made, certain=not reason, reason=reason)


_phrase = _remembered(decline_phrase)


def _check_case(case: str) -> None:
    if case not in CASES:
        raise ValueError(f"unknown case {case!r}; one of {', '.join(CASES)}")


def _part(person: Mapping[str, Any], name: str) -> str:
    return " ".join(str(person.get(name) or "").split())


def _initials(person: Mapping[str, Any]) -> str:
    stored = re.sub(r"\s", "", _part(person, "initials"))
    return stored or "".join(
        f"{_part(person, name)[0].upper()}." for name in _PARTS[1:] if _part(person, name)
    )


def _together(
    person: Mapping[str, Any], parts: list[str], case: str, join: Callable[[list[str]], str]
) -> Inflected:
    _check_case(case)
    if case == "nominative":
        return Inflected(join([_part(person, part) for part in parts]), certain=True)
    stored = _overrides(person, case)
    made = [(stored[part], "") if part in stored else _inflected(person, part, case) for part in parts]
    reason = next((why for _, why in made if why), "")
    middle = patronymic_gender(_part(person, "middle"))
    if not reason and not set(parts) <= set(stored) and middle and middle != gender_of(person):
        reason = _GENDER_CONFLICT
    return Inflected(join([text for text, _ in made]), certain=not reason, reason=reason)


def _overrides(person: Mapping[str, Any], case: str) -> dict[str, str]:
    """A stored form is a mapping of parts, or a plain text: the surname, or all parts by spaces."""
    stored = (person.get("forms") or {}).get(case)
    if isinstance(stored, str):
        words = stored.split(maxsplit=2)
        return dict(zip(_PARTS, words, strict=False))
    return {part: str(stored[part]) for part in _PARTS if stored and stored.get(part)}


def _inflected(person: Mapping[str, Any], part: str, case: str) -> tuple[str, str]:
    text = _part(person, part)
    capitals = len(text) > 1 and text.isupper()
    word = text.title() if capitals else text
    gender = gender_of(person)
    if gender is None:
        forms = {_one_form(part, word, guess, case) for guess in ("m", "f")}
        made, reason = forms.pop() if len(forms) == 1 else (word, _NO_GENDER)
    else:
        made, reason = _one_form(part, word, gender, case)
    return (made.upper() if capitals else made), reason


@_remembered
def _one_form(part: str, word: str, gender: str, case: str) -> tuple[str, str]:
    try:
        return _INFLECT[part](word, gender, case), ""
    except Uncertain as doubt:
        return doubt.text, doubt.reason


@_remembered
def _first_name_gender(first: str) -> str | None:
    if not first or not is_known(first.lower()):
        return None
    genders = {
        str(reading.tag.gender)
        for reading in parses(first.lower())
        if "Name" in reading.tag and reading.tag.case == "nomn" and reading.tag.number == "sing"
    }
    return {"masc": "m", "femn": "f"}.get(genders.pop()) if len(genders) == 1 else None


@_remembered
def _surname_gender(last: str) -> str | None:
    """Only endings that leave no doubt; «Калина» and «Сорока» may be anyone's."""
    lower = last.lower()
    if re.search(r"(?:[её]в|ов|[сц]кий)$", lower) or re.search(r"[а-яё]{3}[иы]н$", lower):
        return "m"
    if re.search(r"[сц]кая$", lower) or (
        re.search(r"(?:[её]ва|ова|[иы]на)$", lower) and not is_common_noun(lower)
    ):
        return "f"
    return None
