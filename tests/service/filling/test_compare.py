from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TemplateError
from service.filling import compare
from service.filling.compare import printed_text
from service.filling.marks import MARK
from service.filling.printed import printed

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SOURCE = [f"<w:body {W}><w:p><w:r><w:t>до ", MARK, " после</w:t></w:r></w:p></w:body>"]

# Every character that XML 1.0 can carry but the two ends of a line that parsers normalise.
PRINTABLE = st.text(
    st.characters(
        blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff", whitelist_characters="\n"
    )
)


def put_in(source: list[str], *values: str) -> tuple[bytes, str]:
    return compare.PartText().put_in(source, [printed(value) for value in values])


@given(PRINTABLE)
def test_what_is_put_in_is_what_is_printed(value: str) -> None:
    xml, expected = put_in(SOURCE, value)

    assert printed_text(xml) == expected == f"до {value} после"


@given(PRINTABLE)
def test_a_piece_may_hold_marks_among_its_constants(value: str) -> None:
    xml, expected = put_in(["".join(SOURCE)], value)

    assert (xml, expected) == put_in(SOURCE, value)


@given(st.lists(PRINTABLE, min_size=1, max_size=5), st.lists(PRINTABLE, min_size=1, max_size=5))
def test_what_was_learnt_from_one_paper_changes_nothing_in_the_next(first: list, second: list) -> None:
    text = compare.PartText()

    def pieces(values: list) -> list[str]:
        return [piece for n in range(len(values)) for piece in (SOURCE[0] if not n else "", MARK)] + SOURCE[
            2:
        ]

    text.put_in(pieces(first), [printed(value) for value in first])
    learnt = text.put_in(pieces(second), [printed(value) for value in second])

    assert learnt == put_in(pieces(second), *second)


def test_a_lost_character_is_a_difference_that_is_placed() -> None:
    """T-02."""
    _, expected = put_in(SOURCE, "отчёт и справка")
    damaged, _ = put_in(SOURCE, "отчёт справка")

    with pytest.raises(TemplateError, match="знак 10, всего 22 знаков вместо 24"):
        compare.require_equal(expected, printed_text(damaged), part="word/document.xml")


def test_an_added_character_is_a_difference() -> None:
    _, expected = put_in(SOURCE, "отчёт")
    damaged, _ = put_in(SOURCE, "отчёт!")

    with pytest.raises(TemplateError):
        compare.require_equal(expected, printed_text(damaged), part="word/document.xml")


def test_a_value_that_reaches_no_piece_is_refused() -> None:
    with pytest.raises(TemplateError, match="не попадает"):
        put_in(SOURCE, "первое", "потерянное")


def test_a_mark_without_a_value_is_refused() -> None:
    with pytest.raises(TemplateError, match="не попадает"):
        put_in([*SOURCE, MARK], "единственное")


def test_a_value_that_no_file_can_hold_is_refused() -> None:
    """T-02."""
    with pytest.raises(TemplateError, match="нет в Юникоде"):
        put_in(SOURCE, "\ud800")


def test_a_value_inside_of_a_tag_is_no_text() -> None:
    source = [f'<w:p {W}><w:pPr><w:ind w:left="', MARK, '"/></w:pPr><w:r><w:t>а</w:t></w:r></w:p>']

    xml, expected = put_in(source, "709")

    assert b'w:left="709"' in xml
    assert printed_text(xml) == expected == "а"


def test_equal_texts_pass() -> None:
    compare.require_equal("текст", "текст", part="word/document.xml")


def test_a_part_that_is_not_whole_is_refused() -> None:
    with pytest.raises(TemplateError, match="повреждённый"):
        printed_text(b"<w:p><w:r>")


def test_a_break_counts_as_a_line_end() -> None:
    source = f"<w:p {W}><w:r><w:t>а</w:t><w:br/><w:t>б</w:t></w:r></w:p>"
    xml, expected = put_in([source])

    assert printed_text(xml) == expected == "а\nб"


def test_a_part_of_many_slices_gives_the_same_text() -> None:
    row = f"<w:p><w:r><w:t>до {MARK} &amp; после</w:t><w:br/></w:r></w:p>"
    xml, expected = put_in([f"<w:body {W}>", row, "</w:body>"], "слово " * 500_000)

    assert len(xml) > 3 * 1024 * 1024
    assert printed_text(xml) == expected
