"""A sheet of an uploaded workbook as a table: its header row found, its columns named, its lines filled in."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service.batches.layout import FILE, KEY, NUMBER, STATUS, Column, SheetPlan
from service.batches.rows import Message, Place, Shape
from service.batches.values import folded
from service.importing.grids import Grid
from service.importing.grids import Line as GridLine

_HEADER_WITHIN = 30
_KEY_NAMES = (KEY, "№ документа", "№ п/п", "№")


@dataclass(frozen=True)
class Line:
    """A line below the header: texts of the filled cells by column, counted from 1."""

    row: int
    texts: dict[int, str]


@dataclass(frozen=True)
class Table:
    """A sheet that was understood.

    Attributes:
        columns: number of a column -> what belongs there; columns are counted from 1.
        doubles: number of a column that is not read -> that of the same header on its left, which is.
        keys: header of a joining column -> its number.
    """

    plan: SheetPlan
    title: str
    header_row: int
    columns: dict[int, Column]
    keys: dict[str, int]
    headers: dict[int, str]
    verdicts: dict[str, int]
    lines: tuple[Line, ...]
    last_column: int
    remarks: tuple[Message, ...] = ()
    doubles: Mapping[int, int] = field(default_factory=dict)

    @functools.cached_property
    def numbers(self) -> dict[tuple[str, ...], int]:
        """Path of a field -> its column."""
        return {column.path: number for number, column in self.columns.items()}

    @property
    def main(self) -> bool:
        """Whether this is the sheet of the papers."""
        return not self.plan.path

    def place(self, row: int, column: int = 0) -> Place:
        """Return a place on this sheet."""
        return Place(self.title, row, column, self.headers.get(column, ""), main=self.main)

    def contradictions(self, line: Line) -> Iterator[tuple[int, str]]:
        """Yield column and text of what a line has in a double of a column and otherwise in the column itself."""
        for double, number in self.doubles.items():
            if (text := line.texts.get(double, "")) and text != line.texts.get(number, ""):
                yield double, text

    def key(self, line: Line, header: str) -> str:
        """Return what a line has in a joining column."""
        return line.texts.get(self.keys.get(header, 0), "")

    def shape(self) -> Shape:
        """Return what the writer of verdicts needs."""
        columns = {".".join(column.path): number for number, column in self.columns.items()}
        named = {".".join(one.path): one.header for one in self.plan.columns}
        named |= {".".join(one.path): one.title for one in self.plan.lists}
        return Shape(
            self.title,
            self.header_row,
            self.last_column,
            self.verdicts,
            self.plan.remarks,
            main=self.main,
            columns=columns,
            headers=self.headers,
            absent={path: name for path, name in named.items() if path not in columns},
        )


def matching(grid: Grid, plan: SheetPlan) -> int:
    """Return how many columns of a sheet the best line names; how a renamed sheet is recognised."""
    names = _names(plan)
    return max((_matches(line, names) for line in grid.lines[:_HEADER_WITHIN]), default=0)


def read_table(grid: Grid, plan: SheetPlan) -> Table | None:
    """Return a sheet as a table; None when no line names its columns."""
    names = _names(plan)
    candidates = grid.lines[:_HEADER_WITHIN]
    best = max(candidates, key=lambda line: _matches(line, names), default=None)
    if best is None or _matches(best, names) < min(2, len(plan.columns)):
        return None
    lines = tuple(_lines(grid, best.number))
    used = {column for line in lines for column in line.texts}
    headers = {column + 1: cell.text for column, cell in best.placed() if cell.text}
    verdicts = _verdicts(plan, headers)
    columns: dict[int, Column] = {}
    keys: dict[str, int] = {}
    remarks: list[Message] = []
    taken: dict[str, int] = {}
    doubles: dict[int, int] = {}
    for number, header in headers.items():
        place = Place(grid.title, best.number, number, main=not plan.path)
        known = names.get(_folded_header(header))
        if number in verdicts.values():
            continue
        if known is None:
            remarks += [_unknown(plan, header, place)] if number in used else []
        elif (name := known if isinstance(known, str) else known.header) in taken:
            doubles[number] = taken[name]
            text = f"Графа «{name}» уже есть левее: эта не прочитана. Оставьте одну."
            remarks.append(Message("error", text, place=place))
        else:
            taken[name] = number
            if isinstance(known, str):
                keys[known] = number
            else:
                columns[number] = known
    remarks += _missing(plan, columns, keys, grid.title)
    shown = {number: " ".join(text.split()) for number, text in headers.items()}
    last = max(max(headers), max(used, default=1))
    return Table(
        plan, grid.title, best.number, columns, keys, shown, verdicts, lines, last, tuple(remarks), doubles
    )


def _names(plan: SheetPlan) -> dict[str, Column | str]:
    """Return every header a column may have: its own, or the last part of it where that is unique."""
    names: dict[str, Column | str] = {}
    leaves: dict[str, list[Column]] = {}
    for column in plan.columns:
        leaves.setdefault(folded(column.plan.label), []).append(column)
    for leaf, columns in leaves.items():
        if len(columns) == 1:
            names[leaf] = columns[0]
    for name in _KEY_NAMES[1:]:
        names.setdefault(folded(name), KEY)
    for column in plan.columns:
        names[folded(column.header)] = column
    for header in plan.keys:
        names[folded(header)] = header
    return names


def _folded_header(text: str) -> str:
    return folded(text).rstrip("* ")


def _matches(line: GridLine, names: dict[str, Column | str]) -> int:
    return len({_folded_header(cell.text) for cell in line.cells if cell.text} & set(names))


def _lines(grid: Grid, header_row: int) -> Iterator[Line]:
    """Yield the lines below the header that have anything; cells merged downwards are filled in."""
    above: dict[int, str] = {}
    for line in grid.lines:
        if line.number <= header_row:
            continue
        texts: dict[int, str] = {}
        for column, cell in line.placed():
            text = above.get(column + 1, "") if cell.carried else cell.text
            if text:
                texts[column + 1] = text
        above = texts
        if texts:
            yield Line(line.number, texts)


def _verdicts(plan: SheetPlan, headers: dict[int, str]) -> dict[str, int]:
    """Return the columns that an earlier verdict wrote: nobody else writes all of them."""
    expected = (STATUS, plan.remarks, NUMBER, FILE) if not plan.path else (plan.remarks,)
    found = {}
    for name in expected:
        places = [number for number, header in headers.items() if folded(header) == folded(name)]
        if places:
            found[name] = places[-1]
    return found if len(found) == len(expected) else {}


def _unknown(plan: SheetPlan, header: str, place: Place) -> Message:
    known = {folded(name): name for name in (*plan.keys, *(column.header for column in plan.columns))}
    near = difflib.get_close_matches(_folded_header(header), known, n=1, cutoff=0.6)
    shown = " ".join(header.split())
    guess = f" Возможно, вы имели в виду «{known[near[0]]}»: тогда исправьте заголовок." if near else ""
    return Message("warning", f"Графа «{shown}» не распознана, данные из неё не взяты.{guess}", place=place)


def _missing(
    plan: SheetPlan, columns: dict[int, Column], keys: dict[str, int], title: str
) -> Iterator[Message]:
    present = {column.header for column in columns.values()}
    place = Place(title, main=not plan.path)
    for column in plan.columns:
        if column.required and column.header not in present:
            yield Message("error", f"Нет обязательной графы «{column.header}».", place=place)
    if (plan.path or plan.lists) and KEY not in keys:
        text = f"Нет графы «{KEY}»: по ней строки списков относят к документам."
        yield Message("error", text, place=place)
