"""A produced paper as the rules see it: sections, paragraphs, tables, marks and signatures, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from service.layout_rules.facts import PaperFacts
from service.layout_rules.shapes import ParagraphFormat, RunFormat
from service.layout_rules.wording import unspaced

BODY_ROLES = ("text", "clause")
REQUISITE_ROLES = ("letterhead", "kind", "requisite", "title", "mark", "verb", "signature")


class Run(NamedTuple):
    """A piece of text in one format; `field` is the name of the field that prints it: «PAGE»."""

    text: str
    format: RunFormat
    field: str = ""


# Paragraphs, cells and rows are not frozen: Python makes a frozen one in three times the time, and a paper has
# hundreds. Nothing changes them.
@dataclass(slots=True, eq=False)
class Paragraph:
    r"""A paragraph; compared by identity.

    Attributes:
        path: its place for people: "paragraph.12", "table.1.row.3", "header".
        text: what is printed without the automatic number; line ends are \n, tabs \t.
        label: the automatic number: «2.1.».
        left: its left edge in twips from the left margin of the page, without the first-line indent.
        width: room for its lines in twips.
        starts_page: a page break, a section or its own property begins a new page here.
        notes: ids of footnotes it refers to.
        centre_tab: it has a centred tab stop.
        is_empty: nothing is printed but room.
    """

    path: str
    text: str
    label: str
    runs: tuple[Run, ...]
    format: ParagraphFormat
    left: int
    width: int
    section: int
    starts_page: bool = False
    notes: tuple[str, ...] = ()
    centre_tab: bool = False
    is_empty: bool = False

    @property
    def is_bold(self) -> bool:
        """All its printed text is bold."""
        printed = [run for run in self.runs if run.text.strip()]
        return bool(printed) and all(run.format.bold for run in printed)


@dataclass(slots=True, eq=False)
class Cell:
    """A cell; `column` is its first grid column, `merge` is "", "restart" or "continue" down the rows."""

    paragraphs: tuple[Paragraph, ...]
    text: str
    column: int
    span: int
    width: int
    merge: str
    valign: str


@dataclass(slots=True, eq=False)
class Row:
    """A row of a table."""

    path: str
    cells: tuple[Cell, ...]
    is_heading: bool
    may_tear: bool
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table; one without inner lines is a layout table, its paragraphs belong to the text.

    Attributes:
        grid: widths of the columns in twips.
        width: the widest of grid, stated width and rows.
        room: width of the text it stands in.
    """

    path: str
    rows: tuple[Row, ...]
    grid: tuple[int, ...]
    width: int
    room: int
    left: int
    section: int
    is_ruled: bool
    is_fixed: bool

    @property
    def columns(self) -> int:
        """How many columns the widest row has."""
        return max((sum(cell.span for cell in row.cells) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Section:
    """A section; lengths in twips, None where the file does not say.

    Attributes:
        headers: "default", "first", "even" -> paragraphs; missing ones are those of the section before.
        first_differs: the first page has its own header (w:titlePg).
    """

    path: str
    width: int | None
    height: int | None
    landscape: bool
    left: int
    right: int
    top: int
    bottom: int
    header: int
    start_number: str
    first_differs: bool
    headers: Mapping[str, tuple[Paragraph, ...]]
    footers: Mapping[str, tuple[Paragraph, ...]]

    @property
    def room(self) -> int:
        """Width between the margins."""
        return max(0, (self.width or 11906) - self.left - self.right)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the whole file that the rules look at."""

    mirror_margins: bool = False
    even_and_odd: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """What was read from the file, before anything is recognised.

    Attributes:
        flow: paragraphs of the body and of layout tables, in their order.
        blocks: the same with ruled tables in their places.
        footnotes: id -> its paragraphs.
    """

    sections: tuple[Section, ...]
    blocks: tuple[Paragraph | Table, ...]
    tables: tuple[Table, ...]
    footnotes: Mapping[str, tuple[Paragraph, ...]]
    settings: Settings


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A mark on an annex, an approval stamp, or both together: requisites 16 and 19.

    Attributes:
        title: the title under it, which УТВЕРЖДЁН agrees with.
        opens_paper: it stands at the very beginning.
    """

    paragraphs: tuple[Paragraph, ...]
    title: str
    opens_paper: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """Its printed lines without empty ones."""
        return tuple(
            line.strip() for part in self.paragraphs for line in part.text.split("\n") if line.strip()
        )

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return " ".join(self.lines)

    @property
    def path(self) -> str:
        """Where it begins."""
        return self.paragraphs[0].path


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """A signature block: a row of a layout table, or one line with a tab.

    Attributes:
        gap: room between position and name in twips, by estimate.
        before: room above it in twips.
        above: the last printed paragraph above it.
        kept: the paragraph or table row above goes to the next page with it.
        is_level: the name stands on the last line of the position.
        is_note: it is an agreement or an acquaintance, not the signature of the paper.
    """

    position: tuple[Paragraph, ...]
    name: Paragraph
    name_text: str
    path: str
    gap: int
    before: int
    above: Paragraph | None
    kept: bool
    is_level: bool
    at_margin: bool
    is_note: bool


@dataclass(frozen=True, eq=False)
class Paper:
    """A paper whose parts are recognised.

    Attributes:
        roles: role of each paragraph of `flow`: "letterhead", "kind", "requisite", "title", "mark", "verb",
            "text", "clause", "item", "heading", "note", "label", "signature", "executor" or "empty".
    """

    sheets: Sheets
    flow: tuple[Paragraph, ...]
    roles: tuple[str, ...]
    marks: tuple[Mark, ...]
    signatures: tuple[Signature, ...]
    facts: PaperFacts = field(default_factory=PaperFacts)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in their order; never empty."""
        return self.sheets.sections

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The ruled tables."""
        return tuple(table for table in self.sheets.tables if table.is_ruled)

    def of(self, *roles: str) -> Iterator[Paragraph]:
        """Yield the paragraphs of some roles in their order."""
        return (part for part, role in zip(self.flow, self.roles, strict=True) if role in roles)

    @cached_property
    def cells(self) -> tuple[Paragraph, ...]:
        """The printed paragraphs of ruled tables."""
        return tuple(
            paragraph
            for table in self.tables
            for row in table.rows
            for cell in row.cells
            for paragraph in cell.paragraphs
            if not paragraph.is_empty
        )

    @cached_property
    def notes(self) -> tuple[Paragraph, ...]:
        """The printed paragraphs of footnotes."""
        return tuple(part for note in self.sheets.footnotes.values() for part in note if not part.is_empty)

    @cached_property
    def printed(self) -> tuple[Paragraph, ...]:
        """Everything printed but headers: the flow, the tables, the footnotes."""
        return (*(part for part in self.flow if not part.is_empty), *self.cells, *self.notes)

    @cached_property
    def formats(self) -> tuple[RunFormat, ...]:
        """The different formats that something is printed in, headers aside."""
        found = {id(run.format): run.format for part in self.printed for run in part.runs}
        return tuple(found.values())

    @cached_property
    def text(self) -> str:
        """Everything printed as one text, paragraphs parted by empty lines."""
        return "\n\n".join([part.text for part in self.printed])

    @cached_property
    def document_kind(self) -> str:
        """The name of the kind in capitals without spaces between letters: «ПРИКАЗ»."""
        return unspaced(" ".join(part.text for part in self.of("kind"))).upper()
