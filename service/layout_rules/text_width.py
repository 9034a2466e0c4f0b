"""The width of printed text by estimate: the letters of Times and its metric twins.

Good to about two percent on a line of Russian text; rules that use it leave more room than that.
"""

from __future__ import annotations

import re

from forms import _letters as letters
from service.layout_rules.paper import Paragraph
from service.layout_rules.values import POINT


def text_width(text: str, *, size: int, bold: bool = False) -> int:
    """Return the width in twips of one line; `size` in half-points."""
    return round(letters.text_width(text, size_pt=size / 2, bold=bold) * POINT)


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
