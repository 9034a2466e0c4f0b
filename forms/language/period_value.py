"""The value a term («срок») is read into, and the error when it is not.

Owns the two public types only; knows neither the grammar nor the printing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_EXAMPLES = "март 2022 г.; 19–23 апреля 2022 г.; до 15.02.2022; I квартал 2022 г."
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Period:
    """A term as its author wrote it and as it was read.

    Attributes:
        kind: What shape was read: day, month_range, deadline, whole_period, empty …
        start: First day, None when open, unknown or without meaning for the kind.
        end: Last day, None likewise.
        wording: The author's own text, kept for printing.
        flags: How it was read: YEAR_INFERRED, AMBIGUOUS_RANGE_OR_LIST, WEEKDAY=среда …
        dates: The single dates of a list, in the author's order.
    """

    kind: str
    start: dt.date | None
    end: dt.date | None
    wording: str
    flags: tuple[str, ...] = ()
    dates: tuple[dt.date, ...] = ()

    def __str__(self) -> str:
        return self.wording


class PeriodError(ValueError):
    """A term that was refused.

    Attributes:
        rest: The part that was not understood, as the author typed it.
        reason: Why, in Russian; empty when the words are simply unknown.
    """

    def __init__(self, rest: str, reason: str = "") -> None:
        self.rest = rest
        self.reason = reason
        folded = " ".join(rest.split())
        shown = folded if len(folded) <= _SHOWN_CHARACTERS else folded[: _SHOWN_CHARACTERS - 1] + "…"
        because = f" ({reason})" if reason else ""
        super().__init__(f"Срок не распознан: «{shown}»{because}. Примеры: {_EXAMPLES}.")
