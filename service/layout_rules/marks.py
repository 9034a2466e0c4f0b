"""Finds annex marks and approval stamps, wherever they stand and however they are written."""

from __future__ import annotations

import re

from service.layout_rules import wording
from service.layout_rules.paper import Mark, Paragraph, Sheets, Table

_LAST_LINE = re.compile(r"от\s.*№|№\s*\S+\s+от\s|\(?протокол.*№")
_MOST_LINES = 14
_LONGEST_LINE = 160


def find_marks(sheets: Sheets) -> tuple[Mark, ...]:
    """Return the marks in their order."""
    flow = [block for block in sheets.blocks if isinstance(block, Paragraph)]
    marks: list[Mark] = []
    place = 0
    while place < len(flow):
        if not _opens(flow[place]):
            place += 1
            continue
        end = _end(flow, place)
        is_first = all(part.is_empty for part in flow[:place]) and _no_table_before(sheets, flow[place])
        marks.append(Mark(tuple(flow[place:end]), _title(flow[end:]), is_first))
        place = end
    return tuple(marks)


def _opens(part: Paragraph) -> bool:
    first = part.text.strip().split("\n")[0].strip()
    if part.label or part.format.first_line > 0:
        return False
    stamp = wording.STAMP.fullmatch(first)
    # An order's clause «Утвердить …» is another word; a lone «Утверждён» in lower case is no stamp.
    return bool(wording.ANNEX.fullmatch(first) or (stamp and stamp["word"][:4] in ("УТВЕ", "Утве")))


def _end(flow: list[Paragraph], start: int) -> int:
    """The mark goes on to its last line: that of date and number, or the date of a stamp."""
    cell = flow[start].path if flow[start].path.startswith("table") else ""
    end, awaited = start + 1, "УТВЕРЖД" in flow[start].text.upper()
    last = end
    while end < len(flow) and end - start < _MOST_LINES:
        part = flow[end]
        text = part.text.strip()
        if cell and part.path != cell:
            break
        if not cell and _leaves(part, flow[start], text):
            break
        if text:
            last = end + 1
        if not cell and "УТВЕРЖД" in text.upper():
            awaited = True
        elif not cell and text and _closes(text, flow, end, is_stamp=awaited):
            break
        end += 1
    return end if cell else last


def _leaves(part: Paragraph, first: Paragraph, text: str) -> bool:
    """A title, a heading or a text follows the mark."""
    if not text:
        return False
    if len(text) > _LONGEST_LINE or part.format.first_line > 0 or part.starts_page or wording.kind_word(text):
        return True
    centred = part.format.align == "center" and first.format.align != "center"
    return centred or (part.is_bold and not first.is_bold)


def _closes(text: str, flow: list[Paragraph], place: int, *, is_stamp: bool) -> bool:
    """Say whether a mark ends with this line; «Приложение …» may be followed by УТВЕРЖДЁН."""
    if not (_LAST_LINE.search(text) or (is_stamp and wording.DATE.search(text))):
        return False
    following = (part.text.strip() for part in flow[place + 1 : place + 3])
    return not any(wording.STAMP.fullmatch(line) for line in following if line)


def _no_table_before(sheets: Sheets, part: Paragraph) -> bool:
    for block in sheets.blocks:
        if isinstance(block, Table):
            return False
        if block is part:
            return True
    return True


def _title(flow: list[Paragraph]) -> str:
    """Return the title under a mark: the first printed lines, up to the next empty one."""
    lines: list[str] = []
    for part in flow:
        if not part.is_empty:
            lines.append(part.text)
        elif lines:
            break
        if len(lines) >= 5:
            break
    return " ".join(" ".join(lines).split())
