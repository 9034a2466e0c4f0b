"""Plain paragraphs are read from the source as they are read from the tree: a comment sends a part to the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TemplateError
from service.filling.document import read_parts, write_parts
from service.layout_rules import PaperFacts, check_layout
from service.layout_rules.plain_parts import PLACE, plain_part
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

    plain, none = (plain_part(read_parts(one)[BODY]) for one in (docx, through_the_tree(docx)))
    assert len(plain.paragraphs) > 2
    assert len(plain.paragraphs) + sum(len(texts) for _, texts in plain.rows) > 10
    assert (none.paragraphs, none.cells, none.rows) == ((), (), ())
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


@pytest.mark.parametrize("attribute", [f' {PLACE}="0"', f" {PLACE}='0'", f'\n{PLACE} = "0"'])
@pytest.mark.parametrize("element", ["p", "tc", "tr"])
def test_a_paper_cannot_pass_an_attribute_of_its_own_for_a_place(element: str, attribute: str) -> None:
    def row(text: str) -> str:
        return f"<w:tr><w:tc>{PLAIN.format(text)}</w:tc></w:tr>"

    table = "<w:tbl>" + (row("Своё") + row("Другое")).replace(
        f"<w:{element}>", f"<w:{element}{attribute}>", 1
    )

    (read,) = read_sheets(with_body(table + "</w:tbl>")).tables

    assert [cell.text for row in read.rows for cell in row.cells] == ["Своё", "Другое"]


ODD_TEXTS = (
    "&amp;",
    "a</w:t><w:br/><w:t>b",
    "a</w:t></w:r><w:r><w:t>b",
    "a&gt;b",
    " ",
    "\t",
    "",
    "<!-- -->",
    "a>b",
)


@given(
    st.lists(
        st.lists(st.lists(st.sampled_from((*ODD_TEXTS, "Школа", "№ 1")), min_size=1, max_size=3), max_size=3),
        max_size=4,
    ),
    st.sampled_from(
        ("", "<w:trPr/>", "<w:trPr><w:cantSplit/></w:trPr>", '<w:trPr><w:gridBefore w:val="2"/></w:trPr>')
    ),
    st.sampled_from(("", '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>', "<w:tcPr><w:tcBorders/></w:tcPr>")),
    st.sampled_from(("", '<w:pPr><w:pStyle w:val="X"/></w:pPr>', "<w:pPr><w:pageBreakBefore/></w:pPr>")),
)
def test_any_rows_are_read_alike_from_their_plan_and_from_the_tree(
    rows, of_row, of_cell, of_paragraph
) -> None:
    table = "".join(
        f"<w:tr>{of_row}"
        + "".join(
            f"<w:tc>{of_cell}" + "".join(PLAIN.format(text).replace("<w:p>", f"<w:p>{of_paragraph}") for text in texts)
            + "</w:tc>"
            for texts in cells
        )
        + "</w:tr>"
        for cells in rows
    )  # fmt: skip
    constant = "<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>"
    docx = with_body(f"<w:tbl>{table}{constant}{table}</w:tbl>")

    assert printed(docx) == printed(through_the_tree(docx))


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_body(body: str) -> bytes:
    return write_parts({BODY: DOCUMENT.format(body).encode()})
