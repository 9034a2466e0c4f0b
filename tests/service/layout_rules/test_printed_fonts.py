from __future__ import annotations

import pytest

from service.filling.document import read_parts
from service.filling.fonts import asked_fonts
from service.layout_rules import substituted_fonts
from tests.samples import TEMPLATES


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        (["LiberationSerif", "LiberationSerif-Bold"], ["Times New Roman"]),
        (["TimesNewRomanPSMT", "TimesNewRomanPS-BoldMT"], ["Liberation Serif"]),
        (["LiberationSerif"], ["Liberation Serif"]),
        (["OpenSymbol", "ArialMT"], ["Symbol", "Arial"]),
        (["DejaVuSans"], []),
    ],
)
def test_fonts_as_asked_and_their_twins_pass(printed: list[str], asked: list[str]) -> None:
    assert list(substituted_fonts(printed, asked)) == []


@pytest.mark.parametrize(
    ("printed", "asked", "stranger"),
    [
        (["LiberationSerif", "DejaVuSans"], ["Times New Roman"], "DejaVuSans"),
        (["Carlito-Bold"], ["Calibri"], "Carlito"),
        (["LiberationSans"], ["Times New Roman"], "LiberationSans"),
    ],
)
def test_a_font_that_nobody_asked_for_is_an_error_that_names_it(printed, asked, stranger) -> None:
    (found,) = substituted_fonts(printed, asked)

    assert (found.rule, found.severity) == ("FONT_SUBSTITUTED", "error")
    assert f"«{stranger}»" in found.message
    assert all(f"«{name}»" in found.message for name in asked)


def test_every_template_asks_for_liberation_serif_alone() -> None:
    asked = {file.stem: asked_fonts(read_parts(file.read_bytes())) for file in TEMPLATES.glob("*.docx")}

    assert len(asked) >= 10
    assert set(asked.values()) == {frozenset({"Liberation Serif"})}


def test_a_font_named_by_its_role_is_looked_up_in_the_theme() -> None:
    parts = {
        "word/styles.xml": b'<w:rFonts w:asciiTheme="minorHAnsi" w:cs="Arial"/>',
        "word/theme/theme1.xml": b'<a:majorFont><a:latin typeface="Cambria"/></a:majorFont>'
        b'<a:minorFont><a:latin typeface="Calibri"/></a:minorFont>',
        "word/fontTable.xml": b'<w:font w:ascii="Courier"/>',
    }

    assert asked_fonts(parts) == {"Calibri", "Arial"}
