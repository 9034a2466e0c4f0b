"""Give every date of a sentence the month and the year its author left out.

Owns ellipsis: «с 1 по 10 августа 2014 года» has one month and one year for two days. What the
neighbours do not give comes from the document, flagged; what the document does not give stays open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forms.language.calendar_bounds import VAGUE_UNITS, bounds
from forms.language.period_words import Atom, Token


@dataclass(frozen=True)
class Context:
    """What the document knows: its year and its whole period."""

    year: int | None = None
    span: tuple[dt.date, dt.date] | None = None


class NotASentenceError(ValueError):
    """The tokens mean nothing together; `begin` is the place in the text from where they do not."""

    def __init__(self, begin: int, reason: str = "") -> None:
        self.begin = begin
        self.reason = reason
        super().__init__(reason)


def dated(core: Sequence[Token], context: Context) -> tuple[list[Atom], tuple[str, ...]]:
    """Return the dates with month and year, and flags for what was inferred or stays unknown.

    Raises:
        NotASentenceError: A bare number has nothing to belong to.
        ImpossibleDateError: The calendar has no such date.
    """
    places = [token for token in core if token.atom]
    atoms = _from_the_right([(token.atom, token.begin) for token in places if token.atom])
    for index in range(1, len(atoms)):
        if atoms[index].year is None and atoms[index].unit != "school":
            atoms[index] = replace(atoms[index], year=atoms[index - 1].year)
    flags = flags_of(places) + tuple(VAGUE_UNITS[unit] for unit in {atoms[-1].unit} if unit in VAGUE_UNITS)
    if any(atom.relative_year for atom in atoms):
        flags = ("YEAR_UNKNOWN", "YEAR_RELATIVE", *flags)
    elif any(atom.year is None for atom in atoms):
        # «Учебный год» without its years could be either of two in any calendar year.
        if context.year is None or any(atom.unit == "school" for atom in atoms):
            flags = ("YEAR_UNKNOWN", *flags)
        else:
            atoms = [replace(atom, year=context.year) if atom.year is None else atom for atom in atoms]
            flags = ("YEAR_INFERRED", *flags)
    for atom in atoms:
        bounds(atom)
    return atoms, flags


def flags_of(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Return the flags of all tokens, in order."""
    return tuple(flag for token in tokens for flag in token.flags)


def _from_the_right(items: Sequence[tuple[Atom, int]]) -> list[Atom]:
    known = [items[-1][0]]
    for atom, begin in reversed(items[:-1]):
        right = known[0]
        if atom.unit in ("number", "ordinal"):
            if right.unit in ("month", "year", "school") or (atom.unit, right.unit) == ("ordinal", "day"):
                raise NotASentenceError(begin)
            known.insert(0, replace(right, number=atom.number))
        elif atom.year is None and not atom.relative_year:
            known.insert(0, replace(atom, year=right.year, relative_year=right.relative_year))
        else:
            known.insert(0, atom)
    return known
