"""Tables and paragraphs as they stand in a file, before anybody asks what they mean.

The readers of Word and Excel make these values, the reading of a roadmap takes them; neither knows the other.
A footnote mark stands in a text as NOTE, its id, NOTE: no XML file can hold that sign itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NOTE = "\x00"
NOTE_MARK = re.compile(f"{NOTE}([^{NOTE}]*){NOTE}")
MOST_LINES, MOST_COLUMNS = 20_000, 200
_SPACES = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\t": " ", "\u2028": "\n", "\u2029": "\n"}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\r")
)


@dataclass(frozen=True)
class Remark:
    """What was assumed or not understood, for the person who sent the file.

    Attributes:
        place: where in the file: «таблица 1, строка 14», «лист 1, строка 14, графа C».
        text: one or two Russian sentences.
        at: sheet, row and column, counted from 1, of a remark on one cell of a workbook.
    """

    place: str
    text: str
    at: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Cell:
    """A cell where it begins.

    Attributes:
        text: lines joined by a line end.
        span: how many columns it takes.
        carried: it continues the cell above (merged vertically).
        as_number: how it reads in a column of numbers when that differs: Excel keeps «1.1» as a date.
    """

    text: str
    span: int = 1
    carried: bool = False
    as_number: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a table; `number` is counted from 1 as people count."""

    number: int
    cells: tuple[Cell, ...]

    def placed(self) -> Iterator[tuple[int, Cell]]:
        """Yield (first column, cell); columns are counted from 0."""
        column = 0
        for cell in self.cells:
            yield column, cell
            column += cell.span

    def is_blank(self) -> bool:
        """Return whether nothing is written in this line."""
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """A table of a Word document or a sheet of a workbook.

    Attributes:
        place: «таблица 1» or «лист 1».
        lettered: columns are called A, B, C in remarks, as Excel shows them.
        title: the name of a sheet; empty in Word.
    """

    place: str
    lines: tuple[Line, ...]
    lettered: bool = False
    title: str = ""

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((sum(cell.span for cell in line.cells) for line in self.lines), default=0)


@dataclass(frozen=True)
class Source:
    """A file as it was read.

    Attributes:
        blocks: paragraphs and tables in their order.
        notes: footnotes by the id of their mark.
        hidden: names of the sheets that were not read, because nobody sees them.
    """

    blocks: tuple[str | Grid, ...]
    notes: dict[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    hidden: tuple[str, ...] = ()


def cleaned(text: str) -> str:
    """Return the text without invisible signs, blank lines and spaces around lines."""
    lines = (line.strip() for line in text.translate(_SPACES).split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return the text in one line; a word that was broken by hand for a narrow cell is joined."""
    return " ".join(re.sub(r"(?<=[а-яё])-\n(?=[а-яё])", "", text).split())


def without_marks(text: str) -> str:
    """Return the text without footnote marks."""
    return NOTE_MARK.sub("", text).strip()


def quoted(text: str, limit: int = 80) -> str:
    """Return the text in one line and in quotes, cut for a remark."""
    line = " ".join(without_marks(text).split())
    return f"«{line}»" if len(line) <= limit else f"«{line[:limit].rstrip()}…»"


def column_letters(column: int) -> str:
    """Return the name Excel gives to a column counted from 0: 0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
