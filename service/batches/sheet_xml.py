"""One sheet of a workbook as XML: texts and formats of single cells are changed, all else stays as it is."""

from __future__ import annotations

import bisect
import re

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries

from service.batches.style_xml import S, Styles
from service.office_files.zip_shape import safe_parser

_NOT_XML = re.compile("[^\\u0009\\u000a\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_LONGEST = 32_000
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What stands before <cols> in a sheet, in the order of the schema.
_BEFORE_COLS = {f"{S}sheetPr", f"{S}dimension", f"{S}sheetViews", f"{S}sheetFormatPr"}


class Sheet:
    """The cells of a sheet; rows and columns are counted from 1."""

    def __init__(self, xml: bytes, styles: Styles) -> None:
        self._root = etree.fromstring(xml, safe_parser())
        self._styles = styles
        data = self._root.find(f"{S}sheetData")
        if data is None:
            raise ValueError("the sheet has no data")
        self._data = data
        self._rows: dict[int, etree._Element] = {}
        self._cells: dict[int, dict[int, etree._Element]] = {}
        self._read()

    def xml(self) -> bytes:
        """Return the sheet with its changes."""
        dimension = self._root.find(f"{S}dimension")
        if dimension is not None:
            _, _, right, _ = range_boundaries(dimension.get("ref", "A1"))
            last = max((max(cells) for cells in self._cells.values() if cells), default=1)
            dimension.set("ref", f"A1:{get_column_letter(max(last, right))}{max(self._rows, default=1)}")
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def unmark(self) -> None:
        """Give every marked cell the look it had."""
        changed: dict[str, str] = {}
        for cell in self._data.iter(f"{S}c"):
            style = cell.get("s", "0")
            if style not in changed:
                changed[style] = str(self._styles.unmarked(int(style)))
            if changed[style] != style:
                cell.set("s", changed[style])

    def mark(self, row: int, column: int, severity: str) -> None:
        """Mark a cell; an error is not covered by a warning that comes later."""
        cell = self._cell(row, column)
        cell.set("s", str(self._styles.marked(int(cell.get("s", "0")), severity)))

    def clear(self, column: int, *, below: int) -> None:
        """Empty a column below a row."""
        for row in self._rows:
            if row > below and column in (cells := self._of(row)):
                _empty(cells[column])

    def write(self, row: int, column: int, text: str, *, style: int | None = None) -> None:
        """Write a text that Excel never takes for a formula."""
        cell = self._cell(row, column)
        _empty(cell)
        if style is not None:
            cell.set("s", str(style))
        plain = _NOT_XML.sub(" ", text)
        plain = plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]} …"
        if plain:
            cell.set("t", "inlineStr")
            inline = etree.SubElement(etree.SubElement(cell, f"{S}is"), f"{S}t")
            inline.text = plain
            inline.set(_SPACE, "preserve")

    def style_at(self, row: int, column: int) -> int:
        """Return the format of a cell."""
        found = self._of(row).get(column)
        return int(found.get("s", "0")) if found is not None else 0

    def widen(self, column: int, width: float) -> None:
        """Give a column a width that nobody has set yet."""
        columns = self._columns()
        for one in columns:
            if int(one.get("min", "0")) <= column <= int(one.get("max", "0")):
                _split(one, column).set("width", str(width))
                return
        made = etree.Element(f"{S}col", min=str(column), max=str(column), width=str(width), customWidth="1")
        starts = [int(one.get("min", "0")) for one in columns]
        columns.insert(bisect.bisect(starts, column), made)

    def _read(self) -> None:
        row_number = 0
        for row in self._data.iterchildren(f"{S}row"):
            row_number = int(row.get("r") or row_number + 1)
            row.set("r", str(row_number))
            self._rows[row_number] = row

    def _of(self, row: int) -> dict[int, etree._Element]:
        """Return the cells of a row; most rows of most sheets are never asked for."""
        if row in self._cells:
            return self._cells[row]
        cells: dict[int, etree._Element] = {}
        column = 0
        for cell in self._rows[row].iterchildren(f"{S}c") if row in self._rows else ():
            reference = cell.get("r")
            column = coordinate_to_tuple(reference)[1] if reference else column + 1
            cell.set("r", f"{get_column_letter(column)}{row}")
            cells[column] = cell
        self._cells[row] = cells
        return cells

    def _cell(self, row: int, column: int) -> etree._Element:
        if row not in self._rows:
            made = etree.Element(f"{S}row", r=str(row))
            self._data.insert(bisect.bisect(sorted(self._rows), row), made)
            self._rows[row] = made
        cells = self._of(row)
        self._rows[row].attrib.pop("spans", "")  # only a hint, and wrong as soon as a cell is added
        if column not in cells:
            cell = etree.Element(f"{S}c", r=f"{get_column_letter(column)}{row}")
            self._rows[row].insert(bisect.bisect(sorted(cells), column), cell)
            style = self._style_of_empty(row, column)
            if style:
                cell.set("s", style)
            cells[column] = cell
        return cells[column]

    def _style_of_empty(self, row: int, column: int) -> str:
        """Return the format an absent cell shows: that of its row, else of its column."""
        if self._rows[row].get("customFormat") in {"1", "true"}:
            return self._rows[row].get("s", "")
        for one in self._root.iterfind(f"{S}cols/{S}col"):
            if int(one.get("min", "0")) <= column <= int(one.get("max", "0")):
                return one.get("style", "")
        return ""

    def _columns(self) -> etree._Element:
        found = self._root.find(f"{S}cols")
        if found is None:
            found = etree.Element(f"{S}cols")
            place = sum(child.tag in _BEFORE_COLS for child in self._root)
            self._root.insert(place, found)
        return found


def _empty(cell: etree._Element) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", "")


def _split(one: etree._Element, column: int) -> etree._Element:
    """Return the definition of this column alone; its neighbours keep theirs."""
    first, last = int(one.get("min", "0")), int(one.get("max", "0"))
    parent = one.getparent()
    if parent is None:
        raise ValueError("a column stands outside of the columns")
    place = parent.index(one)
    for start, end, offset in ((column + 1, last, 1), (first, column - 1, 0)):
        if start <= end:
            other = etree.fromstring(etree.tostring(one))
            other.set("min", str(start))
            other.set("max", str(end))
            parent.insert(place + offset, other)
    one.set("min", str(column))
    one.set("max", str(column))
    one.set("customWidth", "1")
    return one
