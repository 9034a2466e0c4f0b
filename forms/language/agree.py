"""Agree words with nouns and numbers; print dates and the names of acts.

Owns agreement only: «УТВЕРЖДЕНА» for «дорожная карта», «2 школы», «приказом», «5 сентября 2022 г.».
"""

from __future__ import annotations

import datetime as dt
import re

from forms.language.calendar_words import MONTHS_GENITIVE
from forms.language.morphology import CASES, parses, spelled_like

_NBSP = "\u00a0"
_APPROVED = {"m": "УТВЕРЖДЁН", "f": "УТВЕРЖДЕНА", "n": "УТВЕРЖДЕНО", "plural": "УТВЕРЖДЕНЫ"}
_GENDERS = {"masc": "m", "femn": "f", "neut": "n"}

# Heads the dictionary reads otherwise: an accusative, a genitive or an unknown compound.
_HEADS = {
    "план": "m", "график": "m", "список": "m", "перечень": "m", "состав": "m", "устав": "m",
    "отчёт": "m", "отчет": "m", "порядок": "m", "регламент": "m", "комплекс": "m", "реестр": "m",
    "акт": "m", "паспорт": "m", "положение": "n", "приложение": "n", "карта": "f", "справка": "f",
    "программа": "f", "форма": "f", "формы": "plural", "показатели": "plural", "планы": "plural",
    "графики": "plural", "списки": "plural", "карты": "plural", "программы": "plural",
    "правила": "plural", "меры": "plural", "положения": "plural", "сроки": "plural",
}  # fmt: skip
# After a number these two change their stem: «5 лет», «5 человек».
_COUNTED = {"год": ("год", "года", "лет"), "человек": ("человек", "человека", "человек")}
_MASCULINE_ENDINGS = ("", "а", "у", "", "ом", "е")
_ACTS = {
    "приказ": ("приказ", _MASCULINE_ENDINGS),
    "протокол": ("протокол", _MASCULINE_ENDINGS),
    "план": ("план", _MASCULINE_ENDINGS),
    "распоряжение": ("распоряжени", ("е", "я", "ю", "е", "ем", "и")),
    "постановление": ("постановлени", ("е", "я", "ю", "е", "ем", "и")),
    "решение": ("решени", ("е", "я", "ю", "е", "ем", "и")),
    "письмо": ("письм", ("о", "а", "у", "о", "ом", "е")),
}


def approved_word(document_noun_phrase: str) -> str:
    """Return «УТВЕРЖДЁН», «УТВЕРЖДЕНА», «УТВЕРЖДЕНО» or «УТВЕРЖДЕНЫ» for the head noun.

    Args:
        document_noun_phrase: What is approved, in the nominative: «План-график (дорожная карта)».

    Raises:
        ValueError: No head noun is found; the message is in Russian.
    """
    for word in re.findall(r"[а-яё]+(?:-[а-яё]+)*", document_noun_phrase.lower()):
        # Of a compound the first half agrees: «план-график утверждён», «карта-схема утверждена».
        head = word.split("-")[0]
        if head in _HEADS:
            return _APPROVED[_HEADS[head]]
        if found := _agreement(word) or _agreement(head):
            return _APPROVED[found]
    raise ValueError(
        f"Не найдено главное слово в названии документа «{document_noun_phrase}»: "
        "начните название с существительного в именительном падеже."
    )


def _agreement(word: str) -> str | None:
    """Gender or plural of a nominative noun; adjectives before it are passed over."""
    readings = [r for r in parses(word) if r.tag.case == "nomn"]
    if any(r.tag.POS in ("ADJF", "PRTF") for r in readings):
        return None
    nouns = [r for r in readings if r.tag.POS == "NOUN"]
    if not nouns:
        return None
    number, gender = str(nouns[0].tag.number), str(nouns[0].tag.gender)
    return "plural" if number == "plur" else _GENDERS.get(gender)


def with_number(n: int, noun: str) -> str:
    """Return the number with its noun: «1 школа», «2 школы», «11 школ», with a no-break space.

    Args:
        n: The count; a negative one agrees like its positive twin.
        noun: The noun in the nominative singular.
    """
    if noun.lower() in _COUNTED:
        return f"{n}{_NBSP}{spelled_like(noun, _COUNTED[noun.lower()][_plural_form(abs(n))])}"
    nouns = [r for r in parses(noun.lower()) if r.tag.POS == "NOUN" and r.normal_form == noun.lower()]
    reading = (nouns or parses(noun.lower()))[0]
    return f"{n}{_NBSP}{spelled_like(noun, str(reading.make_agree_with_number(abs(n)).word))}"


def _plural_form(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else 2


def act_forms(kind: str, case: str) -> str:
    """Return an act's kind word in `case`: «приказом», «распоряжения», capitals kept.

    Raises:
        ValueError: The kind or the case is unknown.
    """
    if kind.lower() not in _ACTS or case not in CASES:
        raise ValueError(f"Неизвестный вид акта «{kind}» или падеж «{case}».")
    stem, endings = _ACTS[kind.lower()]
    return spelled_like(kind, stem + endings[CASES.index(case)])


def month_genitive(month: int) -> str:
    """Return «сентября» for 9."""
    return MONTHS_GENITIVE[month - 1]


def date_in_words(d: dt.date) -> str:
    """Return «5 сентября 2022 г.» with no-break spaces."""
    return f"{d.day}{_NBSP}{month_genitive(d.month)}{_NBSP}{d.year}{_NBSP}г."


def date_in_digits(d: dt.date) -> str:
    """Return «05.09.2022»."""
    return f"{d.day:02}.{d.month:02}.{d.year:04}"
