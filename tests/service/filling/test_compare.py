from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TemplateError
from service.filling import compare
from service.filling.environment import MARK

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SOURCE = f"<w:body {W}><w:p><w:r><w:t>до {MARK.format(0)} после</w:t></w:r></w:p></w:body>"

# Every character that XML 1.0 can carry but the two ends of a line that parsers normalise.
PRINTABLE = st.text(
    st.characters(
        blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff", whitelist_characters="\n"
    )
)


@given(PRINTABLE)
def test_what_is_put_in_is_what_is_printed(value: str) -> None:
    xml = compare.put_in(SOURCE, [value]).encode()

    assert compare.printed_text(xml) == compare.expected_text(SOURCE, [value]) == f"до {value} после\n"


def test_a_lost_character_is_a_difference_that_is_placed() -> None:
    expected = compare.expected_text(SOURCE, ["отчёт и справка"])
    damaged = compare.put_in(SOURCE, ["отчёт справка"]).encode()

    with pytest.raises(TemplateError, match="знак 10, всего 23 знаков вместо 25"):
        compare.require_equal(expected, compare.printed_text(damaged), part="word/document.xml")


def test_an_added_character_is_a_difference() -> None:
    expected = compare.expected_text(SOURCE, ["отчёт"])
    damaged = compare.put_in(SOURCE, ["отчёт!"]).encode()

    with pytest.raises(TemplateError):
        compare.require_equal(expected, compare.printed_text(damaged), part="word/document.xml")


def test_equal_texts_pass() -> None:
    compare.require_equal("текст\n", "текст\n", part="word/document.xml")


def test_a_part_that_is_not_whole_is_refused() -> None:
    with pytest.raises(TemplateError, match="повреждённый"):
        compare.printed_text(b"<w:p><w:r>")


def test_tabs_and_breaks_count_as_printed() -> None:
    source = f"<w:p {W}><w:r><w:t>а</w:t><w:tab/><w:br/><w:t>б</w:t></w:r></w:p>"

    assert compare.printed_text(source.encode()) == compare.expected_text(source, []) == "а\t\nб\n"


def test_a_tab_stop_of_a_paragraph_is_no_character() -> None:
    source = f'<w:p {W}><w:pPr><w:tabs><w:tab w:val="right" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>а</w:t></w:r></w:p>'

    assert compare.printed_text(source.encode()) == compare.expected_text(source, []) == "а\n"
