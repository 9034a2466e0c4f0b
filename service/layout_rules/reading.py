"""A .docx read once into sections, paragraphs and tables with their effective formats."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator

from lxml import etree

from service.errors import TemplateError
from service.filling.document import read_parts
from service.layout_rules.cells import Mould
from service.layout_rules.effective import Formats
from service.layout_rules.numbering import Counter, Numbering
from service.layout_rules.paper import Paragraph, Run, Section, Settings, Sheets, Table
from service.layout_rules.plain_parts import PLACE, PlainCell, PlainRow, plain_part
from service.layout_rules.runs import plain_runs, read_runs
from service.layout_rules.shapes import CellLook, ParagraphFormat
from service.layout_rules.tables import TableReader
from service.layout_rules.values import (
    R,
    W,
    attribute,
    child_value,
    fragment,
    has_switch,
    is_on,
    parsed,
    twips,
)

_P, _TBL, _SECTION = f"{W}p", f"{W}tbl", f"{W}sectPr"
_HOLDERS = {f"{W}pPr", f"{W}body"}
_PASSED_THROUGH = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
# Parts of every paper that say nothing of its looks.
_APP, _CORE = "docProps/app.xml", "docProps/core.xml"
_UNASKED = frozenset(("[Content_Types].xml", "_rels/.rels", _APP, _CORE, "word/fontTable.xml"))
_DEEPEST_TABLE = 12  # tables inside tables: deeper ones only use up the stack
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def read_sheets(docx: bytes) -> Sheets:
    """Return what a document prints and how.

    Raises:
        TemplateError: the file is not a readable .docx.
    """
    return Reader(read_parts(docx, but=_UNASKED)).sheets()


@functools.lru_cache(maxsize=32)
def _shared_formats(
    styles: bytes | None, numbering: bytes | None, theme: bytes | None
) -> tuple[Formats, Numbering]:
    """Papers of one template share these parts, byte by byte: their styles are resolved once."""
    lists = Numbering(None if numbering is None else parsed(numbering))
    roots = [None if part is None else parsed(part) for part in (styles, theme)]
    return Formats(roots[0], lists, roots[1]), lists


class Reader:
    """Reads one package; keeps what counts on through the document: numbers, pages, places."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._plain = plain_part(parts.get("word/document.xml", b""))
        document = parsed(self._plain.xml) if self._plain.xml else None
        body = None if document is None else document.find(f"{W}body")
        if body is None:
            raise TemplateError("Это не документ Word: в файле нет текста документа.")
        self._body = body
        theme = next((name for name in sorted(parts) if name.startswith("word/theme/theme")), "")
        names = ("word/styles.xml", "word/numbering.xml", theme)
        self.formats, numbering = _shared_formats(*(parts.get(name) for name in names))
        self._counter = Counter(numbering)
        self._links = self._read_links()
        self._section = 0
        self._break_pending = False
        self._tables: list[Table] = []
        self._count = self._depth = 0
        self._sections = self._read_sections()

    def sheets(self) -> Sheets:
        """Return the whole document."""
        blocks = tuple(self._blocks(self._body))
        notes = self._part("word/footnotes.xml")
        settings = self._part("word/settings.xml")
        return Sheets(
            self._sections,
            blocks,
            tuple(self._tables),
            {
                attribute(note, "id"): self.paragraphs_of(note, "footnote")
                for note in (() if notes is None else notes.iterfind(f"{W}footnote"))
                if not attribute(note, "type")
            },
            Settings(has_switch(settings, "mirrorMargins"), has_switch(settings, "evenAndOddHeaders")),
        )

    def paragraph(
        self,
        element: etree._Element,
        *,
        path: str,
        left: int,
        width: int,
        look: CellLook | None = None,
        counts: bool = True,
    ) -> Paragraph:
        """Return one paragraph; `left` and `width` are those of the column of text it stands in."""
        place = element.get(PLACE) if counts and self._plain.paragraphs else None
        if place is not None:
            return self.plain_paragraph(int(place), path=path, left=left, width=width, look=look)
        properties = element.find(f"{W}pPr")
        shape = self.formats.paragraph(properties, look)
        runs, notes = read_runs(element, shape.style_id, look, self.formats)
        text = "".join(run.text for run in runs)
        label = self._counter.label(shape.list_number, shape.list_depth) if shape.list_number else ""
        starts_page = counts and (shape.page_break_before or self._break_pending)
        if "\f" in text:
            before, _, after = text.rpartition("\f")
            starts_page = starts_page or not before.strip()
            self._break_pending = counts and not after.strip()
            text = text.replace("\f", "")
        elif counts and text.strip():
            self._break_pending = False
        return Paragraph(
            path, text, label, runs, shape,
            left + shape.left, max(0, width - shape.left - shape.right),
            self._section, starts_page, notes, "\t" in text and _has_centre_tab(properties), not text.strip(),
        )  # fmt: skip

    def plain_paragraph(
        self, number: int, *, path: str, left: int, width: int, look: CellLook | None
    ) -> Paragraph:
        """Return a paragraph of the body that was taken out of the part as source."""
        properties, sources = self._plain.paragraphs[number]
        shape = self.formats.plain_paragraph(properties, look)
        runs = plain_runs(sources, shape.style_id, look, self.formats)
        return self._plain_paragraph(
            properties, shape, runs, path, left + shape.left, max(0, width - shape.left - shape.right)
        )

    def moulded(self, mould: Mould, text: str, path: str) -> Paragraph:
        """Return a plain paragraph of one run, or of none when it has no text."""
        properties, shape, run, left, room, is_simple = mould
        if is_simple and not self._break_pending and "\t" not in text:
            runs = (Run(text, run),) if text else ()
            return Paragraph(
                path, text, "", runs, shape, left, room, self._section, is_empty=not text.strip()
            )
        printed = text.upper() if run.caps else text
        runs = (Run(printed, run),) if text and not run.hidden else ()
        return self._plain_paragraph(properties, shape, runs, path, left, room)

    def _plain_paragraph(
        self, properties: str, shape: ParagraphFormat, runs: tuple[Run, ...], path: str, left: int, room: int
    ) -> Paragraph:
        text = "".join([run.text for run in runs])
        label = self._counter.label(shape.list_number, shape.list_depth) if shape.list_number else ""
        is_empty = not text.strip()
        starts_page = shape.page_break_before or self._break_pending
        self._break_pending = self._break_pending and is_empty
        centred = "\t" in text and bool(properties) and _has_centre_tab(fragment(properties))
        return Paragraph(
            path, text, label, runs, shape, left, room, self._section, starts_page, (), centred, is_empty
        )

    def plain_row(self, element: etree._Element) -> PlainRow | None:
        """Return a row that was taken out as source."""
        place = element.get(PLACE) if self._plain.rows else None
        return None if place is None else self._plain.rows[int(place)]

    def plain_cell(self, element: etree._Element) -> PlainCell | None:
        """Return a cell that was taken out as source."""
        place = element.get(PLACE) if self._plain.cells else None
        return None if place is None else self._plain.cells[int(place)]

    def paragraphs_of(self, parent: etree._Element, path: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of a header, a footer or a footnote."""
        room = self._sections[0].room if hasattr(self, "_sections") else 0
        return tuple(
            self.paragraph(element, path=path, left=0, width=room, counts=False)
            for element in parent.iter(_P)
        )

    def _part(self, name: str) -> etree._Element | None:
        return _small_part(self._parts[name]) if name in self._parts else None

    def _read_links(self) -> dict[str, str]:
        root = self._part("word/_rels/document.xml.rels")
        links = {}
        for link in () if root is None else root.iter(_RELATIONSHIP):
            target = link.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"word/{target}")
            links[link.get("Id", "")] = path
        return links

    def _read_sections(self) -> tuple[Section, ...]:
        # A section inside w:sectPrChange is how it was before a tracked change.
        found = [part for part in self._body.iter(_SECTION) if _tag(part.getparent()) in _HOLDERS]
        self._section_elements = found
        sections: list[Section] = []
        for number, element in enumerate(found or [etree.Element(_SECTION)], start=1):
            path = "page" if len(found) < 2 else f"page.section.{number}"
            previous = sections[-1] if sections else None
            sections.append(self._section_of(element, path, previous))
        return tuple(sections)

    def _section_of(self, element: etree._Element, path: str, previous: Section | None) -> Section:
        size, margins = element.find(f"{W}pgSz"), element.find(f"{W}pgMar")
        headers = dict(previous.headers) if previous else {}
        footers = dict(previous.footers) if previous else {}
        for name, group in (("header", headers), ("footer", footers)):
            for reference in element.iterfind(f"{W}{name}Reference"):
                root = self._part(self._links.get(reference.get(f"{R}id", ""), ""))
                if root is not None:
                    group[attribute(reference, "type") or "default"] = self.paragraphs_of(root, name)
        wide = size is not None and twips(attribute(size, "w")) > twips(attribute(size, "h"))
        gutter = twips(attribute(margins, "gutter"))
        return Section(
            path=path,
            width=None if size is None else twips(attribute(size, "w")),
            height=None if size is None else twips(attribute(size, "h")),
            landscape=attribute(size, "orient") == "landscape" or wide,
            left=twips(attribute(margins, "left")) + gutter,
            right=twips(attribute(margins, "right")),
            top=twips(attribute(margins, "top")),
            bottom=twips(attribute(margins, "bottom")),
            header=twips(attribute(margins, "header")),
            start_number=attribute(element.find(f"{W}pgNumType"), "start"),
            first_differs=has_switch(element, "titlePg"),
            headers=headers,
            footers=footers,
        )

    def _blocks(self, parent: etree._Element) -> Iterator[Paragraph | Table]:
        for child in parent:
            if child.tag == _P:
                self._count += 1
                room = self._sections[self._section].room
                yield self.paragraph(child, path=f"paragraph.{self._count}", left=0, width=room)
                if child.find(f"{W}pPr/{_SECTION}") is not None:
                    self._section = min(self._section + 1, len(self._sections) - 1)
                    kind = child_value(self._next_section(), "type")
                    self._break_pending = self._break_pending or kind != "continuous"
            elif child.tag == _TBL:
                yield from self.table_blocks(child, left=0, room=self._sections[self._section].room)
            elif child.tag in _PASSED_THROUGH:
                yield from self._blocks(child)

    def table_blocks(self, element: etree._Element, *, left: int, room: int) -> Iterator[Paragraph | Table]:
        """Yield a ruled table as one block, the paragraphs of a layout table one by one."""
        if self._depth >= _DEEPEST_TABLE:
            return
        self._depth += 1
        reader = TableReader(self, self._section, left=left, room=room)
        table = reader.read(element, len(self._tables) + 1)
        self._depth -= 1
        self._tables.append(table)
        if table.is_ruled:
            self._break_pending = False
            yield table
        else:
            for row in table.rows:
                for cell in row.cells:
                    yield from cell.paragraphs

    def _next_section(self) -> etree._Element | None:
        found = self._section_elements
        return found[self._section] if self._section < len(found) else None


@functools.lru_cache(maxsize=64)
def _small_part(xml: bytes) -> etree._Element:
    """Settings, links, headers and footnotes are the same in every paper of a template; nobody changes them."""
    return parsed(xml)


def _tag(element: etree._Element | None) -> str:
    return "" if element is None else str(element.tag)


def _has_centre_tab(properties: etree._Element | None) -> bool:
    """Direct tab stops only: a centred number over a style's tab is too rare to look for."""
    tabs = () if properties is None else properties.iterfind(f"{W}tabs/{W}tab")
    return any(attribute(tab, "val") == "center" and is_on(attribute(tab, "val")) for tab in tabs)
