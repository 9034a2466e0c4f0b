"""Marks: what a template prints in place of a value until the values are put in.

Private-use characters fence the number of a printed value; a value itself is never scanned for them.
"""

from __future__ import annotations

import re

MARK = "\ue000{}\ue001"
_SIGN = "\ue000"
_MARK = re.compile("\ue000(\\d+)\ue001")
# The first marks, ready made: a tenth of the time of a long table.
MARKS = tuple(MARK.format(number) for number in range(4096))
NUMBERS = {mark: number for number, mark in enumerate(MARKS)}


def split_at_marks(piece: str) -> list[str]:
    """Return a constant, the number of a mark, a constant …; the odd ones are numbers."""
    return _MARK.split(piece)


def holds_marks(source: str) -> bool:
    """Return whether a text holds the sign that marks begin with: a template may not."""
    return _SIGN in source
