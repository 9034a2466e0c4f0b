"""Finds signature blocks: position on the left, room for the hand, name on the right."""

from __future__ import annotations

import re

from service.layout_rules import wording
from service.layout_rules.paper import Cell, Paragraph, Row, Sheets, Signature, Table
from service.layout_rules.text_width import paragraph_width, text_width
from service.layout_rules.values import POINT

_NAME = re.compile(rf"(?:_+\s*)?(?P<name>{wording.NAME.pattern}|{wording.NAME_REVERSED.pattern})")
_LINE = re.compile(
    rf"(?P<position>\S.*?)(?:\t+|\s{{3,}}|\s*_{{3,}}\s*)(?P<name>{_NAME.pattern.replace('?P<name>', '')})"
)
_LONGEST_LINE = 200  # letters of position and name on one line
_AT_MARGIN = 200  # twips the name may stand short of the right margin


def find_signatures(sheets: Sheets) -> tuple[Signature, ...]:
    """Return the signatures in their order."""
    rows = {
        part: row
        for table in sheets.tables
        if not table.is_ruled
        for row in table.rows
        for cell in row.cells
        for part in cell.paragraphs
    }
    found: list[Signature] = []
    done: set[int] = set()
    room_of = {row: table for table in sheets.tables for row in table.rows}
    for place, block in enumerate(sheets.blocks):
        if isinstance(block, Table):
            continue
        row = rows.get(block)
        if row is None:
            if one := _from_line(block, sheets, place):
                found.append(one)
        elif id(row) not in done:
            done.add(id(row))
            if one := _from_row(row, room_of[row], sheets, place):
                found.append(one)
    return tuple(found)


def _from_row(row: Row, table: Table, sheets: Sheets, place: int) -> Signature | None:
    printed = [cell for cell in row.cells if cell.text.strip()]
    if len(printed) < 2 or printed[0] is not row.cells[0]:
        return None
    position = tuple(part for part in printed[0].paragraphs if not part.is_empty)
    name = [part for part in printed[-1].paragraphs if not part.is_empty][-1]
    match = _NAME.fullmatch(name.text.strip())
    if match is None:
        return None
    above = _above(sheets, place)
    first = printed[0].paragraphs[0]
    end = max(part.left + paragraph_width(part) for part in position)
    begin = _name_left(name, match["name"])
    return Signature(
        position, name, match["name"], row.path,
        gap=begin - end,
        before=_room_above(sheets, place, first),
        above=above,
        kept=_is_kept(sheets, place, above),
        is_level=_stands_low(position, printed[-1]),
        at_margin=name.format.align == "right" and name.left + name.width >= table.room - _AT_MARGIN,
        is_note=bool(wording.AGREED.match(position[0].text.strip())),
    )  # fmt: skip


def _from_line(part: Paragraph, sheets: Sheets, place: int) -> Signature | None:
    if part.label or len(part.text) > _LONGEST_LINE:
        return None
    match = _LINE.fullmatch(part.text.strip())
    if match is None:
        return None
    position, name = match["position"].rstrip(" _"), match["name"].lstrip(" _")
    size = max((run.format.size for run in part.runs), default=28)
    free = part.width - text_width(position, size=size) - text_width(name, size=size)
    above = _above(sheets, place)
    return Signature(
        (part,), part, name, part.path,
        gap=free if "\t" in part.text else text_width(" " * part.text.count(" "), size=size),
        before=_room_above(sheets, place, part),
        above=above,
        kept=_is_kept(sheets, place, above),
        is_level=True,
        at_margin="\t" in part.text,
        is_note=False,
    )  # fmt: skip


def _name_left(name: Paragraph, text: str) -> int:
    size = max((run.format.size for run in name.runs), default=28)
    free = max(0, name.width - text_width(text, size=size))
    return name.left + (
        free if name.format.align == "right" else free // 2 if name.format.align == "center" else 0
    )


def _stands_low(position: tuple[Paragraph, ...], cell: Cell) -> bool:
    lines = len(position) + sum(part.text.count("\n") for part in position)
    return lines == 1 or cell.valign == "bottom" or len(cell.paragraphs) >= lines


def _above(sheets: Sheets, place: int) -> Paragraph | None:
    for block in reversed(sheets.blocks[:place]):
        if isinstance(block, Table):
            return None
        if not block.is_empty:
            return block
    return None


def _room_above(sheets: Sheets, place: int, first: Paragraph) -> int:
    """Return the room above a block: its own space or that of the paragraph above, and empty lines between."""
    room, after = 0, 0
    for block in reversed(sheets.blocks[:place]):
        if isinstance(block, Table):
            break
        after = max(after, block.format.after)
        if not block.is_empty:
            break
        room += _line_height(block) + block.format.before
    return room + max(after, first.format.before)


def _line_height(part: Paragraph) -> int:
    if part.format.line_rule == "exact":
        return part.format.line
    size = max((run.format.size for run in part.runs), default=28)
    return round(size / 2 * POINT * 1.15 * part.format.line / 240)


def _is_kept(sheets: Sheets, place: int, above: Paragraph | None) -> bool:
    """Say whether something of the text goes to the next page together with the signature."""
    between = True
    for block in reversed(sheets.blocks[:place]):
        if isinstance(block, Table):
            parts = [part for cell in block.rows[-1].cells for part in cell.paragraphs] if block.rows else []
            return between and any(part.format.keep_next for part in parts)
        if block is above:
            return between and block.format.keep_next
        between = between and block.format.keep_next
    return above is None
