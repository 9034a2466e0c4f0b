"""A damaged or a strange document is checked as well as it can be; nothing but TemplateError is raised."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from service.errors import TemplateError
from service.filling.document import read_parts, write_parts
from service.layout_rules import PaperFacts, check_layout
from tests.service.layout_rules.spoiled import W, filled

SAMPLES = [
    "order",
    "order.000",
    "order.001",
    "roadmap",
    "roadmap.event",
    "information_note",
    "curator_report",
]
SPOILABLE = (
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/settings.xml",
    "word/header1.xml",
)
VALUES = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "1.5cm",
    "12pt",
    "abc",
    "50%",
    "true",
    "both",
    "№",
    "\u00a0",
    "1e9",
]
TEXTS = [
    "",
    " ",
    "№",
    "«",
    "УТВЕРЖДАЮ:",
    "Приложение",
    "ПРИКАЗ",
    "ПРИКАЗЫВАЮ",
    "И. О. Фамилия",
    "31.02.2022 г.",
    "–",
    "1.1.1",
]
PARTS = ["order", "annex", "note"]


def _remove(element: etree._Element, chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None and parent.getparent() is not None:
        parent.remove(element)


def _set_value(element: etree._Element, chance: random.Random) -> None:
    for name in list(element.attrib):
        element.set(name, chance.choice(VALUES))


def _drop_values(element: etree._Element, chance: random.Random) -> None:
    element.attrib.clear()


def _set_text(element: etree._Element, chance: random.Random) -> None:
    texts = list(element.iter(f"{{{W}}}t"))
    if texts:
        chance.choice(texts).text = chance.choice(TEXTS)


def _double(element: etree._Element, chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None and parent.getparent() is not None:
        parent.insert(parent.index(element), copy.deepcopy(element))


def _rename(element: etree._Element, chance: random.Random) -> None:
    if element.getparent() is not None:
        element.tag = (
            f"{{{W}}}{chance.choice(['p', 'tbl', 'tr', 'tc', 'r', 'sectPr', 'sdt', 'ins', 'pPr', 'br'])}"
        )


def _comment(element: etree._Element, chance: random.Random) -> None:
    if element.getparent() is not None:
        element.append(etree.Comment("так бывает"))
        element.append(etree.ProcessingInstruction("so", "бывает"))


CHANGES: list[Callable[[etree._Element, random.Random], None]] = [
    _remove, _set_value, _drop_values, _set_text, _double, _rename, _comment,
]  # fmt: skip


def _spoiled(docx: bytes, chance: random.Random, changes: int) -> bytes:
    parts = read_parts(docx)
    for name in SPOILABLE:
        root = etree.fromstring(parts[name])
        for _ in range(changes):
            chance.choice(CHANGES)(chance.choice(list(root.iter(etree.Element))), chance)
        parts[name] = etree.tostring(root)
    for name in chance.sample(SPOILABLE[1:], chance.randint(0, 2)):
        del parts[name]
    return write_parts(parts)


@settings(max_examples=150, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    seed=st.integers(0, 2**32),
    changes=st.integers(0, 40),
    part=st.sampled_from(PARTS),
)
def test_no_document_makes_the_check_fail(sample: str, seed: int, changes: int, part: str) -> None:
    docx = _spoiled(filled(sample), random.Random(seed), changes)  # noqa: S311  no secret is made of it
    facts = PaperFacts(part=part, needs_mark=True, letterhead="angular", pages=3)

    try:
        findings = check_layout(docx, date=None, paper=facts)
    except TemplateError:
        return  # the body itself is gone

    assert all(one.rule and one.path and one.message and one.fix for one in findings)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_document_without_styles_is_checked(sample: str) -> None:
    parts = read_parts(filled(sample))
    del parts["word/styles.xml"]

    found = check_layout(write_parts(parts), date=None, paper=PaperFacts())

    assert "G-FONT-02" in {one.rule for one in found}  # 10 points, where no level says otherwise


@pytest.mark.parametrize(
    "body", ["", "<w:p/>", "<w:tbl/>", "<w:tbl><w:tr/></w:tbl>", "<w:sectPr/>", "<w:sdt/>"]
)
def test_an_all_but_empty_document_is_checked(body: str) -> None:
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    docx = write_parts({"word/document.xml": document.encode()})

    found = check_layout(docx, date=None, paper=PaperFacts(part="order"))

    assert "G-PAGE-01" in {one.rule for one in found}


@pytest.mark.parametrize("docx", [b"", b"PK", b"not a zip", write_parts({"a.txt": b"a"})])
def test_what_is_no_document_is_refused(docx: bytes) -> None:
    with pytest.raises(TemplateError):
        check_layout(docx, date=None, paper=PaperFacts())


def test_styles_based_on_each_other_end() -> None:
    parts = read_parts(filled("order"))
    styles = parts["word/styles.xml"].decode()
    looped = styles.replace(
        '<w:name w:val="Normal"/>', '<w:name w:val="Normal"/><w:basedOn w:val="Text"/>', 1
    )
    parts["word/styles.xml"] = looped.encode()

    check_layout(write_parts(parts), date=None, paper=PaperFacts())


def test_tables_inside_tables_end_before_the_stack_does() -> None:
    body = "<w:p/>"
    for _ in range(80):  # the XML parser itself stops at 256 elements
        body = f"<w:tbl><w:tr><w:tc>{body}<w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'

    assert check_layout(write_parts({"word/document.xml": document.encode()}), date=None, paper=PaperFacts())
