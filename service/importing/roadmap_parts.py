"""The parts of a measure inside one cell, and the terms that belong to them.

A part is taken only where the author marked it: «3.1.» in row 3, «1)» from one on, or dashes with exactly as
many terms. Anything else stays the text it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.language.period import PeriodError, read_period

_BRACKETED = re.compile(r"(\d{1,2}\)|[а-я]\))\s*(\S.*)")
_DASHED = re.compile(r"([-–—•])\s*(\S.*)")
_COUNTED = re.compile(r"(\d{1,2}\.)\s+(\S.*)")
_HAS_DAY_OR_YEAR = re.compile(r"\d{4}|\d{1,2}\.\d{1,2}")
_FEWEST_LINES = 3  # a text and two parts
_MOST_LINES, _LONGEST_TERM = 200, 5_000
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"


@dataclass(frozen=True)
class Parts:
    """A cell taken apart.

    Attributes:
        lead: the text before the first part.
        items: (mark, text) of each part.
        by_mark: the marks alone make them parts; otherwise their terms must.
    """

    lead: str
    items: tuple[tuple[str, str], ...]
    by_mark: bool


def split_action(action: str, number: str) -> Parts | None:
    """Return the parts of a measure; None where none are clearly marked.

    Args:
        action: the text of the cell, line by line.
        number: of the row: «3.» makes «3.1.» a part of it.
    """
    lines = action.split("\n")
    if not _FEWEST_LINES <= len(lines) <= _MOST_LINES:
        return None
    own = number.strip(" .)")
    numbered = re.compile(rf"({re.escape(own)}\.\d{{1,2}}\.?)(?!\d)\s*(\S.*)") if own else None
    families = ((numbered, True), (_BRACKETED, True), (_DASHED, False), (_COUNTED, False))
    for pattern, by_mark in families:
        if pattern is None or not any(map(pattern.fullmatch, lines[1:])):
            continue
        parts = _collected(lines, pattern, by_mark=by_mark)
        if parts and (not by_mark or _runs_on([mark for mark, _ in parts.items])):
            return parts
    return None


def _collected(lines: list[str], pattern: re.Pattern[str], *, by_mark: bool) -> Parts | None:
    first = next(index for index, line in enumerate(lines) if index and pattern.fullmatch(line))
    if pattern.fullmatch(lines[0]):
        return None
    items: list[tuple[str, str]] = []
    for line in lines[first:]:
        if found := pattern.fullmatch(line):
            items.append((found[1], found[2]))
        elif line[:1].islower():
            mark, text = items[-1]
            items[-1] = (mark, f"{text} {line}")
        else:
            return None
    return Parts("\n".join(lines[:first]), tuple(items), by_mark) if len(items) > 1 else None


def _runs_on(marks: list[str]) -> bool:
    """Return whether the marks count from the first one on without a gap."""
    ends = [re.findall(r"\d+|[а-я]", mark)[-1] for mark in marks]
    if ends[0] in _RUSSIAN:
        return ends == list(_RUSSIAN[: len(ends)])
    return ends == [str(number) for number in range(1, len(ends) + 1)]


def numbered_terms(term: str, marks: list[str]) -> tuple[str, dict[str, str]] | None:
    """Return (the row's own term, mark -> term of that part) of «1) до 26.11.2021»; None without marks.

    A mark may be repeated: a term of two lines prints its mark on both.
    """
    if len(term) > _LONGEST_TERM:
        return None
    own: list[str] = []
    found: dict[str, list[str]] = {}
    current = own
    for line in term.split("\n"):
        mark = next((one for one in marks if line.startswith(one)), "")
        if mark:
            current = found.setdefault(mark, [])
            line = line.removeprefix(mark).strip()
        current.append(line)
    if not found:
        return None
    return "\n".join(own), {mark: "\n".join(filter(None, lines)) for mark, lines in found.items()}


def listed_terms(term: str, count: int) -> list[str] | None:
    """Return the terms of a cell that lists exactly as many as there are parts, else None."""
    if count < 2 or len(term) > _LONGEST_TERM:
        return None
    terms: list[str] = []
    waiting = ""
    for line in term.split("\n"):
        waiting = f"{waiting}\n{line}".strip()
        if _HAS_DAY_OR_YEAR.search(waiting) and not waiting.endswith(("-", "–", "—")) and _is_term(waiting):
            terms.append(waiting)
            waiting = ""
        if len(terms) > count:
            return None
    return terms if len(terms) == count and not waiting else None


def _is_term(text: str) -> bool:
    try:
        read_period(text)
    except PeriodError:
        return False
    return True
