"""Every rule about sheets and page numbers: a sample passes, the same sample spoiled in one value does not."""

from __future__ import annotations

import pytest

from tests.service.layout_rules.spoiled import (
    Spoil,
    both,
    layout,
    rules,
    styled,
    with_sections,
    written,
)

A4 = '<w:pgSz w:w="11906" w:h="16838"/>'
MARGINS = '<w:pgMar w:left="{}" w:right="567" w:top="1134" w:bottom="1134" w:header="567"/>'
MIRRORED = written("<w:defaultTabStop", "<w:mirrorMargins/><w:defaultTabStop", part="word/settings.xml")
STARTS = '{}{}<w:pgNumType w:start="{}"/>'

CASES = [
    ("G-PAGE-01", "order", written('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')),
    ("G-PAGE-01", "order", written('<w:pgSz w:w="11906" w:h="16838"/>', "")),
    ("G-PAGE-02", "order", written('w:bottom="1134"', 'w:bottom="850"')),
    ("G-PAGE-02", "roadmap", written('w:right="567"', 'w:right="284"')),
    ("G-PAGE-03", "order", written('w:left="1701"', 'w:left="1134"')),
    ("G-PAGE-04", "roadmap", written('w:top="1134"', 'w:top="1000"')),
    ("G-PAGE-05", "order", both(MIRRORED, with_sections(A4 + MARGINS.format(1134)))),
    ("G-NUM-01", "order", written("<w:titlePg/>", "")),
    ("G-NUM-01", "order", written("PAGE", "DATE", part="word/header1.xml")),
    ("G-NUM-01", "order", written('w:type="first" r:id="rIdH2"', 'w:type="first" r:id="rIdH1"')),
    ("G-NUM-02", "order", written('<w:headerReference w:type="default"', '<w:footerReference w:type="default"')),
    ("G-NUM-02", "order", styled("Header", "pPr", '<w:jc w:val="right"/>')),
    ("G-NUM-03", "order", written('w:header="567"', 'w:header="284"')),
    (
        "G-NUM-04",
        "order",
        written("</w:pPr>", "</w:pPr><w:r><w:t>стр. </w:t></w:r>", part="word/header1.xml", times=1),
    ),
    (
        "G-NUM-05",
        "order",
        with_sections(A4 + MARGINS.format(1701), STARTS.format(A4, MARGINS.format(1701), 1)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_sheet_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_a_paper_of_one_page_needs_no_number() -> None:
    unnumbered = written("<w:titlePg/>", "")

    assert "G-NUM-01" not in rules("order", unnumbered, pages=1)
    assert "G-NUM-01" in rules("order", unnumbered, pages=2)


def test_a_note_may_have_20_mm_on_the_left_unless_it_is_kept_long() -> None:
    assert "G-PAGE-03" not in rules("information_note")
    assert "G-PAGE-03" in rules("information_note", kept_over_10_years=True)


def test_a_page_number_of_a_simple_field_counts() -> None:
    simple = written(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        part="word/header1.xml",
    )
    plain = written(" PAGE ", " DATE ", part="word/header1.xml")

    assert "G-NUM-01" not in rules("order", both(plain, simple))


def test_a_finding_about_a_margin_says_both_numbers() -> None:
    finding = layout("order", written('w:bottom="1134"', 'w:bottom="850"'))[0]

    assert finding.severity == "error"
    assert finding.path == "page"
    assert finding.message == "Поле слишком узкое: нижнее 15 мм, а нужно не меньше 20 мм."
