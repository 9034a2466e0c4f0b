"""Tables of a document: grid, rows, cells and where they stand on the sheet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from service.layout_rules.cells import (
    CellShape,
    Looks,
    Mould,
    Place,
    RowMould,
    cell_shape,
    length_of,
    mould_of,
    plain_cell_shape,
    plain_row_shape,
    row_shape,
    stated_width,
)
from service.layout_rules.effective import Formats
from service.layout_rules.paper import Cell, Paragraph, Row, Table
from service.layout_rules.plain_parts import PlainCell, PlainRow, RowPlan
from service.layout_rules.shapes import CellLook
from service.layout_rules.values import W, attribute, child_value, twips

_P, _TBL, _TR, _TC = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
_ROW_PROPERTIES, _CELL_PROPERTIES = f"{W}trPr", f"{W}tcPr"
_PASSED_THROUGH = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_DEFAULT_CELL_MARGIN = 108


class ParagraphSource(Protocol):
    """What reads the paragraphs and the inner tables of a cell: the reader, or a double in tests."""

    formats: Formats

    def paragraph(
        self, element: etree._Element, *, path: str, left: int, width: int, look: CellLook | None = None
    ) -> Paragraph:
        """Return a paragraph of a cell."""

    def plain_paragraph(
        self, number: int, *, path: str, left: int, width: int, look: CellLook | None
    ) -> Paragraph:
        """Return a paragraph of a plain cell."""

    def plain_row(self, element: etree._Element) -> PlainRow | None:
        """Return a plain row, None for any other one."""

    def plain_cell(self, element: etree._Element) -> PlainCell | None:
        """Return w:tcPr and the paragraphs of a plain cell, None for any other one."""

    def moulded(self, mould: Mould, text: str, path: str) -> Paragraph:
        """Return a paragraph of a plain row."""

    def table_blocks(self, element: etree._Element, *, left: int, room: int) -> Iterator[Paragraph | Table]:
        """Yield an inner table."""


class TableReader:
    """Reads one table.

    Args:
        left: where the column of text begins that the table stands in.
        room: how wide it is.
    """

    def __init__(self, source: ParagraphSource, section: int, *, left: int, room: int) -> None:
        self._source, self._section, self._left, self._room = source, section, left, room
        self._edges: list[int] = [0]
        self._sides: tuple[int, int] = (0, 0)
        self._looks: Looks | None = None
        self._row_moulds: dict[tuple[RowPlan, tuple[bool, ...]], RowMould] = {}

    def read(self, element: etree._Element, number: int) -> Table:
        """Return the table."""
        properties = element.find(f"{W}tblPr")
        grid = [twips(attribute(column, "w")) for column in element.iterfind(f"{W}tblGrid/{W}gridCol")]
        stated = stated_width(_child(properties, "tblW"), self._room)
        width = stated or sum(grid) or self._room
        if sum(grid) and stated and attribute(_child(properties, "tblW"), "type") == "pct":
            grid = [round(column * width / sum(grid)) for column in grid]
        self._left += _offset(properties, width, self._room)
        self._edges = [0, *itertools.accumulate(grid)]
        margins = self._source.formats.table_properties(properties, "tblCellMar")
        self._sides = _side_margin(margins, "left", "start"), _side_margin(margins, "right", "end")
        rows = list(_children(element, _TR))
        style_id = child_value(properties, "tblStyle")
        if self._source.formats.has_conditions(style_id):
            self._looks = Looks(style_id, _child(properties, "tblLook"), len(rows))
        plain = CellLook(style_id, ("wholeTable",))
        made = tuple(
            self._row(row, f"table.{number}.row.{order}", order - 1, plain)
            for order, row in enumerate(rows, start=1)
        )
        return Table(
            f"table.{number}",
            made,
            tuple(grid),
            max([sum(grid), stated, *(row.width for row in made)]),
            self._room,
            self._left,
            self._section,
            self._is_ruled(properties, rows),
            attribute(_child(properties, "tblLayout"), "type") == "fixed",
        )

    def _row(self, element: etree._Element, path: str, order: int, plain: CellLook) -> Row:
        taken = self._source.plain_row(element)
        if taken is not None:
            return self._plain_row(*taken, path=path, order=order, plain=plain)
        shape = row_shape(element.find(_ROW_PROPERTIES))
        cells: list[Cell] = []
        column = shape.column
        elements = list(_children(element, _TC))
        for place, item in enumerate(elements):
            look = self._looks.cell(order, place, len(elements)) if self._looks else plain
            cells.append(self._cell(item, path, column, look))
            column += cells[-1].span
        width = sum([cell.width for cell in cells])
        return Row(path, tuple(cells), shape.is_heading, shape.may_tear, width)

    def _plain_row(self, plan: RowPlan, texts: list[str], *, path: str, order: int, plain: CellLook) -> Row:
        key = plan, self._looks.kind(order) if self._looks else ()
        found = self._row_moulds.get(key)
        if found is None:
            found = self._row_moulds[key] = self._row_mould(plan, order, plain)
        (_, is_heading, may_tear), width, moulds = found
        moulded, rest = self._source.moulded, iter(texts)
        cells = []
        for place, column, inside in moulds:
            paragraphs = tuple(
                [moulded(mould, next(rest) if has_text else "", path) for mould, has_text in inside]
            )
            text = paragraphs[0].text if len(paragraphs) == 1 else "\n".join([p.text for p in paragraphs])
            cells.append(Cell(paragraphs, text, column, place.span, place.width, place.merge, place.valign))
        return Row(path, tuple(cells), is_heading, may_tear, width)

    def _row_mould(self, plan: RowPlan, order: int, plain: CellLook) -> RowMould:
        """Return what rows of one plan and one kind have in common in this table."""
        shape = plain_row_shape(plan.properties)
        column, moulds = shape.column, []
        for number, (properties, paragraphs) in enumerate(plan.cells):
            look = self._looks.cell(order, number, len(plan.cells)) if self._looks else plain
            place = self._place(plain_cell_shape(properties), column)
            inside = [
                (mould_of(self._source.formats, one, left=place.left, width=place.room, look=look), has_text)
                for one, has_text in paragraphs
            ]
            moulds.append((place, column, inside))
            column += place.span
        return shape, sum(place.width for place, _, _ in moulds), moulds

    def _cell(self, item: etree._Element, path: str, column: int, look: CellLook) -> Cell:
        plain = self._source.plain_cell(item)
        if plain is None:
            place = self._place(cell_shape(item.find(_CELL_PROPERTIES)), column)
            paragraphs = tuple(self._paragraphs(item, path, place.left, place.room, look))
        else:
            properties, numbers = plain
            place = self._place(plain_cell_shape(properties), column)
            read, left, room = self._source.plain_paragraph, place.left, place.room
            paragraphs = tuple([read(one, path=path, left=left, width=room, look=look) for one in numbers])
        text = paragraphs[0].text if len(paragraphs) == 1 else "\n".join([part.text for part in paragraphs])
        return Cell(paragraphs, text, column, place.span, place.width, place.merge, place.valign)

    def _place(self, shape: CellShape, column: int) -> Place:
        last = len(self._edges) - 1
        left, right = self._edges[min(column, last)], self._edges[min(column + shape.span, last)]
        stated = length_of(shape.size, shape.kind, self._edges[-1])
        return Place(
            shape.span,
            self._left + left + self._sides[0],
            max(0, (right - left or stated) - sum(self._sides)),
            stated or right - left,
            shape.merge,
            shape.valign,
        )

    def _paragraphs(
        self, cell: etree._Element, path: str, left: int, width: int, look: CellLook
    ) -> Iterator[Paragraph]:
        for child in _children(cell, _P, _TBL):
            if child.tag == _P:
                yield self._source.paragraph(child, path=path, left=left, width=width, look=look)
            else:
                for block in self._source.table_blocks(child, left=left, room=width):
                    if isinstance(block, Paragraph):
                        yield block

    def _is_ruled(self, properties: etree._Element | None, rows: list[etree._Element]) -> bool:
        """Say whether lines divide the cells: such a table shows data, any other one only places text."""
        borders = self._source.formats.table_properties(properties, "tblBorders")
        if any(_is_drawn(borders.get(side)) for side in ("insideH", "insideV")):
            return True
        groups = [self._source.plain_row(row) for row in rows]
        # The properties of a plain cell hold values only, no borders.
        plain = sum(len(group[0].cells) for group in groups if group is not None)
        cells = [cell for row in rows for cell in _children(row, _TC)]
        ruled = [cell for cell in cells if _all_sides_drawn(cell.find(f"{W}tcPr/{W}tcBorders"))]
        return len(cells) + plain > 1 and len(ruled) * 2 > len(cells) + plain


def _children(parent: etree._Element, *tags: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _PASSED_THROUGH:
            yield from _children(child, *tags)


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return None if parent is None else parent.find(f"{W}{name}")


def _offset(properties: etree._Element | None, width: int, room: int) -> int:
    align = child_value(properties, "jc")
    if align in ("right", "end"):
        return room - width
    if align == "center":
        return (room - width) // 2
    return twips(attribute(_child(properties, "tblInd"), "w"))


def _side_margin(margins: dict[str, etree._Element], name: str, strict_name: str) -> int:
    element = margins.get(name, margins.get(strict_name))
    return _DEFAULT_CELL_MARGIN if element is None else twips(attribute(element, "w"))


def _is_drawn(border: etree._Element | None) -> bool:
    return attribute(border, "val") not in ("", "nil", "none")


def _all_sides_drawn(borders: etree._Element | None) -> bool:
    sides = {} if borders is None else {str(side.tag).rpartition("}")[2]: side for side in borders}
    return sum(_is_drawn(side) for side in sides.values()) >= 3
