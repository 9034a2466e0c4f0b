"""Samples filled and then spoiled on purpose: one value of their XML is changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from lxml import etree

from forms._checks import Finding
from service.filling import TemplateCache
from service.filling.document import read_parts, write_parts
from service.layout_rules import check_layout, date_of, facts_of
from tests.samples import FIXTURES, TEMPLATES, kind_of, read_sample

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS = f'xmlns:w="{W}"'
BODY = "word/document.xml"
Spoil = Callable[[bytes], bytes]

_TEMPLATES = TemplateCache(TEMPLATES)


@functools.lru_cache
def filled(sample: str) -> bytes:
    kind, data = _kind_and_data(sample)
    return _TEMPLATES.get(kind.name).fill(kind.context(data), title=kind.headline(data))


def layout(sample: str, spoil: Spoil | None = None, *, gost: Any = None, **facts: Any) -> list[Finding]:
    """Return the findings of a sample, spoiled or as it is; `facts` replace what its data says."""
    kind, data = _kind_and_data(sample)
    docx = filled(sample)
    known = dataclasses.replace(facts_of(kind.name, data), **facts)
    return check_layout(spoil(docx) if spoil else docx, date=date_of(data), gost=gost, paper=known)


def rules(sample: str, spoil: Spoil | None = None, **facts: Any) -> set[str]:
    return {finding.rule for finding in layout(sample, spoil, **facts)}


def written(old: str, new: str, *, part: str = BODY, times: int = -1) -> Spoil:
    """Replace a text of a part; it must be there."""

    def spoil(docx: bytes) -> bytes:
        parts = read_parts(docx)
        text = parts[part].decode()
        assert old in text, old
        parts[part] = text.replace(old, new, times).encode()
        return write_parts(parts)

    return spoil


def styled(style_id: str, group: str, *properties: str) -> Spoil:
    """Put properties into a style: styled("Text", "pPr", '<w:jc w:val="left"/>')."""

    def spoil(docx: bytes) -> bytes:
        parts = read_parts(docx)
        root = etree.fromstring(parts["word/styles.xml"])
        (style,) = root.xpath(f"w:style[@w:styleId='{style_id}']", namespaces={"w": W})
        holder = style.find(f"{{{W}}}{group}")
        if holder is None:
            holder = etree.SubElement(style, f"{{{W}}}{group}")
        for xml in properties:
            element = etree.fromstring(xml.replace("/>", f" {NS}/>"))
            for old in holder.findall(element.tag):
                holder.remove(old)
            holder.append(element)
        parts["word/styles.xml"] = etree.tostring(root)
        return write_parts(parts)

    return spoil


def with_sections(*margins: str) -> Spoil:
    """Split the document: a section for each text of attributes and children of its sectPr."""
    breaks = "".join(f"<w:p><w:pPr><w:sectPr>{inner}</w:sectPr></w:pPr></w:p>" for inner in margins)
    return written("<w:body>", f"<w:body>{breaks}", times=1)


def both(*spoils: Spoil) -> Spoil:
    def spoil(docx: bytes) -> bytes:
        for one in spoils:
            docx = one(docx)
        return docx

    return spoil


def paragraph(text: str, style: str = "Text", run: str = "") -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:rPr>{run}</w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def inserted(xml: str, *, before: str, times: int = 1) -> Spoil:
    """Put paragraphs before the paragraph that holds a text."""

    def spoil(docx: bytes) -> bytes:
        parts = read_parts(docx)
        text = parts[BODY].decode()
        place = text.rindex("<w:p>", 0, text.index(before))
        parts[BODY] = (text[:place] + xml * times + text[place:]).encode()
        return write_parts(parts)

    return spoil


def removed(text_inside: str) -> Spoil:
    """Remove the paragraph that holds a text."""

    def spoil(docx: bytes) -> bytes:
        parts = read_parts(docx)
        text = parts[BODY].decode()
        place = text.index(text_inside)
        start, end = text.rindex("<w:p>", 0, place), text.index("</w:p>", place) + len("</w:p>")
        parts[BODY] = (text[:start] + text[end:]).encode()
        return write_parts(parts)

    return spoil


def _kind_and_data(sample: str) -> tuple[Any, dict[str, Any]]:
    path = FIXTURES / f"{sample}.json"
    kind = kind_of(path)
    return kind, kind.load(read_sample(path))


NEW_EDITION = dt.date(2025, 8, 18)
