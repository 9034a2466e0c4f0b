"""The width of printed text by estimate: average letter widths of Times and its metric twins.

Good to about five percent on a line of Russian text; rules that use it leave that much room.
"""

from __future__ import annotations

import re

from service.layout_rules.paper import Paragraph
from service.layout_rules.values import POINT

_WIDE, _CAPITAL, _SMALL, _NARROW = 0.80, 0.68, 0.49, 0.28  # in ems
_WIDE_SIGNS = set("ЖМФШЩЮЫжмфшщюыWMm№—%")
_NARROW_SIGNS = set(" \u00a0.,:;!|'ijltfrI()[]-/")
_BOLD = 1.04


def text_width(text: str, *, size: int, bold: bool = False) -> int:
    """Return the width in twips of one line; `size` in half-points."""
    ems = 0.0
    for sign in text:
        if sign in _NARROW_SIGNS:
            ems += _NARROW
        elif sign in _WIDE_SIGNS:
            ems += _WIDE
        else:
            ems += _CAPITAL if sign.isupper() else _SMALL
    return round(ems * size / 2 * POINT * (_BOLD if bold else 1))


def paragraph_width(paragraph: Paragraph) -> int:
    """Return the width in twips of the longest line of a paragraph as it wraps in its room."""
    return min(_widest(paragraph), max(paragraph.width, 1))


def line_count(paragraph: Paragraph) -> int:
    """Return about how many lines a paragraph takes."""
    room = max(paragraph.width, 1)
    size, bold = _size(paragraph)
    lines = paragraph.text.split("\n")
    return sum(max(1, -(-text_width(line, size=size, bold=bold) // room)) for line in lines)


def _widest(paragraph: Paragraph) -> int:
    size, bold = _size(paragraph)
    return max(text_width(line, size=size, bold=bold) for line in re.split(r"[\n\t]", paragraph.text))


def _size(paragraph: Paragraph) -> tuple[int, bool]:
    sizes = [run.format.size for run in paragraph.runs if run.text.strip()]
    return (max(sizes) if sizes else 28), paragraph.is_bold
