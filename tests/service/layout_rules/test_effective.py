"""The resolver: what wins where document defaults, styles, lists and direct formatting disagree."""

from __future__ import annotations

import pytest
from lxml import etree

from service.layout_rules.effective import Formats
from service.layout_rules.numbering import Counter, Numbering
from service.layout_rules.shapes import CellLook
from tests.service.layout_rules.spoiled import NS

STYLES = f"""<w:styles {NS}>
  <w:docDefaults>
    <w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/><w:sz w:val="24"/></w:rPr></w:rPrDefault>
    <w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="259"/></w:pPr></w:pPrDefault>
  </w:docDefaults>
  <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
  <w:style w:type="paragraph" w:styleId="Base"><w:name w:val="База"/><w:basedOn w:val="Normal"/>
    <w:pPr><w:spacing w:line="360"/><w:ind w:left="100" w:firstLine="709"/><w:jc w:val="both"/></w:pPr>
    <w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>
  <w:style w:type="paragraph" w:styleId="Child"><w:name w:val="Дитя"/><w:basedOn w:val="Base"/>
    <w:pPr><w:ind w:hanging="357"/></w:pPr><w:rPr><w:i/></w:rPr></w:style>
  <w:style w:type="paragraph" w:styleId="Listed"><w:name w:val="Список"/><w:basedOn w:val="Base"/>
    <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
  <w:style w:type="paragraph" w:styleId="ListedOwn"><w:name w:val="Список свой"/><w:basedOn w:val="Base"/>
    <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:ind w:left="5"/></w:pPr></w:style>
  <w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/>
    <w:rPr><w:b/><w:sz w:val="30"/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="Themed"><w:name w:val="Themed"/>
    <w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/></w:rPr></w:style>
  <w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>
  <w:style w:type="table" w:styleId="Striped"><w:name w:val="Полосы"/><w:basedOn w:val="TableNormal"/>
    <w:pPr><w:spacing w:after="0"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr>
    <w:tblStylePr w:type="firstRow"><w:pPr><w:jc w:val="center"/></w:pPr>
      <w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {NS}>
  <w:abstractNum w:abstractNumId="7">
    <w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>
      <w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>
    <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/>
      <w:pPr><w:ind w:left="1440"/></w:pPr></w:lvl>
    <w:lvl w:ilvl="2"><w:numFmt w:val="russianLower"/><w:lvlText w:val="%3)"/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="7"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""
THEME = """<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:fontScheme>
  <a:majorFont><a:latin typeface="Cambria"/></a:majorFont><a:minorFont><a:latin typeface="PT Serif"/></a:minorFont>
</a:fontScheme></a:themeElements></a:theme>"""
FIRST_ROW = CellLook("Striped", ("wholeTable", "firstRow"))
OTHER_ROW = CellLook("Striped", ("wholeTable",))


@pytest.fixture
def formats() -> Formats:
    lists = Numbering(etree.fromstring(NUMBERING))
    return Formats(etree.fromstring(STYLES), lists, etree.fromstring(THEME))


def properties(name: str, xml: str) -> etree._Element:
    return etree.fromstring(f"<w:{name} {NS}>{xml}</w:{name}>")


def paragraph(formats: Formats, xml: str, look: CellLook | None = None):
    return formats.paragraph(properties("pPr", xml), look)


def run(formats: Formats, style: str, xml: str = "", look: CellLook | None = None):
    return formats.run(style, properties("rPr", xml), look)


def test_defaults_reach_a_paragraph_that_names_no_style(formats: Formats) -> None:
    shape = formats.paragraph(None, None)

    assert (shape.style_name, shape.after, shape.line, shape.align) == ("Normal", 160, 259, "left")


def test_a_style_changes_only_the_attributes_it_names(formats: Formats) -> None:
    shape = paragraph(formats, '<w:pStyle w:val="Base"/>')

    assert (shape.after, shape.line, shape.align, shape.first_line) == (160, 360, "both", 709)


def test_a_hanging_indent_replaces_the_first_line_of_a_lower_level(formats: Formats) -> None:
    shape = paragraph(formats, '<w:pStyle w:val="Child"/>')

    assert (shape.left, shape.first_line) == (100, -357)


def test_direct_formatting_wins(formats: Formats) -> None:
    shape = paragraph(formats, '<w:pStyle w:val="Child"/><w:ind w:firstLine="0"/><w:jc w:val="end"/>')

    assert (shape.left, shape.first_line, shape.align) == (100, 0, "right")


def test_a_list_of_a_style_wins_over_the_base_of_the_style(formats: Formats) -> None:
    shape = paragraph(formats, '<w:pStyle w:val="Listed"/>')

    assert (shape.left, shape.first_line, shape.list_number) == (720, -360, "1")


def test_a_style_that_names_a_list_keeps_its_own_indent(formats: Formats) -> None:
    assert paragraph(formats, '<w:pStyle w:val="ListedOwn"/>').left == 5


def test_a_list_named_directly_wins_over_the_style(formats: Formats) -> None:
    listed = '<w:pStyle w:val="Base"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'

    assert paragraph(formats, listed).left == 1440
    assert paragraph(formats, listed + '<w:ind w:left="3"/>').left == 3


def test_number_zero_takes_a_paragraph_out_of_its_list(formats: Formats) -> None:
    shape = paragraph(formats, '<w:pStyle w:val="Listed"/><w:numPr><w:numId w:val="0"/></w:numPr>')

    assert shape.list_number == ""


def test_bold_of_two_styles_toggles_and_direct_bold_does_not(formats: Formats) -> None:
    assert run(formats, "Base").bold
    assert not run(formats, "Base", '<w:rStyle w:val="Strong"/>').bold
    assert run(formats, "Base", '<w:rStyle w:val="Strong"/><w:b/>').bold
    assert not run(formats, "Base", '<w:b w:val="0"/>').bold
    assert run(formats, "Normal", '<w:rStyle w:val="Strong"/>').bold


def test_sizes_come_from_the_highest_level_that_states_one(formats: Formats) -> None:
    assert run(formats, "Normal").size == 24
    assert run(formats, "Child").size == 28
    assert run(formats, "Child", '<w:rStyle w:val="Strong"/>').size == 30
    assert run(formats, "Child", '<w:rStyle w:val="Strong"/><w:sz w:val="22"/>').size == 22


def test_a_table_style_stands_between_defaults_and_paragraph_styles(formats: Formats) -> None:
    assert run(formats, "Normal", look=OTHER_ROW).size == 20
    assert run(formats, "Base", look=OTHER_ROW).size == 28
    assert paragraph(formats, "", OTHER_ROW).after == 0
    assert paragraph(formats, "", OTHER_ROW).align == "left"


def test_the_first_row_of_a_table_style_differs(formats: Formats) -> None:
    assert paragraph(formats, "", FIRST_ROW).align == "center"
    assert run(formats, "Normal", look=FIRST_ROW).bold
    assert not run(formats, "Base", look=FIRST_ROW).bold  # bold twice is not bold


def test_a_theme_font_is_looked_up_and_yields_to_a_named_one(formats: Formats) -> None:
    assert run(formats, "Normal").font == "Arial"
    assert run(formats, "Normal", '<w:rStyle w:val="Themed"/>').font == "PT Serif"
    named = '<w:rStyle w:val="Themed"/><w:rFonts w:ascii="Tinos" w:hAnsi="Tinos"/>'
    assert run(formats, "Normal", named).font == "Tinos"


def test_black_is_no_colour_and_a_switched_off_underline_is_none(formats: Formats) -> None:
    assert run(formats, "Normal", '<w:color w:val="000000"/><w:u w:val="none"/>').color == ""
    assert not run(formats, "Normal", '<w:u w:val="none"/>').underline
    assert run(formats, "Normal", '<w:color w:val="FF0000"/>').color == "FF0000"


def test_an_unknown_style_is_the_default_one(formats: Formats) -> None:
    assert paragraph(formats, '<w:pStyle w:val="Nowhere"/>').style_name == "Normal"


def test_without_any_styles_words_defaults_hold() -> None:
    bare = Formats(None, Numbering(None), None)

    assert (bare.run("", None, None).size, bare.run("", None, None).font) == (20, "Times New Roman")


def test_numbers_count_as_word_counts_them() -> None:
    counter = Counter(Numbering(etree.fromstring(NUMBERING)))

    steps = [("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 0), ("1", 1), ("2", 0), ("2", 0), ("9", 0)]

    assert [counter.label(number, depth) for number, depth in steps] == [
        "1.", "1.1.", "1.2.", "а)", "2.", "2.1.", "5.", "6.", "",
    ]  # fmt: skip
