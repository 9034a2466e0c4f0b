"""Plain paragraphs are read from the source as they are read from the tree: a comment sends a part to the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TemplateError
from service.filling.document import read_parts, write_parts
from service.layout_rules import PaperFacts, check_layout
from service.layout_rules.plain_parts import plain_part
from service.layout_rules.reading import read_sheets
from tests.samples import ALL_SAMPLES
from tests.service.layout_rules.spoiled import BODY, W, filled, written

each_sample = pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)
PLAIN = '<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'
DOCUMENT = '<w:document xmlns:w="' + W + '"><w:body>{}</w:body></w:document>'

texts = st.text(st.sampled_from("Школа №1 «500+»<>&;'\"\t\n\r \u00a0]]>amp"), max_size=20)
runs = st.sampled_from(
    (
        '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>',
        "<w:r><w:t>{}</w:t><w:br/><w:tab/><w:t>конец</w:t></w:r>",
        "<w:r><w:t/></w:r>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r>",
        '<w:r><w:br w:type="page"/></w:r>',
        '<w:bookmarkStart w:id="1" w:name="Место"/>',
        '<w:hyperlink w:anchor="x"><w:r><w:t>{}</w:t></w:r></w:hyperlink>',
        '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>',
        "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>",
    )
)
properties = st.sampled_from(
    (
        "",
        "<w:pPr/>",
        '<w:pPr><w:jc w:val="center"/></w:pPr>',
        '<w:pPr><w:tabs><w:tab w:val="center" w:pos="100"/></w:tabs><w:pageBreakBefore/></w:pPr>',
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:b/></w:rPr></w:pPr>',
        "<w:pPr><w:sectPr/></w:pPr>",
        '<w:pPr><w:jc w:val="left"/><w:pPrChange w:id="1"><w:pPr/></w:pPrChange></w:pPr>',
    )
)


def through_the_tree(docx: bytes) -> bytes:
    return written("<w:body>", "<w:body><!-- -->", times=1)(docx)


def printed(docx: bytes) -> object:
    """Return everything that was read; the formats of one set of styles are compared by their values."""
    sheets = read_sheets(docx)
    return repr((sheets.sections, sheets.blocks, sheets.tables, sheets.footnotes, sheets.settings))


@each_sample
def test_a_sample_is_read_alike_from_its_source_and_from_the_tree(sample: Path) -> None:
    docx = filled(sample.stem)

    assert len(plain_part(read_parts(docx)[BODY]).paragraphs) > 10
    assert plain_part(read_parts(through_the_tree(docx))[BODY]).paragraphs == ()
    assert printed(docx) == printed(through_the_tree(docx))


@given(
    st.lists(st.tuples(properties, st.lists(st.tuples(runs, texts), max_size=4)), max_size=6), st.booleans()
)
def test_any_paragraphs_are_read_alike_from_their_source_and_from_the_tree(made, in_table) -> None:
    paragraphs = "".join(
        f"<w:p>{group}{''.join(run.replace('{}', escaped(text)) for run, text in pieces)}</w:p>"
        for group, pieces in made
    )
    cell = f"<w:tbl><w:tr><w:tc><w:tcPr/>{paragraphs}</w:tc><w:tc>{paragraphs}</w:tc></w:tr></w:tbl>"
    docx = with_body(cell if in_table else paragraphs)

    assert printed(docx) == printed(through_the_tree(docx))


@pytest.mark.parametrize(
    "body",
    [
        PLAIN.format("&nbsp;"),
        PLAIN.format("\x01"),
        PLAIN.format("\uffff"),
        PLAIN.format("<b>"),
        PLAIN.format("Текст").replace("</w:p>", ""),
        '<w:p><w:pPr><w:jc w:val="left" w:val="right"/></w:pPr></w:p>',
    ],
)
def test_a_source_that_is_no_xml_is_refused(body: str) -> None:
    with pytest.raises(TemplateError):
        check_layout(with_body(body), date=None, paper=PaperFacts())


@pytest.mark.parametrize("attribute", [' n="0"', " n='0'", '\nn = "0"'])
def test_a_paper_cannot_pass_an_attribute_of_its_own_for_a_place(attribute: str) -> None:
    body = f"<w:p{attribute}><w:r><w:t>Своё</w:t></w:r></w:p>" + PLAIN.format("Другое")

    texts_read = [block.text for block in read_sheets(with_body(body)).blocks]

    assert texts_read == ["Своё", "Другое"]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_body(body: str) -> bytes:
    return write_parts({BODY: DOCUMENT.format(body).encode()})
