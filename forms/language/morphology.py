"""The door to pymorphy3 and pytrovich: loaded once, when the first word needs them.

Owns the two libraries and the spelling of results: capitals and «ё» stay as the author wrote them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pytrovich.enums import Case, Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

CASES = ("nominative", "genitive", "dative", "accusative", "instrumental", "prepositional")
TAG_OF_CASE = dict(zip(CASES, ("nomn", "gent", "datv", "accs", "ablt", "loct"), strict=True))


@lru_cache(maxsize=1)
def _analyser() -> Any:
    # The dictionaries take 40 MiB and 0.1 s; a process that inflects nothing does not pay for them.
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


@lru_cache(maxsize=1)
def _petrovich() -> Any:
    return PetrovichDeclinationMaker()


def parses(word: str) -> list[Any]:
    """Return pymorphy3's readings of a word, the likeliest first."""
    return list(_readings(word))


# The words of positions and names come back from paper to paper; a reading costs a third of a millisecond.
@lru_cache(maxsize=16_384)
def _readings(word: str) -> tuple[Any, ...]:
    return tuple(_analyser().parse(word))


@lru_cache(maxsize=16_384)
def is_known(word: str) -> bool:
    """Tell whether the dictionary has the word itself, not only a guess by its ending."""
    return bool(_analyser().word_is_known(word))


@lru_cache(maxsize=16_384)
def inflect_name(part: str, gender: str, case: str, word: str) -> str:
    """Return one hyphen-free part of a name in `case`, as pytrovich makes it.

    Args:
        part: last, first or middle.
        gender: m or f.
        case: One of CASES.
        word: The part in the nominative, not in capitals.
    """
    made = _petrovich().make(
        NamePart[f"{part.upper()}NAME"],
        Gender.MALE if gender == "m" else Gender.FEMALE,
        Case[case.upper()],
        word,
    )
    return str(made)


def spelled_like(model: str, word: str) -> str:
    """Return `word` with the capitals of `model`, and with «е» where `model` writes it for «ё»."""
    plain = "".join(
        "е" if char == "ё" and place < len(model) and model[place].lower() == "е" else char
        for place, char in enumerate(word)
    )
    if plain != word:
        word = plain.replace("ё", "е")
    if len(model) > 1 and model.isupper():
        return word.upper()
    return "-".join(
        piece[:1].upper() + piece[1:] if index < len(models) and models[index][:1].isupper() else piece
        for models in [model.split("-")]
        for index, piece in enumerate(word.split("-"))
    )
