"""Pairs of signs: quotes and brackets; where the first unpaired one stands."""

from __future__ import annotations

import re

_QUOTES = re.compile('[«»„“”"]')
_CLOSES = {"»": "«", "“": "„", "”": "„“"}
_BRACKETS = re.compile(r"[()]")
# «1)», «а)», «3.1)» number a list and open nothing.
_LIST_MARK = re.compile(r"(?:^|[\s(;:,–-])(?:\d{1,2}(?:\.\d{1,2})*|[а-яёa-z])$", re.IGNORECASE)
_MARK_CHARACTERS = 8


def unpaired_quote(text: str) -> int | None:
    """Return the place of the first quote without a pair; None when all are paired.

    A straight quote opens or closes by turns; “ closes „ and otherwise opens.
    """
    opened: list[tuple[str, int]] = []
    for match in _QUOTES.finditer(text):
        sign, place = match[0], match.start()
        if sign == '"':
            if opened and opened[-1][0] == sign:
                opened.pop()
            else:
                opened.append((sign, place))
        elif sign in "«„" or (sign == "“" and not (opened and opened[-1][0] == "„")):
            opened.append((sign, place))
        elif opened and opened[-1][0] in _CLOSES[sign]:
            opened.pop()
        else:
            return place
    return opened[0][1] if opened else None


def unpaired_bracket(text: str) -> int | None:
    """Return the place of the first bracket without a pair; marks of lists, «1)», are passed over."""
    opened: list[int] = []
    for match in _BRACKETS.finditer(text):
        place = match.start()
        if match[0] == "(":
            opened.append(place)
        elif opened:
            opened.pop()
        elif not _LIST_MARK.search(text[max(0, place - _MARK_CHARACTERS) : place]):
            return place
    return opened[0] if opened else None
