"""People as lists print them: full names, where they work, who stands twice, what the alphabet says."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

_TWICE = "Этот человек уже есть в списке."


def first_names(person: Mapping[str, Any]) -> str:
    """Return «Марина Игоревна», or the initials when the names are unknown."""
    names = (person["first"], person["middle"]) if person["first"] else (person["initials"],)
    return " ".join(name for name in names if name)


def full_name(person: Mapping[str, Any]) -> str:
    """Return «Велесова Марина Игоревна», or «Велесова М.И.» when the names are unknown."""
    return " ".join(part for part in (person["last"], first_names(person)) if part)


def position_at(position: str, organisation: str) -> str:
    """Return a position with the place of work: «директор МБОУ «Сосновская СОШ»».

    A name that opens with an abbreviation is the same in every case and follows without a comma; one that opens
    with a word would have to be inflected, so a comma keeps it in the nominative.
    """
    if not position or not organisation:
        return position or organisation
    opens_with_abbreviation = organisation.split()[0].isupper()
    return f"{position}{' ' if opens_with_abbreviation else ', '}{organisation}"


def alphabetical(text: str) -> str:
    """Return the key a Russian list is sorted by: case and the dots of «ё» make no difference."""
    return text.lower().replace("ё", "е")


def named_twice(people: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return messages by index for everyone who is already named: {4: {"person": {"last": ["…"]}}}."""
    again = repeated(full_name(one["person"]) for one in people)
    return {index: {"person": {"last": [_TWICE]}} for index in sorted(again)}


def repeated(values: Iterable[Hashable]) -> set[int]:
    """Return the indexes of the values that were there before."""
    seen: set[Hashable] = set()
    again: set[int] = set()
    for index, value in enumerate(values):
        if value in seen:
            again.add(index)
        seen.add(value)
    return again
