"""What stands above a roadmap's table: its mark, its title and the text that belongs to neither."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from service.importing.approval_marks import Mark, find_mark
from service.importing.grids import Grid, Line, without_marks
from service.importing.headings import Heading

_TITLE_WORD = re.compile(
    r"дорожн\w+ карт|план\w*[- ]график|\bплан\b|график мероприят|комплекс\w* мер|перечень мероприят",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(20\d{2}|199\d)(?!\d)")
_NUMBERED = re.compile(r"\d+(?:\.\s?\d+)*\.?")
BORDER = "\f"
_LONGEST_TITLE = 1_000
_MOST_TITLE_LINES = 10


@dataclass(frozen=True)
class Front:
    """The text above a table.

    Attributes:
        title: line by line, with footnote marks; "" where none was found.
        is_certain: the title has a word of titles in it.
        rest: lines that are neither mark nor title, in their order.
    """

    mark: Mark | None
    title: str
    is_certain: bool
    rest: tuple[str, ...]


def read_front(lines: Sequence[str]) -> Front:
    """Return what the lines above a table are; "" stands for an empty paragraph."""
    left = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    mark = find_mark([without_marks(line).replace(BORDER, "") for line in left])
    if mark:
        left[mark.begin : mark.end] = [""]
    blocks = _blocks(left)
    above = len(_blocks(left[: _last_border(left)]))
    titled = [index for index, block in enumerate(blocks) if any(map(_TITLE_WORD.search, block))]
    begin = titled[-1] if titled else len(blocks) - 1
    end = len(blocks) if begin >= above else begin + 1
    title = [line for block in blocks[begin:end] for line in block] if blocks else []
    if _is_too_long(title):
        title, end = blocks[begin], begin + 1
    rest = [*_flat(blocks[: max(begin, 0)]), *_flat(blocks[end:])]
    if _is_too_long(title):
        return Front(mark, "", is_certain=False, rest=tuple(_flat(blocks)))
    return Front(mark, "\n".join(title), is_certain=bool(titled), rest=tuple(rest))


def year_of(
    title: str, headings: Iterable[str], terms: Iterable[str], mark: Mark | None
) -> tuple[int | None, str]:
    """Return (the year of the document, where it was taken from in Russian; "" for the title)."""
    if found := _YEAR.findall(title):
        return int(found[-1]), ""
    if found := _YEAR.findall(" ".join(headings)):
        return int(found[-1]), "из шапки таблицы"
    counted = Counter(year for term in terms for year in set(_YEAR.findall(term)))
    if counted:
        return int(counted.most_common(1)[0][0]), "из сроков"
    if mark and mark.approval.get("date"):
        return int(mark.approval["date"][:4]), "из даты отметки об утверждении"
    return None, ""


def lines_of(grid: Grid, *, border: str = BORDER) -> list[str]:
    """Return the text of a table that is no roadmap: cell by cell down each column, as stamps are laid out.

    Args:
        grid: the table.
        border: stands above and below; BORDER keeps a title from running into the table.
    """
    by_column: dict[int, list[str]] = {}
    for line in grid.lines:
        for column, cell in line.placed():
            by_column.setdefault(column, []).extend(cell.text.split("\n") if cell.text else [""])
    lines: list[str] = []
    for column in sorted(by_column):
        if any(by_column[column]):
            lines += ["", *by_column[column]]
    return [border, *lines, border]


def lines_above(grid: Grid, first: int) -> list[str]:
    """Return what is typed above line `first` of a table or sheet, run by run of filled lines."""
    lines: list[str] = []
    run: list[Line] = []
    for line in (*grid.lines[:first], Line(0, ())):
        if not line.is_blank():
            run.append(line)
        elif run:
            lines += lines_of(Grid("", tuple(run)), border="")
            run = []
    return lines


def without_tail(grid: Grid, heading: Heading) -> tuple[Grid, list[str]]:
    """Split off what is typed below the table on the same sheet: lines behind a blank one, without numbers."""
    if not grid.lettered:
        return grid, []
    number = next((column.begin for column in heading.columns if column.key == "no"), None)
    most = 1 if number is None else 2
    cut = None
    for index in reversed(range(heading.first + heading.depth, len(grid.lines))):
        line = grid.lines[index]
        if line.is_blank():
            cut = index
        elif sum(bool(cell.text) for cell in line.cells) > most or _is_numbered(line, number):
            break
    if cut is None:
        return grid, []
    tail = [cell.text for line in grid.lines[cut:] for cell in line.cells if cell.text]
    return replace(grid, lines=grid.lines[:cut]), tail


def _is_numbered(line: Line, column: int | None) -> bool:
    return any(
        begin == column and _NUMBERED.fullmatch(cell.as_number or cell.text) for begin, cell in line.placed()
    )


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line and line != BORDER:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _last_border(lines: Sequence[str]) -> int:
    return max((index for index, line in enumerate(lines) if line == BORDER), default=0)


def _flat(blocks: Sequence[Sequence[str]]) -> list[str]:
    return [line for block in blocks for line in block]


def _is_too_long(lines: Sequence[str]) -> bool:
    return len(lines) > _MOST_TITLE_LINES or sum(map(len, lines)) > _LONGEST_TITLE
