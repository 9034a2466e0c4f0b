"""A .docx as text: paragraphs with their styles, tables row by row, headers and footnotes.

Serves `template show`, the word diff of templates in git and the golden files of the tests.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from service.errors import TemplateError
from service.filling.document import read_part, read_parts

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAIL_CHARS = 4000
# Text, or an end of a word: a paragraph's end, a break, a tab.
_TEXT_OR_END = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|</w:p>|<w:(?:br|tab|cr)(?: w:type=[^>]*)?/>")
_TEXT_PARTS = ("word/header", "word/footer")


def outline(docx: bytes) -> str:
    """Return the readable outline of a document, one block a line.

    Raises:
        TemplateError: the file is not a readable .docx.
    """
    parts = read_parts(docx)
    names = _style_names(parts)
    lines = list(_blocks(_body(parts), names))
    for part in sorted(parts):
        if part.startswith(_TEXT_PARTS) and part.endswith(".xml"):
            lines.append(f"--- {part.removeprefix('word/')}")
            lines.extend(_blocks(_parsed(parts[part]), names))
    if "word/footnotes.xml" in parts:
        lines.append("--- footnotes")
        for note in _parsed(parts["word/footnotes.xml"]).iter(f"{_W}footnote"):
            if note.get(f"{_W}type") is None:
                lines.extend(f"{note.get(f'{_W}id')}: {line}" for line in _blocks(note, names))
    return "\n".join(lines) + "\n"


def last_words(docx: bytes, *, count: int = 3) -> str:
    """Return the last words of the body, to be found again at the end of its PDF."""
    xml = read_part(docx, "word/document.xml").decode("utf-8", "replace")
    words: list[str] = []
    end = len(xml)
    # From the end, some paragraphs at a time: the words of a long table are nobody's business here.
    while len(words) < count and end > 0:
        start = xml.rfind("<w:p>", 0, max(0, end - _TAIL_CHARS)) if end > _TAIL_CHARS else 0
        start = max(start, 0)
        words = [*_words(xml[start:end]), *words]
        end = start
    return " ".join(words[-count:])


def _words(xml: str) -> list[str]:
    pieces = (text or " " for text in _TEXT_OR_END.findall(xml))
    return html.unescape("".join(pieces)).split()


def table_rows(docx: bytes) -> list[list[list[str]]]:
    """Return the tables of the body as texts: table -> row -> cell; paragraphs are joined by a line end."""
    return [
        [[_cell_text(cell) for cell in row.iter(f"{_W}tc")] for row in table.iter(f"{_W}tr")]
        for table in _body(read_parts(docx)).iter(f"{_W}tbl")
    ]


def _body(parts: dict[str, bytes]) -> etree._Element:
    if "word/document.xml" not in parts:
        raise TemplateError("Это не документ Word: в файле нет word/document.xml.")
    body = _parsed(parts["word/document.xml"]).find(f"{_W}body")
    if body is None:
        raise TemplateError("Это не документ Word: в нём нет текста.")
    return body


def _parsed(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateError("Файл .docx повреждён: в нём ошибка XML.") from error


def _style_names(parts: dict[str, bytes]) -> dict[str, str]:
    if "word/styles.xml" not in parts:
        return {}
    names = {}
    for style in _parsed(parts["word/styles.xml"]).iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        names[style.get(f"{_W}styleId", "")] = "" if name is None else name.get(f"{_W}val", "")
    return names


def _blocks(parent: etree._Element, names: dict[str, str], indent: str = "") -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield f"{indent}[{_style(child, names)}] {_paragraph_text(child)}".rstrip()
            if (section := child.find(f"{_W}pPr/{_W}sectPr")) is not None:
                yield f"{indent}{_section(section)}"
        elif child.tag == f"{_W}tbl":
            yield f"{indent}table"
            for row in child.iter(f"{_W}tr"):
                mark = "heading" if row.find(f"{_W}trPr/{_W}tblHeader") is not None else "row"
                cells = (_cell_text(cell).replace("\n", " ¶ ") for cell in row.iter(f"{_W}tc"))
                yield f"{indent}  {mark} | {' | '.join(cells)}"
        elif child.tag == f"{_W}sectPr":
            yield f"{indent}{_section(child)}"


def _section(section: etree._Element) -> str:
    size = section.find(f"{_W}pgSz")
    if size is None:
        return "section"
    return f"section {size.get(f'{_W}w')}x{size.get(f'{_W}h')} twips"


def _style(paragraph: etree._Element, names: dict[str, str]) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "-" if style is None else names.get(style.get(f"{_W}val", ""), "?")


def _cell_text(cell: etree._Element) -> str:
    return "\n".join(_paragraph_text(paragraph) for paragraph in cell.iter(f"{_W}p"))


def _paragraph_text(paragraph: etree._Element) -> str:
    pieces = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag == f"{_W}br":
            pieces.append("\n")
        elif element.tag == f"{_W}tab" and not element.attrib:
            pieces.append("\t")
        elif element.tag == f"{_W}footnoteReference":
            pieces.append("[^]")
        elif element.tag == f"{_W}instrText":
            pieces.append(f"«{(element.text or '').strip()}»")
    return "".join(pieces)
