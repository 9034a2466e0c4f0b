"""The body of a roadmap's table as measures: sections, torn rows, repeated headings, merged cells.

Owns what a line of the table is. What stands in a cell is left as it was typed; `roadmap_terms` and
`roadmap_parts` read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.errors import PayloadTooLarge
from service.importing.grids import Cell, Grid, Line, Remark, column_letters, one_line, quoted
from service.importing.headings import Column, Heading, is_count, repeats
from service.importing.roadmap_terms import TERM_KEYS, doubt

_NUMBER = re.compile(r"(?:№\s*)?\d{1,4}(?:\s?[.,]\s?\d{1,4})*\s?[.)]?")
_WHOLE_NUMBER = re.compile(r"(\d{1,3}|[IVX]{1,5})\.?")
_TYPED_NOTE = re.compile(r"[¹²³⁴-⁹]\s*\S")
_MOST_JOINS, _LONGEST_SECTION, _MOST_REPEATED = 20, 600, 5_000_000
_LISTS = {"executors", "publication"}
_SENTENCE_ENDS = (".", ";", ":", "!", "?")


@dataclass
class RawRow:
    """A measure as typed: column key -> text of the cell, with footnote marks inside."""

    place: str
    texts: dict[str, str]
    section: str = ""


@dataclass
class Body:
    """What was read from a table.

    Attributes:
        tail: lines that are no measures and stand behind the last one.
    """

    rows: list[RawRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


class BodyReader:
    """Reads the lines below a heading; a table that goes on in another one is read by the same reader."""

    def __init__(self, columns: Sequence[Column], body: Body) -> None:
        self._columns = columns
        self._body = body
        self._section = ""
        self._section_place = ""
        self._above: dict[int, str] = {}
        self._joins = 0
        self._repeated = 0

    def read(self, grid: Grid, heading: Heading | None) -> None:
        """Read the lines of a grid, those below its heading if it has one."""
        begin = heading.first + heading.depth if heading else 0
        lines = [line for line in grid.lines[begin:] if not line.is_blank()]
        for index, line in enumerate(lines):
            place = f"{grid.place}, строка {line.number}"
            if heading and repeats(line, heading, grid):
                self._remark(place, "Повторённая шапка таблицы пропущена.")
            elif is_count(line):
                self._remark(place, "Строка с номерами граф пропущена.")
            elif (note := _typed_note(line)) is not None:
                self._body.tail.append(note)
            elif (title := self._merged_section(line)) is not None:
                self._open_section(place, title)
            else:
                below = lines[index + 1] if index + 1 < len(lines) else None
                self._read_row(self._by_column(line, place, lettered=grid.lettered), place, below)

    def finish(self) -> None:
        """Report a section that has no rows."""
        if self._section:
            self._remark(self._section_place, f"Под этой строкой нет мероприятий: {quoted(self._section)}.")
            self._body.tail.append(self._section)
            self._section = ""

    def _read_row(self, texts: dict[int, str], place: str, below: Line | None) -> None:
        by_key = {self._columns[index].key: text for index, text in texts.items()}
        if self._is_torn(by_key):
            self._join(by_key, place)
        elif title := self._written_section(texts, below):
            self._open_section(place, title)
        else:
            self._add(by_key, place)

    def _remark(self, place: str, text: str) -> None:
        self._body.remarks.append(Remark(place, text))

    def _merged_section(self, line: Line) -> str | None:
        """Return the text of a line that is one merged cell, or a number and one merged cell."""
        cells = line.cells
        if any(cell.carried for cell in cells) or len(self._columns) < 2:
            return None
        last = cells[-1]
        alone = len(cells) == 1 and not _NUMBER.fullmatch(last.text)
        wide = len(cells) == 2 and last.span >= max(len(self._columns) - 1, 2) and last.text
        if not alone and not wide:
            return None
        written = [cell for cell in cells if cell.text]
        return " ".join(one_line(cell.text) for cell in written)

    def _by_column(self, line: Line, place: str, *, lettered: bool) -> dict[int, str]:
        """Return index of a column -> text; merged cells are filled down."""
        placed = list(line.placed())
        in_order = len(placed) == len(self._columns)
        texts: dict[int, str] = {}
        for order, (begin, cell) in enumerate(placed):
            where = self._where(place, begin, lettered=lettered)
            index = order if in_order else self._index(begin)
            if index is None:
                if cell.text:
                    self._remark(where, f"Ячейка вне граф таблицы: {quoted(cell.text)}.")
                continue
            text = self._carried(index, where) if cell.carried else self._text(cell, index)
            texts[index] = "\n".join(filter(None, (texts.get(index, ""), text)))
        self._above = dict(texts)
        return texts

    def _carried(self, index: int, where: str) -> str:
        """Return the text of the merged cell above."""
        text = self._above.get(index, "")
        if text:
            self._repeated += len(text)
            self._remark(where, f"Объединённая ячейка повторена в этой строке: {quoted(text)}.")
        if self._repeated > _MOST_REPEATED:
            raise PayloadTooLarge("В таблице слишком много объединённых по вертикали ячеек с текстом.")
        return text

    def _index(self, begin: int) -> int | None:
        found = (i for i, column in enumerate(self._columns) if column.begin <= begin < column.end)
        return next(found, None)

    def _where(self, place: str, column: int, *, lettered: bool) -> str:
        if lettered:
            return f"{place}, графа {column_letters(column)}"
        index = self._index(column)
        return place if index is None else f"{place}, графа «{self._columns[index].title}»"

    def _text(self, cell: Cell, index: int) -> str:
        return cell.as_number or cell.text if self._columns[index].key == "no" else cell.text

    def _is_torn(self, texts: dict[str, str]) -> bool:
        """Return whether a line goes on with the row above: no number, no term, no new sentence."""
        if not self._body.rows or self._section or texts.get("no") or self._joins >= _MOST_JOINS:
            return False
        if any(texts.get(key) for key in TERM_KEYS) or not any(texts.values()):
            return False
        action = texts.get("action", "")
        begins = action.lstrip(' («"')[:1]
        return not action or begins.islower() or begins.isdigit() or begins in {"–", "-", "+", ",", "%"}

    def _join(self, texts: dict[str, str], place: str) -> None:
        self._joins += 1
        row = self._body.rows[-1]
        for key, text in texts.items():
            if text:
                row.texts[key] = _joined(row.texts.get(key, ""), text, is_list=key in _LISTS)
        self._remark(place, "Строка без номера и срока присоединена к предыдущей: похоже на разрыв страницы.")

    def _written_section(self, texts: dict[int, str], below: Line | None) -> str:
        """Return the title of a section typed into ordinary cells, "" for a measure."""
        written = {index: text for index, text in texts.items() if text}
        if list(written) == [0] and not _NUMBER.fullmatch(written[0]):
            return one_line(written[0])
        keys = {self._columns[index].key: text for index, text in written.items()}
        number = _WHOLE_NUMBER.fullmatch(keys.get("no", ""))
        if set(keys) == {"no", "action"} and number and below is not None:
            first = below.cells[0].as_number or below.cells[0].text
            if re.match(rf"{number[1]}\s?\.\s?1\b", first):
                return one_line(f"{keys['no']} {keys['action']}")
        return ""

    def _open_section(self, place: str, title: str) -> None:
        if len(self._section) > _LONGEST_SECTION:
            self.finish()
        elif self._section:
            text = f"Две строки разделов подряд соединены: {quoted(self._section)} и {quoted(title)}."
            self._remark(place, text)
            title = f"{self._section} {title}"
        self._section, self._section_place = title, place

    def _add(self, texts: dict[str, str], place: str) -> None:
        filled = [text for key, text in texts.items() if text and key != "no"]
        if not filled:
            self._remark(place, f"В строке {quoted(texts.get('no', ''))} заполнен только номер.")
        elif "no" in texts and not texts["no"]:
            self._remark(place, "У строки нет номера.")
        self._body.rows.append(RawRow(place, texts, self._section))
        self._section, self._joins = "", 0


def _joined(before: str, after: str, *, is_list: bool) -> str:
    """Join two halves of a torn cell: within a sentence by a space, between sentences by a line end."""
    if not before:
        return after
    new_line = before.endswith(_SENTENCE_ENDS) or is_list
    return f"{before}\n{after}" if new_line and after[:1].isupper() else f"{before} {after}"


def continues(grid: Grid, columns: Sequence[Column]) -> bool:
    """Return whether a table without a heading goes on with the one above.

    It has as many columns, and its first line has a number, a term or the second half of a torn row.
    """
    line = next((line for line in grid.lines if not line.is_blank()), None)
    if line is None or len(line.cells) != len(columns) or len(columns) < 3:
        return False
    texts = {column.key: cell.text for column, cell in zip(columns, line.cells, strict=True)}
    if _NUMBER.fullmatch(texts.get("no", "")):
        return True
    terms = [texts[key] for key in TERM_KEYS if texts.get(key)]
    if terms:
        return not any(map(doubt, terms))
    return not texts.get("no") and not texts.get("action", "")[:1].isupper()


def _typed_note(line: Line) -> str | None:
    """Return a footnote somebody typed into the table below a page, None for any other line."""
    written = [cell.text for cell in line.cells if cell.text]
    return written[0] if len(written) == 1 and _TYPED_NOTE.match(written[0]) else None
