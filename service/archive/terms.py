"""Words of a paper and of a question as terms: lemmas of Russian words, numbers, and marks of facets.

Every term begins with its organisation. Behind that a word has letters and digits only and a facet has «_» in it,
so neither can be mistaken for the other and neither can hold a character that means something to a database.
A word has every lemma it may have:
«Велесовой» is found by «Велесова», «людям» by «человек».
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from forms.language.morphology import parses
from service.archive.canonical import sha256_of
from service.archive.facts import paper_facts
from service.errors import InputError

MAX_QUERY_WORDS = 20
MAX_QUERY_LETTERS = 1_000
# A table of five thousand rows has fewer; a tsvector of PostgreSQL takes a megabyte.
MAX_TERMS = 20_000
_MAX_WORD = 40
_WORD = re.compile(r"[0-9a-zа-я]+")
_COMMON = frozenset(
    [
        "а",
        "в",
        "во",
        "для",
        "до",
        "за",
        "и",
        "из",
        "к",
        "ко",
        "на",
        "не",
        "о",
        "об",
        "обо",
        "от",
        "по",
        "при",
        "с",
        "со",
        "у",
    ]
)
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)

Terms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sought:
    """What papers are asked for; what is empty is not asked.

    Attributes:
        text: words that must all be in the paper, in any form.
        number: registration number, whole.
        dated_from: date of the paper, or when it has none the day it was recorded.
        dated_to: that day included.
        person: name of somebody in the paper, in any case, initials too.
        school: words of the name of a school in the paper.
        state: draft, registered, superseded or void; then versions are asked for and not only newest ones.
    """

    text: str = ""
    kind: str = ""
    number: str = ""
    dated_from: dt.date | None = None
    dated_to: dt.date | None = None
    person: str = ""
    school: str = ""
    state: str = ""

    @property
    def needs_index(self) -> bool:
        """Whether anything but kind and state is asked."""
        return self != Sought(kind=self.kind, state=self.state)


def paper_terms(row: Mapping[str, Any], payload: Mapping[str, Any]) -> list[str]:
    """Return the terms of a version; `row` has title, kind, organisation_id and created_at."""
    facts = paper_facts(payload)
    days = _day_terms(facts.date or str(row["created_at"])[:10])
    found = dict.fromkeys([f"kind_{row['kind']}", *days])
    if facts.number:
        found.update(dict.fromkeys(_number_term(facts.number)))
    for name in facts.people:
        found.update(dict.fromkeys(f"person_{term}" for term in _person_terms(name)))
    for name in facts.schools:
        found.update(dict.fromkeys(f"school_{lemma}" for word in _words(name) for lemma in lemmas(word)))
    for text in (str(row["title"]), *_texts(payload)):
        if len(found) >= MAX_TERMS:
            break
        found.update(dict.fromkeys(lemma for word in _words(text) for lemma in lemmas(word)))
    own = organisation_prefix(row["organisation_id"])
    return [own + term for term in list(found)[:MAX_TERMS]]


def wanted_terms(wanted: Sought, organisation_id: str) -> Terms:
    """Return the question: of every group at least one term must be there.

    Raises:
        InputError: the question is too long, or has no word to look for.
    """
    asked: list[tuple[str, ...]] = []
    if wanted.kind:
        asked.append((f"kind_{wanted.kind}",))
    for text, name, prefix in (
        (wanted.text, "Поиск", ""),
        (wanted.person, "Человек", "person_"),
        (wanted.school, "Школа", "school_"),
    ):
        if text:
            asked += [tuple(f"{prefix}{lemma}" for lemma in group) for group in _asked(text, name, prefix)]
    if wanted.number:
        asked.append(_number_term(wanted.number) or _nothing("Номер"))
    if wanted.dated_from or wanted.dated_to:
        asked.append(_days(wanted.dated_from or _FIRST_DAY, wanted.dated_to or _LAST_DAY))
    own = organisation_prefix(organisation_id)
    return tuple(tuple(own + term for term in group) for group in asked)


def organisation_prefix(organisation_id: str) -> str:
    """Return what the terms of an organisation begin with, so that a question reads its own lists only.

    Short, because every term carries it; two organisations may share one, and the rows tell them apart.
    """
    return f"{sha256_of(organisation_id)[:6]}_"


@lru_cache(maxsize=65_536)
def lemmas(word: str) -> tuple[str, ...]:
    """Return what a word may be a form of, «ё» as «е»; a reading costs 75 µs, a kept one a microsecond."""
    if not ("а" <= word[0] <= "я"):
        return (word,)
    return tuple(dict.fromkeys(reading.normal_form.replace("ё", "е")[:_MAX_WORD] for reading in parses(word)))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower().replace("ё", "е")):
        if word not in _COMMON:
            yield word[:_MAX_WORD]


def _asked(text: str, name: str, prefix: str) -> list[tuple[str, ...]]:
    if len(text) > MAX_QUERY_LETTERS:
        raise InputError(f"{name}: слишком длинный запрос, допустимо не более {MAX_QUERY_LETTERS} знаков.")
    letters = text.lower().replace("ё", "е")
    words = list(dict.fromkeys(_WORD.findall(letters) if prefix == "person_" else _words(text)))
    if len(words) > MAX_QUERY_WORDS:
        raise InputError(f"{name}: слишком длинный запрос, допустимо не более {MAX_QUERY_WORDS} слов.")
    if not words:
        _nothing(name)
    return [lemmas(word[:_MAX_WORD]) for word in words]


def _nothing(name: str) -> tuple[str, ...]:
    raise InputError(f"{name}: в запросе нет слов или чисел, по которым можно искать.")


def _person_terms(name: str) -> Iterator[str]:
    words = _WORD.findall(name.lower().replace("ё", "е"))
    for place, word in enumerate(words):
        yield from lemmas(word[:_MAX_WORD])
        if place:
            yield from lemmas(word[0])


def _number_term(number: str) -> tuple[str, ...]:
    plain = "_".join(_WORD.findall(number.lower().replace("ё", "е")))[:_MAX_WORD]
    return (f"number_{plain}",) if plain else ()


def _day_terms(date: str) -> tuple[str, ...]:
    year, month, day = date.split("-")
    return f"year_{year}", f"month_{year}{month}", f"day_{year}{month}{day}"


def _days(first: dt.date, last: dt.date) -> tuple[str, ...]:
    """Return the terms of a range: whole years and months, and single days at its ends; about a hundred at most."""
    found, day = [], max(first, _FIRST_DAY)
    last = min(last, _LAST_DAY)
    while day <= last:
        year_end, month_end = dt.date(day.year, 12, 31), _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            found.append(f"year_{day:%Y}")
            day = year_end
        elif day.day == 1 and month_end <= last:
            found.append(f"month_{day:%Y%m}")
            day = month_end
        else:
            found.append(f"day_{day:%Y%m%d}")
        day += dt.timedelta(days=1)
    if not found:
        raise InputError("Период поиска: начало позже конца, или годы не от 1990 до 2100.")
    return tuple(found)


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
