"""A long list as several tables, each from the top of a page.

LibreOffice 7.4 lays out one table in more than square time: a list of 2,000 schools took minutes, in tables of 200
lines it takes seconds (DECISIONS.md, "Why is a long list set as several tables?").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Line = list[dict[str, Any]]

LONGEST = 200  # lines; 20 to 40 pages
_SEARCHED = 50  # lines before the even cut in which a better place is looked for


def cuts(count: int, may_begin: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    """Yield (first, after last) of every table; they are about equally long.

    Args:
        count: how many lines there are.
        may_begin: whether a table begins well with the line of this number.
    """
    first = 0
    while count > first:
        tables = -(-(count - first) // LONGEST)
        even = first - (-(count - first) // tables)
        places = range(even, even - _SEARCHED, -1)
        last = count if tables == 1 else next(filter(may_begin, places), even)
        yield first, last
        first = last


def tables(lines: list[Line]) -> list[list[Line]]:
    """Return the lines of cells as tables; a merged cell that goes over begins anew with its text."""

    def may_begin(number: int) -> bool:
        return all(cell["merge"] != "continue" for cell in lines[number])

    made = []
    for first, last in cuts(len(lines), may_begin):
        if first:
            _part(lines, first)
        made.append(lines[first:last])
    return made


def _part(lines: list[Line], first: int) -> None:
    """Part the merged cells that reach over the beginning of a table."""
    for place, cell in enumerate(lines[first]):
        if cell["merge"] != "continue":
            continue
        top = first - 1
        while lines[top][place]["merge"] == "continue":
            top -= 1
        cell["paragraphs"] = lines[top][place]["paragraphs"]
        goes_on = first + 1 < len(lines) and lines[first + 1][place]["merge"] == "continue"
        cell["merge"] = "restart" if goes_on else ""
        if top == first - 1:
            lines[top][place]["merge"] = ""
