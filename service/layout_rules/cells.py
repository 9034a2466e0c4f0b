"""What the properties of rows and cells say, and what rows of one markup have in common in their table."""

from __future__ import annotations

import contextlib
import functools
from typing import NamedTuple

from lxml import etree

from service.layout_rules.effective import Formats
from service.layout_rules.shapes import CellLook, ParagraphFormat, RunFormat
from service.layout_rules.values import W, attribute, child_value, fragment, has_switch, twips, whole

_SPAN, _CELL_WIDTH, _MERGE, _VALIGN = f"{W}gridSpan", f"{W}tcW", f"{W}vMerge", f"{W}vAlign"
_FIFTIETHS = 5000  # w:type="pct" counts fiftieths of a percent
_MOST_COLUMNS = 63  # Word's own limit; a damaged span must not grow into millions
# w:tblLook as one hexadecimal number, ISO/IEC 29500-4, 14.4.7: bit, name, and whether the bit switches it off.
_LOOKS = (
    ("firstRow", 0x20), ("lastRow", 0x40), ("firstColumn", 0x80), ("lastColumn", 0x100), ("noHBand", 0x200),
    ("noVBand", 0x400),
)  # fmt: skip


class Mould(NamedTuple):
    """What plain paragraphs of one run have in common that stand in cells of one column.

    Attributes:
        left, room: where their lines begin and how wide these are.
        is_simple: nothing but the text is to be looked at: no capitals, no list, no page break.
    """

    properties: str
    shape: ParagraphFormat
    run: RunFormat
    left: int
    room: int
    is_simple: bool


def mould_of(formats: Formats, properties: str, *, left: int, width: int, look: CellLook | None) -> Mould:
    """Return the mould of paragraphs with a w:pPr in a cell that begins at `left` and is so wide."""
    shape = formats.plain_paragraph(properties, look)
    run = formats.plain_run(shape.style_id, "", look)
    is_simple = not (run.hidden or run.caps or shape.list_number or shape.page_break_before)
    room = max(0, width - shape.left - shape.right)
    return Mould(properties, shape, run, left + shape.left, room, is_simple)


class RowShape(NamedTuple):
    """The first column of a row, and what its properties say."""

    column: int
    is_heading: bool
    may_tear: bool


def row_shape(properties: etree._Element | None) -> RowShape:
    """Return what w:trPr says."""
    column = min(whole(child_value(properties, "gridBefore")), _MOST_COLUMNS)
    return RowShape(column, has_switch(properties, "tblHeader"), not has_switch(properties, "cantSplit"))


@functools.lru_cache(maxsize=256)
def plain_row_shape(properties: str) -> RowShape:
    """Return what w:trPr says that is given as source, or empty."""
    return row_shape(fragment(properties) if properties else None)


class CellShape(NamedTuple):
    """What the properties of a cell say; `size` and `kind` are those of its width."""

    span: int
    size: str
    kind: str
    merge: str
    valign: str


def cell_shape(properties: etree._Element | None) -> CellShape:
    """Return what w:tcPr says."""
    parts = {} if properties is None else {child.tag: child for child in properties}
    width, merge = parts.get(_CELL_WIDTH), parts.get(_MERGE)
    return CellShape(
        max(1, min(whole(attribute(parts.get(_SPAN), "val"), 1), _MOST_COLUMNS)),
        attribute(width, "w"),
        attribute(width, "type"),
        "" if merge is None else attribute(merge, "val") or "continue",
        attribute(parts.get(_VALIGN), "val"),
    )


@functools.lru_cache(maxsize=512)
def plain_cell_shape(properties: str) -> CellShape:
    """Return what w:tcPr says that is given as source, or empty."""
    return cell_shape(fragment(properties) if properties else None)


class Place(NamedTuple):
    """Where a cell stands: its span, its text's left edge and room, its own width, merge and valign."""

    span: int
    left: int
    room: int
    width: int
    merge: str
    valign: str


# Row properties, width, and for each cell its place, its column and its paragraphs with whether they have a text.
RowMould = tuple[RowShape, int, list[tuple[Place, int, list[tuple[Mould, bool]]]]]


class Looks:
    """Which conditional parts of its style a cell takes."""

    def __init__(self, style_id: str, look: etree._Element | None, rows: int) -> None:
        bits = 0
        with contextlib.suppress(ValueError):
            bits = int(attribute(look, "val") or "0", 16)
        self._on = {
            name: attribute(look, name) in ("1", "true", "on") if attribute(look, name) else bool(bits & bit)
            for name, bit in _LOOKS
        }
        self._style_id, self._rows = style_id, rows
        self._known: dict[tuple[str, ...], CellLook] = {}

    def kind(self, row: int) -> tuple[bool, ...]:
        """Return what makes the cells of one row look otherwise than those of another one of as many cells."""
        return row == 0, row == self._rows - 1, bool(row % 2)

    def cell(self, row: int, place: int, places: int) -> CellLook:
        """Return the look of one of the cells of a row."""
        on = self._on
        first_row, last_row = on["firstRow"] and row == 0, on["lastRow"] and row == self._rows - 1
        first, last = on["firstColumn"] and place == 0, on["lastColumn"] and place == places - 1
        names = ["wholeTable"]
        if not on["noVBand"]:
            names.append("band2Vert" if (place - on["firstColumn"]) % 2 else "band1Vert")
        if not on["noHBand"]:
            names.append("band2Horz" if (row - on["firstRow"]) % 2 else "band1Horz")
        parts = (("firstCol", first), ("lastCol", last), ("firstRow", first_row), ("lastRow", last_row))
        names += [name for name, here in parts if here]
        corners = (("neCell", first_row and last), ("nwCell", first_row and first))
        names += [name for name, here in corners if here]
        names += [
            name for name, here in (("seCell", last_row and last), ("swCell", last_row and first)) if here
        ]
        key = tuple(names)
        return self._known.setdefault(key, CellLook(self._style_id, key))


def stated_width(element: etree._Element | None, whole_width: int) -> int:
    """Return the width that w:tblW states in twips, 0 when it states none."""
    return length_of(attribute(element, "w"), attribute(element, "type"), whole_width)


def length_of(size: str, kind: str, whole_width: int) -> int:
    """Return a width in twips: of w:type pct or dxa, 0 for one that is left open."""
    if size.endswith("%"):
        return round(whole_width * whole(size[:-1]) / 100)
    if kind == "pct":
        return round(whole_width * whole(size) / _FIFTIETHS)
    return 0 if kind in ("auto", "nil") else twips(size)
