"""A workbook as sheets of text: merged cells, dates, cached results of formulas.

A sheet is counted before openpyxl opens it, in its reading mode: a small file may claim a million rows. Merged
ranges and formulas without a result come from the counting, that mode does not know them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from service.errors import BatchInvalid, InputError, PayloadTooLarge
from service.importing.grids import (
    MOST_COLUMNS,
    MOST_LINES,
    Cell,
    Grid,
    Line,
    Remark,
    Source,
    cleaned,
    column_letters,
)
from service.importing.xlsx_cells import CellReader, Value
from service.importing.xlsx_values import Shown, shown
from service.office_files.zip_shape import XLSX_LIMITS, main_part, part_name, read_package, safe_parser

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MOST_SIGNS, _MOST_SHEETS, _LONGEST_CELL = 20_000_000, 100, 32_767  # Excel's own limit of a cell
_MOST_CELLS = 1_000_000
_DAMAGED = "Книга Excel повреждена: её не удаётся прочитать. Откройте её в Excel и сохраните заново."

UNSOLVED = "Формула без сохранённого результата: ячейка осталась пустой."

Place = tuple[int, int]
Tidy = Callable[[str], str]


def read_xlsx(data: bytes, *, tidy: Tidy = cleaned, most_lines: int = MOST_LINES) -> Source:
    """Return an .xlsx as sheets.

    Args:
        data: the file.
        tidy: what the text of every cell is sent through.
        most_lines: how many rows a sheet may have.

    Raises:
        BatchInvalid: it is not a workbook that can be read.
        PayloadTooLarge: it is larger than a workbook may be.
    """
    parts = read_package(data, XLSX_LIMITS, keep=_is_read, refusal=BatchInvalid)
    try:
        name, content_type = main_part(parts)
        _require_workbook(name, content_type, parts)
        return _source(data, parts, name, _Manner(tidy, most_lines))
    except InputError:
        raise
    except Exception as error:  # openpyxl promises no set of errors for a broken workbook
        raise BatchInvalid(_DAMAGED) from error


def _require_workbook(name: str, content_type: str, parts: dict[str, bytes]) -> None:
    if "macroEnabled" in content_type:
        raise BatchInvalid("Книги с макросами не принимаются. Сохраните файл как .xlsx без макросов.")
    if content_type != _TYPE or name not in parts:
        raise BatchInvalid("Это не книга Excel, хотя расширение файла .xlsx.")


def _is_read(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


@dataclass(frozen=True)
class _Manner:
    tidy: Tidy
    most_lines: int


@dataclass
class _Survey:
    """What the counting of a sheet found; rows and columns are counted from 1 here, as in the file."""

    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    hidden_rows: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unsolved: set[Place] = field(default_factory=set)
    values: dict[Place, tuple[Value, str]] = field(default_factory=dict)


def _source(data: bytes, parts: dict[str, bytes], workbook: str, manner: _Manner) -> Source:
    grids: list[Grid] = []
    remarks: list[Remark] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that a text does not need
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader = CellReader(book)
        seen: set[str] = set()
        for order, (title, state, part) in enumerate(sheet_parts(parts, workbook), start=1):
            place = f"лист {order}"
            if order > _MOST_SHEETS:
                raise PayloadTooLarge(f"В книге больше {_MOST_SHEETS} листов.")
            if part not in parts or part in seen or title not in book.sheetnames:
                continue
            seen.add(part)
            if state != "visible":
                remarks.append(Remark(place, f"Скрытый лист «{title}» не перенесён."))
                continue
            survey = _survey(parts[part], reader, manner.most_lines)
            if survey.hidden_rows:
                remarks.append(Remark(place, f"Скрытые строки перенесены: {survey.hidden_rows}."))
            grids.append(_grid(title, place, survey, remarks, manner.tidy))
    return Source(tuple(grids), {}, tuple(remarks))


def sheet_parts(parts: dict[str, bytes], workbook: str) -> Iterator[tuple[str, str, str]]:
    """Yield (title, state, part) of every sheet."""
    folder, _, file_name = workbook.rpartition("/")
    relations = etree.fromstring(parts[f"{folder}/_rels/{file_name}.rels".lstrip("/")], safe_parser())
    targets = {one.get("Id", ""): part_name(folder, one.get("Target", "")) for one in relations}
    for sheet in etree.fromstring(parts[workbook], safe_parser()).iter(f"{_S}sheet"):
        target = targets.get(sheet.get(f"{_R}id", ""), "")
        yield sheet.get("name", ""), sheet.get("state", "visible"), target


def _survey(xml: bytes, reader: CellReader, most_lines: int) -> _Survey:
    survey = _Survey()
    row_number = column_number = 0
    tags = (f"{_S}row", f"{_S}c", f"{_S}mergeCell")
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
    )
    for event, element in events:
        if event == "start" and element.tag == f"{_S}row":
            row_number = int(element.get("r") or row_number + 1)
            column_number = 0
            survey.hidden_rows += element.get("hidden") in {"1", "true"}
        elif event == "end" and element.tag == f"{_S}c":
            reference = element.get("r")
            column_number = coordinate_to_tuple(reference)[1] if reference else column_number + 1
            _count_cell(survey, element, reader, (row_number, column_number))
        elif event == "end" and element.tag == f"{_S}mergeCell":
            survey.merges.append(range_boundaries(element.get("ref", "")))
        if event == "end":
            element.clear()
    _require_size(survey, most_lines)
    return survey


def _count_cell(survey: _Survey, cell: etree._Element, reader: CellReader, at: Place) -> None:
    survey.cells += 1
    if survey.cells > _MOST_CELLS:
        raise PayloadTooLarge(f"На листе больше {_MOST_CELLS} ячеек.")
    if len(cell) == 0:
        return
    value = cell.find(f"{_S}v")
    has_value = (value is not None and value.text) or cell.find(f"{_S}is") is not None
    if has_value:
        survey.values[at] = (reader.value(cell), reader.number_format(cell))
    elif cell.find(f"{_S}f") is not None:
        survey.unsolved.add(at)
    else:
        return
    survey.last_row = max(survey.last_row, at[0])
    survey.last_column = max(survey.last_column, at[1])


def _require_size(survey: _Survey, most_lines: int) -> None:
    if survey.last_row > most_lines:
        raise PayloadTooLarge(f"На листе больше {most_lines} строк.")
    if survey.last_column > MOST_COLUMNS:
        raise PayloadTooLarge(f"На листе больше {MOST_COLUMNS} граф.")
    merged = sum(
        max(min(right, survey.last_column) - left + 1, 0) * max(min(bottom, survey.last_row) - top + 1, 0)
        for left, top, right, bottom in survey.merges
    )
    if merged > MOST_LINES * MOST_COLUMNS or len(survey.merges) > MOST_LINES:
        raise PayloadTooLarge("На листе слишком много объединённых ячеек.")


def _grid(title: str, place: str, survey: _Survey, remarks: list[Remark], tidy: Tidy) -> Grid:
    merged = _Merged(survey)
    lines: list[Line] = []
    written = 0
    for row in range(1, survey.last_row + 1):
        cells: list[Cell] = []
        for column in range(1, survey.last_column + 1):
            span, carried = merged.at(row, column)
            if span == 0:
                continue
            if (row, column) not in survey.values and (row, column) not in survey.unsolved:
                cells.append(Cell("", span, carried=carried))
                continue
            where = f"{place}, строка {row}, графа {column_letters(column - 1)}"
            if (row, column) in survey.unsolved:
                remarks.append(Remark(where, UNSOLVED, (title, row, column)))
            if carried or (row, column) not in survey.values:
                cells.append(Cell("", span, carried=carried))
                continue
            seen = _seen(*survey.values[row, column], where)
            if seen.doubt:
                remarks.append(Remark(where, seen.doubt, (title, row, column)))
            made = Cell(tidy(seen.text), span, as_number=seen.as_number)
            written += len(made.text)
            if written > _MOST_SIGNS:  # one shared text may stand in every cell
                raise PayloadTooLarge("На листе слишком много текста.")
            cells.append(made)
        lines.append(Line(row, tuple(cells)))
    return Grid(place, tuple(lines), lettered=True, title=title)


def _seen(value: Value, number_format: str, where: str) -> Shown:
    if isinstance(value, str) and len(value) > _LONGEST_CELL:
        raise PayloadTooLarge(f"{where}: в ячейке больше {_LONGEST_CELL} знаков.")
    return shown(value, number_format or "General")


class _Merged:
    """The merged ranges, cut to the part of the sheet that is filled."""

    def __init__(self, survey: _Survey) -> None:
        self._spans: dict[Place, tuple[int, bool]] = {}
        for left, top, right, bottom in survey.merges:
            right, bottom = min(right, survey.last_column), min(bottom, survey.last_row)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    first = column == left
                    self._spans[row, column] = (right - left + 1 if first else 0, row > top)

    def at(self, row: int, column: int) -> tuple[int, bool]:
        """Return (columns the cell takes, whether it continues the one above); 0 columns for a covered cell."""
        return self._spans.get((row, column), (1, False))
