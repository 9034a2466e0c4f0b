"""Read and print the terms («сроки») of Russian official papers.

Owns `read_period` and `print_period`. A term is read as its author wrote it or refused with the part
that was not understood; a missing year comes from the document only, and the reading says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from forms.language.period_elision import Context, NotASentenceError
from forms.language.period_grammar import Reading, read_sentence
from forms.language.period_printing import print_period
from forms.language.period_value import Period, PeriodError
from forms.language.period_words import Token, fold, tokens_of

__all__ = ["Period", "PeriodError", "print_period", "read_period"]

_LONGEST_TERM = 600
_LEADS_ON = "IPUFOLkn,-("


def read_period(
    text: str,
    *,
    year: int | None = None,
    span: tuple[dt.date, dt.date] | None = None,
    continuation: bool = False,
) -> Period:
    """Return the term read from the author's text.

    Args:
        text: The cell or field as typed; line breaks are allowed.
        year: The document's year, used and flagged YEAR_INFERRED where a date has none.
        span: The document's first and last day, for «весь период реализации».
        continuation: An empty cell belongs to a row torn by a page; only importing knows.

    Raises:
        PeriodError: The text, or its `rest`, is not a term in the grammar.
    """
    if not text.strip():
        if continuation:
            return Period("continuation_row", None, None, text, ("PAGE_SPLIT_CONTINUES_PREVIOUS",))
        return Period("empty", None, None, text, ("EMPTY",))
    if len(text) > _LONGEST_TERM:
        raise PeriodError(text, "слишком длинный текст")
    tokens, stopped = tokens_of(text)
    if stopped < len(text) or not tokens:
        raise PeriodError(text[_where_sense_ends(text, tokens, stopped) :].strip() or text.strip())
    try:
        reading = read_sentence(tokens, Context(year or _only_year(span), span))
    except NotASentenceError as error:
        raise PeriodError(text[error.begin :].strip() or text.strip(), error.reason) from error
    flags = reading.flags + _layout_flags(text, tokens, reading)
    return Period(reading.kind, reading.start, reading.end, text, flags, reading.dates)


def _where_sense_ends(text: str, tokens: Sequence[Token], stopped: int) -> int:
    """Step back over a preposition, a bare number and a half-read word: they belong to what follows."""
    for token in reversed(tokens):
        half_read = stopped == token.finish and not text[stopped - 1 : stopped].isspace()
        if token.letter not in _LEADS_ON and not half_read:
            break
        stopped = token.begin
    return stopped


def _only_year(span: tuple[dt.date, dt.date] | None) -> int | None:
    return span[0].year if span and span[0].year == span[1].year else None


def _layout_flags(text: str, tokens: Sequence[Token], reading: Reading) -> tuple[str, ...]:
    """Flags for how the term was typed: they change no date, but a style check wants them."""
    first, last = tokens[0], tokens[-1]
    by_days = reading.kind in ("day_range", "recurring_in_range")
    checks = {
        "HYPHEN_NO_SPACES": by_days and re.search(r"\d{4}-\s*\d", text),
        "NO_SPACE_BEFORE_г.": re.search(r"\d{4}\*?г", fold(text)),
        "CAPITALISED": first.letter == "m" and text[first.begin].isupper(),
        "SPACED_EN_DASH": reading.kind == "month_range" and re.search(r"\s–\s", text),
        "NEWLINE_IN_CELL": reading.kind == "deadline" and "\n" in text[first.begin : last.finish],
    }
    return tuple(flag for flag, found in checks.items() if found)
