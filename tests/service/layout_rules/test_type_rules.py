"""Every rule about type and paragraphs: a sample passes, the same sample spoiled in one value does not."""

from __future__ import annotations

import pytest

from tests.service.layout_rules.spoiled import (
    Spoil,
    both,
    inserted,
    layout,
    paragraph,
    rules,
    styled,
    written,
)

LONG_NAME = "Управление образования администрации Лесного муниципального округа Заречной области"
CALIBRI = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/>'

CASES = [
    ("G-FONT-01", "order", styled("Text", "rPr", CALIBRI)),
    ("G-FONT-02", "order", styled("Text", "rPr", '<w:sz w:val="22"/>')),
    ("G-FONT-02", "order", styled("HeadContacts", "rPr", '<w:sz w:val="18"/>')),
    ("G-FONT-03", "roadmap", styled("CellText", "rPr", '<w:sz w:val="14"/>')),
    ("G-FONT-04", "order", styled("Clause", "rPr", CALIBRI)),
    ("G-FONT-05", "order", styled("TitleText", "rPr", '<w:u w:val="single"/>')),
    ("G-FONT-05", "order", styled("HeadName", "rPr", '<w:i w:val="1"/>')),
    ("G-FONT-05", "order", styled("DocKind", "rPr", '<w:color w:val="C00000"/>')),
    ("G-FONT-05", "roadmap", styled("CellText", "rPr", '<w:color w:val="0070C0"/>')),
    ("G-FONT-06", "order", styled("Executor", "rPr", '<w:sz w:val="12"/>')),
    ("G-PAR-01", "order", styled("Text", "pPr", '<w:ind w:firstLine="0"/>')),
    ("G-PAR-01", "order", styled("Clause", "pPr", '<w:ind w:left="709" w:firstLine="709"/>')),
    ("G-PAR-01", "order.000", styled("Item", "pPr", '<w:ind w:left="0" w:firstLine="0"/>')),
    ("G-PAR-02", "order", styled("Text", "pPr", '<w:spacing w:line="480" w:lineRule="auto"/>')),
    ("G-PAR-02", "order", styled("Text", "pPr", '<w:spacing w:line="200" w:lineRule="exact"/>')),
    ("G-PAR-02", "order", styled("Text", "pPr", '<w:spacing w:line="360" w:lineRule="exact"/>')),
    ("G-PAR-03", "order", styled("HeadName", "pPr", '<w:spacing w:line="360" w:lineRule="auto"/>')),
    (
        "G-PAR-03",
        "order",
        both(
            inserted(paragraph("(сокращённое)", "HeadShort"), before="ПРИКАЗ<"),
            styled("DocKind", "pPr", '<w:spacing w:before="0"/>'),
        ),
    ),
    ("G-PAR-04", "order", written("Во исполнение", "Во  исполнение")),
    ("G-PAR-04", "order", styled("Text", "rPr", '<w:spacing w:val="30"/>')),
    ("G-PAR-05", "order", styled("Text", "pPr", '<w:jc w:val="left"/>')),
    ("G-PAR-06", "information_note", styled("Sub1", "pPr", '<w:ind w:firstLine="0"/>')),
    (
        "G-PAR-07",
        "order",
        both(
            styled("HeadName", "pPr", '<w:ind w:left="0" w:right="0"/>'),
            written("Управление образования администрации<", f"{LONG_NAME}<"),
        ),
    ),
    ("G-PAR-07", "order.001", styled("TitleLeft", "pPr", '<w:ind w:left="0" w:right="0"/>')),
    ("G-PAR-08", "order", styled("HeadShort", "pPr", '<w:jc w:val="left"/>')),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_spoiled_type_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_one_cause_is_one_finding_with_the_number_of_its_paragraphs() -> None:
    found = layout("order", styled("Clause", "pPr", '<w:jc w:val="left"/>'))

    # Sub-clauses have a style of their own; the three clauses of the closing row inherit from «Пункт».
    (finding,) = [one for one in found if one.rule == "G-PAR-05"]
    assert finding.severity == "error"
    assert finding.path == "paragraph.17"
    assert finding.message.startswith("Текст выровнен по левому краю, а нужно по ширине: «Утвердить дорожную")
    assert finding.message.endswith("Всего таких абзацев: 6.")


def test_a_spaced_out_operative_word_is_no_defect() -> None:
    assert "G-PAR-04" not in rules("order", written("ПРИКАЗЫВАЮ:", "п р и к а з ы в а ю:"))


def test_an_exact_spacing_that_fits_is_only_a_warning() -> None:
    exact = styled("Text", "pPr", '<w:spacing w:line="360" w:lineRule="exact"/>')

    assert {one.severity for one in layout("order", exact) if one.rule == "G-PAR-02"} == {"warning"}


def test_the_angular_line_is_longer_in_the_new_edition() -> None:
    wide = styled("TitleLeft", "pPr", '<w:ind w:left="0" w:right="5158"/>')  # 79 mm are left
    long_title = written("Об утверждении дорожной карты", "Об утверждении большой дорожной карты развития")

    assert "G-PAR-07" in rules("order.001", both(wide, long_title), gost="2016")
    assert "G-PAR-07" not in rules("order.001", both(wide, long_title), gost="2025")
