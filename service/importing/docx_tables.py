"""A Word document as paragraphs and tables: merged cells, lists, footnotes, text boxes.

Owns the XML of WordprocessingML; follows no relationship but the one to the document itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from service.errors import BatchInvalid, PayloadTooLarge
from service.importing.grids import MOST_COLUMNS, MOST_LINES, NOTE, Cell, Grid, Line, Remark, Source, cleaned
from service.importing.numbering import Numbers, W
from service.office_files.docx_parts import hiding_links
from service.office_files.problems import refusal_of
from service.office_files.zip_shape import DOCX_LIMITS, main_part, part_name, read_package, safe_parser

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_STRICT = "Если он сохранён в строгом формате Open XML, сохраните его как обычный .docx."
_BESIDE = ("footnotes.xml", "endnotes.xml", "numbering.xml", "styles.xml")
# Blocks, rows and cells may be wrapped: content controls, accepted insertions, custom XML.
_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_UNSEEN = {f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "txbxContent")} | {f"{_MC}Fallback"}
_SIGNS = {
    f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}sym": "•",
}  # fmt: skip
_REFERENCES = {f"{W}footnoteReference": "f", f"{W}endnoteReference": "e"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_docx(data: bytes) -> Source:
    """Return a .docx as paragraphs, tables and footnotes.

    Raises:
        BatchInvalid: it is not a Word document that can be read.
        PayloadTooLarge: it is larger than a document may be.
    """
    parts = read_package(data, DOCX_LIMITS, keep=_is_read, refusal=BatchInvalid)
    try:
        if hiding := list(hiding_links(parts)):
            raise refusal_of(hiding, BatchInvalid)
        name, content_type = main_part(parts)
        _require_document(name, content_type, parts)
        return _Document(parts, name).source()
    except (etree.LxmlError, ValueError) as error:
        raise BatchInvalid("Документ Word повреждён: его не удаётся прочитать.") from error


def _require_document(name: str, content_type: str, parts: dict[str, bytes]) -> None:
    if "macroEnabled" in content_type:
        raise BatchInvalid("Документы с макросами не принимаются. Сохраните файл как .docx без макросов.")
    if content_type != _TYPE or name not in parts:
        raise BatchInvalid("Это не документ Word, хотя расширение файла .docx.")


def _is_read(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


class _Document:
    """One document while it is read."""

    def __init__(self, parts: dict[str, bytes], name: str) -> None:
        folder = name.rpartition("/")[0]
        beside = {part: parts.get(part_name(folder, part)) for part in _BESIDE}
        roots = {part: etree.fromstring(xml, safe_parser()) for part, xml in beside.items() if xml}
        self._body = etree.fromstring(parts[name], safe_parser()).find(f"{W}body")
        self._notes = {"f": roots.get("footnotes.xml"), "e": roots.get("endnotes.xml")}
        self._numbers = Numbers(roots.get("numbering.xml"), roots.get("styles.xml"))
        self._remarks: list[Remark] = []
        self._tables = 0

    def source(self) -> Source:
        """Return what the document holds."""
        if self._body is None:
            raise BatchInvalid(f"В документе Word нет текста. {_STRICT}")
        blocks = tuple(self._blocks(self._body))
        notes = {
            f"{letter}{note.get(f'{W}id')}": cleaned("\n".join(self._paragraphs(note)))
            for letter, root in self._notes.items()
            if root is not None
            for note in root
            if note.get(f"{W}type") is None
        }
        if any(True for _ in self._body.iter(f"{W}del", f"{W}moveFrom")):
            text = "В документе есть непринятые правки: перенесён текст, каким он станет после их принятия."
            self._remarks.append(Remark("документ", text))
        return Source(blocks, notes, tuple(self._remarks))

    def _blocks(self, parent: etree._Element) -> Iterator[str | Grid]:
        for block in _children(parent, {f"{W}p", f"{W}tbl"}):
            if block.tag == f"{W}tbl":
                yield self._grid(block)
                continue
            for box in _text_boxes(block):
                yield "\n".join(self._paragraphs(box))
            yield self._text(block)

    def _grid(self, table: etree._Element) -> Grid:
        self._tables += 1
        place = f"таблица {self._tables}"
        lines: list[Line] = []
        for number, row in enumerate(_children(table, {f"{W}tr"}), start=1):
            if number > MOST_LINES:
                raise PayloadTooLarge(f"В таблице больше {MOST_LINES} строк.")
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            line = Line(number, tuple(self._cells(row, f"{place}, строка {number}")))
            if sum(cell.span for cell in line.cells) > MOST_COLUMNS:
                raise PayloadTooLarge(f"В таблице больше {MOST_COLUMNS} граф.")
            lines.append(line)
        return Grid(place, tuple(lines))

    def _cells(self, row: etree._Element, place: str) -> Iterator[Cell]:
        before = _whole(row.find(f"{W}trPr/{W}gridBefore"), 0)
        if before:
            yield Cell("", before)
        for cell in _children(row, {f"{W}tc"}):
            properties = cell.find(f"{W}tcPr")
            merge = None if properties is None else properties.find(f"{W}vMerge")
            span = 1 if properties is None else max(_whole(properties.find(f"{W}gridSpan"), 1), 1)
            if merge is not None and merge.get(f"{W}val", "continue") == "continue":
                yield Cell("", span, carried=True)
                continue
            if cell.find(f".//{W}tbl") is not None:
                self._remarks.append(Remark(place, "Таблица внутри ячейки перенесена как текст."))
            yield Cell(cleaned("\n".join(self._paragraphs(cell))), span)

    def _paragraphs(self, parent: etree._Element) -> Iterator[str]:
        for element in _seen(parent):
            if element.tag == f"{W}p":
                yield from ("\n".join(self._paragraphs(box)) for box in _text_boxes(element))
                yield self._text(element)

    def _text(self, paragraph: etree._Element) -> str:
        """Return the text of a paragraph with its automatic number and its footnote marks."""
        label = self._numbers.label(paragraph)
        pieces: list[str] = []
        for element in _seen(paragraph):
            if element.tag == f"{W}t":
                pieces.append(_run_text(element))
            elif element.tag in _SIGNS:
                pieces.append(_SIGNS[element.tag])
            elif element.tag in _REFERENCES:
                pieces.append(f"{NOTE}{_REFERENCES[element.tag]}{element.get(f'{W}id')}{NOTE}")
        text = cleaned("".join(pieces))
        if not text and label == "–":
            return ""
        return f"{label} {text}".strip()


def _children(parent: etree._Element, tags: set[str]) -> Iterator[etree._Element]:
    """Yield the children with these tags, also those inside wrappers."""
    waiting = list(reversed(parent))
    while waiting:
        child = waiting.pop()
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            waiting.extend(reversed(child))


def _seen(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield every element below, in order, without what a reader of the paper does not see."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag in _UNSEEN or not isinstance(element.tag, str):
            continue
        yield element
        waiting.extend(reversed(element))


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the boxes of a paragraph, not those inside other boxes; Word repeats each for old programs."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == f"{W}txbxContent":
            yield element
        elif element.tag != f"{_MC}Fallback":
            waiting.extend(reversed(element))


def _run_text(text: etree._Element) -> str:
    """Return the text; raised digits become the signs ¹²³, or «показатель²» would read «показатель2»."""
    run = text.getparent()
    raised = None if run is None else run.find(f"{W}rPr/{W}vertAlign")
    written = text.text or ""
    if raised is not None and raised.get(f"{W}val") == "superscript" and written.strip().isdecimal():
        return written.translate(_SUPERSCRIPTS)
    return written


def _whole(element: etree._Element | None, otherwise: int) -> int:
    value = "" if element is None else element.get(f"{W}val", "")
    return int(value) if value.isdecimal() else otherwise
