"""A workbook as sheets of text: merged cells, dates, cached results of formulas.

A sheet is counted before openpyxl opens it, in its reading mode: a small file may claim a million rows. Merged
ranges and formulas without a result come from the counting, that mode does not know them.
"""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml import etree
from openpyxl import load_workbook

from service.errors import BatchInvalid, InputError, PayloadTooLarge
from service.importing.grids import MOST_LINES, Cell, Grid, Line, Remark, Source, cleaned
from service.importing.xlsx_cells import CellReader
from service.importing.xlsx_patterns import survey_by_pattern
from service.importing.xlsx_survey import UNSOLVED, Seen, Survey, Tidy, survey_by_tree
from service.office_files.zip_shape import XLSX_LIMITS, main_part, part_name, read_package, safe_parser

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MOST_SHEETS = 100
_EMPTY = Cell("")
_DAMAGED = "Книга Excel повреждена: её не удаётся прочитать. Откройте её в Excel и сохраните заново."

Place = tuple[int, int]


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
        raise BatchInvalid(
            "Это не книга Excel, хотя расширение файла .xlsx. Сохраните её как «Книга Excel (.xlsx)»."
        )


def _is_read(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


@dataclass(frozen=True)
class _Manner:
    tidy: Tidy
    most_lines: int


def _source(data: bytes, parts: dict[str, bytes], workbook: str, manner: _Manner) -> Source:
    grids: list[Grid] = []
    remarks: list[Remark] = []
    hidden: list[str] = []
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
                hidden.append(title)
                remarks.append(Remark(place, f"Скрытый лист «{title}» не перенесён."))
                continue
            new = functools.partial(Survey, place, reader, manner.tidy)
            survey = _surveyed(parts[part], new, manner.most_lines)
            if survey.hidden_rows:
                remarks.append(Remark(place, f"Скрытые строки перенесены: {survey.hidden_rows}."))
            grids.append(_grid(title, survey, remarks))
    return Source(tuple(grids), {}, tuple(remarks), tuple(hidden))


def sheet_parts(parts: dict[str, bytes], workbook: str) -> Iterator[tuple[str, str, str]]:
    """Yield (title, state, part) of every sheet."""
    folder, _, file_name = workbook.rpartition("/")
    relations = etree.fromstring(parts[f"{folder}/_rels/{file_name}.rels".lstrip("/")], safe_parser())
    targets = {one.get("Id", ""): part_name(folder, one.get("Target", "")) for one in relations}
    for sheet in etree.fromstring(parts[workbook], safe_parser()).iter(f"{_S}sheet"):
        target = targets.get(sheet.get(f"{_R}id", ""), "")
        yield sheet.get("name", ""), sheet.get("state", "visible"), target


def _surveyed(xml: bytes, new: Callable[[], Survey], most_lines: int) -> Survey:
    survey = new()
    if not survey_by_pattern(xml, survey):
        survey = new()
        survey_by_tree(xml, survey)
    survey.require_size(most_lines)
    return survey


def _grid(title: str, survey: Survey, remarks: list[Remark]) -> Grid:
    spans = _spans(survey)
    merged = {row for row, _ in spans}
    blank = (_EMPTY,) * survey.last_column
    lines: list[Line] = []
    for row in range(1, survey.last_row + 1):
        filled = survey.rows.get(row, {})
        if row in merged:
            cells = tuple(_merged_cells(filled, spans, row, survey.last_column))
        elif filled:
            plain = list(blank)
            for column, seen in filled.items():
                plain[column - 1] = seen.cell
            cells = tuple(plain)
        else:
            cells = blank
        lines.append(Line(row, cells))
        if row in survey.doubtful:
            remarks += _doubts(title, survey, filled, spans, row)
    return Grid(survey.place, tuple(lines), lettered=True, title=title)


def _merged_cells(
    filled: dict[int, Seen], spans: dict[Place, tuple[int, bool]], row: int, last_column: int
) -> Iterator[Cell]:
    for column in range(1, last_column + 1):
        span, carried = spans.get((row, column), (1, False))
        if span:
            cell = _EMPTY if carried or column not in filled else filled[column].cell
            yield replace(cell, span=span, carried=carried)


def _doubts(
    title: str, survey: Survey, filled: dict[int, Seen], spans: dict[Place, tuple[int, bool]], row: int
) -> Iterator[Remark]:
    for column in sorted(filled):
        doubt = filled[column].doubt
        span, carried = spans.get((row, column), (1, False))
        if doubt and span and (not carried or doubt == UNSOLVED):
            yield Remark(survey.where(row, column), doubt, (title, row, column))


def _spans(survey: Survey) -> dict[Place, tuple[int, bool]]:
    """Return, of the filled part of the sheet, cell -> (columns it takes, whether it continues the one above).

    A cell that is covered by the one on its left takes 0 columns.
    """
    spans: dict[Place, tuple[int, bool]] = {}
    for left, top, right, bottom in survey.merges:
        right, bottom = min(right, survey.last_column), min(bottom, survey.last_row)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                spans[row, column] = (right - left + 1 if column == left else 0, row > top)
    return spans
