"""The terms of measures: one cell, two columns of dates or a grid of quarters become one wording.

The wording is the author's wherever there is one; a term the grammar refuses is kept and reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from forms.language.calendar_words import ROMAN
from forms.language.period import PeriodError, read_period

TERM_KEYS = ("period", "start", "end", "q1", "q2", "q3", "q4")
_QUARTERS = TERM_KEYS[3:]
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}(?:\s*г\.?)?")
_LONGEST_MARK, _LONGEST_REASON = 3, 500


def wording(texts: Mapping[str, str], year: int | None) -> tuple[str, str]:
    """Return (the term of a row, what was assumed to make it).

    Args:
        texts: column key -> text of the cell.
        year: of the document, to name quarters with.
    """
    if "period" in texts:
        return texts["period"], ""
    if "start" in texts or "end" in texts:
        return _from_two(texts.get("start", ""), texts.get("end", ""))
    return _from_quarters({key: texts[key] for key in _QUARTERS if texts.get(key)}, year)


def doubt(term: str, year: int | None = None) -> str:
    """Return why a term needs a person's eye, "" for one that is read without doubt."""
    if not term:
        return ""
    try:
        period = read_period(term, year=year)
    except PeriodError as error:
        return f"Срок перенесён как набран, но не прочитан. {str(error)[:_LONGEST_REASON]}"
    if "AMBIGUOUS_RANGE_OR_LIST" in period.flags:
        return "Две даты без знака между ними: период это или два срока?"
    return ""


def _from_two(start: str, end: str) -> tuple[str, str]:
    assumed = "Срок составлен из граф начала и окончания."
    if start and end:
        if start == end:
            return start, assumed
        return f"{start} – {end}", assumed
    if end:
        return (f"до {end}", assumed) if _DATE.fullmatch(end) else (end, assumed)
    if start:
        return (f"с {start}", assumed) if _DATE.fullmatch(start) else (start, assumed)
    return "", ""


def _from_quarters(texts: Mapping[str, str], year: int | None) -> tuple[str, str]:
    if not texts:
        return "", ""
    written = [text for text in texts.values() if len(text) > _LONGEST_MARK]
    if written:
        return "\n".join(dict.fromkeys(written)), "Срок взят из текста в графах кварталов."
    numbers = [int(key[1]) for key in _QUARTERS if key in texts]
    whole = numbers == list(range(numbers[0], numbers[-1] + 1))
    suffix = f" {year}" if year else ""
    assumed = "Срок составлен из отмеченных кварталов."
    if len(numbers) == 1:
        return f"{ROMAN[numbers[0]]} квартал{suffix}", assumed
    if whole:
        return f"{ROMAN[numbers[0]]}–{ROMAN[numbers[-1]]} квартал{suffix}", assumed
    listed = ", ".join(ROMAN[number] for number in numbers)
    gap = " При печати будут отмечены и кварталы между ними: исправьте срок, если это важно."
    return f"{listed} квартал{suffix}", assumed + gap
