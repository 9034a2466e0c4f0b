"""What a sheet holds, counted against the limits while it is read; rows and columns are counted from 1, as in the file.

Equal cells are understood once: the same word stands in a column a thousand times.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from service.errors import PayloadTooLarge
from service.importing.grids import MOST_COLUMNS, MOST_LINES, Cell, column_letters
from service.importing.xlsx_cells import CellReader, inline_text
from service.importing.xlsx_values import shown

UNSOLVED = "Формула без сохранённого результата: ячейка осталась пустой."

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MOST_SIGNS, _MOST_CELLS, _LONGEST_CELL = 20_000_000, 1_000_000, 32_767  # the last is Excel's own limit
_TEXTS = {"s", "str", "inlineStr", "e"}

Tidy = Callable[[str], str]


class Seen(NamedTuple):
    """A filled cell and what had to be assumed about it."""

    cell: Cell
    doubt: str


_NO_RESULT = Seen(Cell(""), UNSOLVED)


@dataclass
class Survey:
    """A sheet while it is read.

    Attributes:
        place: what the sheet is called in remarks.
        tidy: what the text of every cell is sent through.
        rows: row -> column -> cell; a formula without a result is an empty cell with the doubt UNSOLVED.
        doubtful: rows with a doubt.
        merges: left, top, right, bottom.
        last_row, last_column: the last ones with anything in them, once the survey has ended.
    """

    place: str
    reader: CellReader
    tidy: Tidy
    rows: dict[int, dict[int, Seen]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: int = 0
    last_row: int = 0
    last_column: int = 0
    _cells: int = 0
    _signs: int = 0
    _known: dict[tuple[str, str, int], Seen] = field(default_factory=dict, compare=False)

    def add(
        self,
        row: int,
        column: int,
        kind: str,
        value: str | None,
        style: int,
        *,
        formula: bool,
        plain: Callable[[str], str] = str,
    ) -> None:
        """Take the next cell.

        Args:
            row, column: where it stands.
            kind: the type of the cell in the file, "n" without one.
            value: as it is in the file; None for a cell without one.
            style: number of the format.
            formula: whether the value is the result of one.
            plain: makes a value plain text; asked once for equal values.
        """
        self._cells += 1
        if self._cells > _MOST_CELLS:
            raise PayloadTooLarge(f"На листе больше {_MOST_CELLS} ячеек.")
        if not value and (kind != "inlineStr" or value is None):
            if not formula:
                return
            seen = _NO_RESULT
        else:
            key = (kind, value, 0 if kind in _TEXTS else style)
            seen = self._known.get(key) or self._understood(key, style, plain, (row, column))
        cells = self.rows.get(row)
        if cells is None:
            cells = self.rows[row] = {}
        cells[column] = seen
        if seen.doubt:
            self.doubtful.add(row)
        self._signs += len(seen.cell.text)
        if self._signs > _MOST_SIGNS:  # one shared text may stand in every cell
            raise PayloadTooLarge("На листе слишком много текста.")

    def where(self, row: int, column: int) -> str:
        """Return how remarks call a cell."""
        return f"{self.place}, строка {row}, графа {column_letters(column - 1)}"

    def require_size(self, most_lines: int) -> None:
        """End the survey; raise PayloadTooLarge when the sheet is longer, wider or more merged than one may be."""
        self.last_row = max(self.rows, default=0)
        self.last_column = max(map(max, self.rows.values()), default=0)
        if self.last_row > most_lines:
            raise PayloadTooLarge(f"На листе больше {most_lines} строк.")
        if self.last_column > MOST_COLUMNS:
            raise PayloadTooLarge(f"На листе больше {MOST_COLUMNS} граф.")
        merged = sum(
            max(min(right, self.last_column) - left + 1, 0) * max(min(bottom, self.last_row) - top + 1, 0)
            for left, top, right, bottom in self.merges
        )
        if merged > MOST_LINES * MOST_COLUMNS or len(self.merges) > MOST_LINES:
            raise PayloadTooLarge("На листе слишком много объединённых ячеек.")

    def _understood(
        self, key: tuple[str, str, int], style: int, plain: Callable[[str], str], at: tuple[int, int]
    ) -> Seen:
        value = self.reader.value(key[0], plain(key[1]), style)
        if isinstance(value, str) and len(value) > _LONGEST_CELL:
            raise PayloadTooLarge(f"{self.where(*at)}: в ячейке больше {_LONGEST_CELL} знаков.")
        found = shown(value, self.reader.number_format(style))
        made = Seen(Cell(self.tidy(found.text), as_number=found.as_number), found.doubt)
        self._known[key] = made
        return made


def survey_by_tree(xml: bytes, survey: Survey) -> None:
    """Fill a survey from any well-formed sheet; raises PayloadTooLarge."""
    row = column = 0
    tags = (f"{_S}row", f"{_S}c", f"{_S}mergeCell")
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
    )
    for event, element in events:
        if event == "start" and element.tag == f"{_S}row":
            row, column = int(element.get("r") or row + 1), 0
            survey.hidden_rows += element.get("hidden") in {"1", "true"}
        elif event == "end" and element.tag == f"{_S}c":
            reference = element.get("r")
            column = coordinate_to_tuple(reference)[1] if reference else column + 1
            _add(survey, element, row, column)
        elif event == "end" and element.tag == f"{_S}mergeCell":
            survey.merges.append(range_boundaries(element.get("ref", "")))
        if event == "end":
            element.clear()


def _add(survey: Survey, cell: etree._Element, row: int, column: int) -> None:
    kind, formula = cell.get("t", "n"), cell.find(f"{_S}f") is not None
    value = cell.findtext(f"{_S}v")
    if kind == "inlineStr":
        inline = cell.find(f"{_S}is")
        value = None if inline is None else inline_text(inline)
    survey.add(row, column, kind, value, int(cell.get("s", "0")), formula=formula)
