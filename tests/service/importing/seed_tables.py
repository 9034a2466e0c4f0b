"""The roadmaps of the seed texts as tables, and files made of them the way a person types them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import docx
import openpyxl
import pytest

from tests.samples import SEEDS

Table = list[list[str]]
KEYS = {
    "000": ["no", "action", "period", "indicator"],
    "001": ["no", "action", "period", "executors"],
    "003": ["no", "action", "period", "indicator", "executors", "publication"],
    "004": ["no", "action", "period", "indicator"],
}
_HEADINGS_IN_003 = 5
_COLUMNS_IN_003 = 6


@dataclass(frozen=True)
class Seed:
    """A seed text: the lines above its table, the table page by page, the lines between the pages."""

    above: list[str]
    pages: list[Table]
    between: list[str]


def read_seed(name: str) -> Seed:
    """Return a seed, or skip the test where the seeds are not at hand."""
    files = sorted(SEEDS.glob(f"{name}_*.txt"))
    if not files:
        pytest.skip(f"no seed text {name} in {SEEDS}")
    text = files[0].read_text(encoding="utf-8").replace("**", "").replace("[bookmark: _GoBack]", "")
    return _flattened(text) if name == "003" else _tabbed(text)


def expected_rows(name: str) -> list[dict[str, str]]:
    """Return the rows a careful typist would make of a seed: cell texts without white space."""
    rows: list[dict[str, str]] = []
    heading = read_seed(name).pages[0][0]
    for cells in (cells for page in read_seed(name).pages for cells in page):
        if cells == heading or (any(cells) and not any(cells[1:]) and not re.match(r"\d+\.\d+$", cells[0])):
            continue
        row = {key: squeezed(cell) for key, cell in zip(KEYS[name], cells, strict=True)}
        if row["no"] or row["period"]:
            rows.append(row)
        else:
            rows[-1] = {key: rows[-1][key] + text for key, text in row.items()}
    return rows


def printed(row: dict[str, Any], key: str) -> str:
    """Return what a row of a payload prints in a column, without white space."""
    parts = row.get("sub_actions", [])
    value = row.get(key, "")
    texts = value if isinstance(value, list) else [value]
    if key == "action":
        texts = [*texts, *(part["no"] + part["text"] for part in parts)]
    if key == "period":
        texts = [*texts, *(part.get("period", "") for part in parts)]
    return squeezed("".join(texts))


def squeezed(text: str) -> str:
    return "".join(text.split())


def as_docx(seed: Seed, *, one_table: bool, merged_sections: bool) -> bytes:
    """Return the seed as a Word document: one table, or a table on every page."""
    document = docx.Document()
    for line in seed.above:
        document.add_paragraph(line)
    pages = [[row for page in seed.pages for row in page]] if one_table else seed.pages
    for number, page in enumerate(pages):
        table = document.add_table(rows=0, cols=len(page[-1]))
        for cells in page:
            _add_docx_row(table, cells, merged=merged_sections)
        if number < len(seed.between) and not one_table:
            document.add_paragraph(seed.between[number])
        document.add_paragraph("")
    for line in seed.between if one_table else seed.between[len(pages) :]:
        document.add_paragraph(line)
    return _saved(document)


def as_xlsx(seed: Seed, *, merged_sections: bool) -> bytes:
    """Return the seed as a workbook: title above, table, notes below."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in seed.above:
        sheet.append([line or None])
    sheet.append([])
    for cells in (cells for page in seed.pages for cells in page):
        sheet.append([cell or None for cell in cells])
        if merged_sections and _is_section(cells):
            row = sheet.max_row
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(cells))
    sheet.append([])
    for line in seed.between:
        sheet.append([line])
    return _saved(book)


def _saved(file: Any) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _is_section(cells: list[str]) -> bool:
    return bool(cells[0]) and not any(cells[1:]) and not re.match(r"\d+\.\d+$", cells[0])


def _add_docx_row(table: Any, cells: list[str], *, merged: bool) -> None:
    row = table.add_row()
    if merged and _is_section(cells):
        row.cells[0].merge(row.cells[-1]).text = cells[0]
        return
    for cell, text in zip(row.cells, cells, strict=True):
        cell.text = text


def _tabbed(text: str) -> Seed:
    """Seeds 000, 001, 004: a row a line, cells behind tabs; an empty line is a new page."""
    above: list[str] = []
    between: list[str] = []
    pages: list[Table] = []
    in_page = False
    width = 0
    for line in text.split("\n"):
        if "\t" in line:
            cells = [cell.strip() for cell in line.split("\t")]
            width = width or len(cells)
            if not in_page:
                pages.append([])
            pages[-1].append(cells + [""] * (width - len(cells)))
            in_page = True
            continue
        in_page = False
        if not pages:
            above.append(line.strip())
        elif line.strip():
            between.append(line.strip())
    return Seed(above, pages, between)


def _flattened(text: str) -> Seed:
    """Seed 003: a cell a paragraph behind a tab; the sixth column has no heading."""
    above, *cells = re.split(r"\n\t", text)
    cells = [cell.strip() for cell in cells]
    rows = [[*cells[:_HEADINGS_IN_003], ""], [cells[_HEADINGS_IN_003], *[""] * 5]]
    rest = cells[_HEADINGS_IN_003 + 1 :]
    for begin in range(0, len(rest), _COLUMNS_IN_003):
        rows.append(rest[begin : begin + _COLUMNS_IN_003])
    return Seed([line.strip() for line in above.split("\n")], [rows], [])
