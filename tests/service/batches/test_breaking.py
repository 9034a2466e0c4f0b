"""Files as people spoil them: a plain sentence at its place, and never another paper without a word."""

from __future__ import annotations

import io
import secrets
import time
import zipfile

import pytest
from openpyxl import Workbook

from service.batches.blank import blank_workbook
from service.errors import BatchInvalid, PayloadTooLarge
from service.office_files.xml_shape import Inspector
from tests.samples import read_sample
from tests.service.batches.books import MAIN, cell, checked, edited, errors, reports


def doubled(*values: object) -> bytes:
    """Reports whose column «Год» stands a second time at the end, with these values."""

    def change(book: Workbook) -> None:
        sheet = book[MAIN]
        column = sheet.max_column + 1
        for row, value in enumerate(("Год", *values), start=1):
            sheet.cell(row, column).value = value

    return edited(reports(len(values)), change)


def test_a_column_that_stands_twice_with_other_values_stops_its_rows() -> None:
    result = checked(doubled(2022, 1999))

    assert [verdict.refused for verdict in result.verdicts] == [False, True]
    [line] = [one.line for one in result.verdicts[1].messages if one.severity == "error"]
    assert "«Год»: Графа стоит дважды, а значения разные: здесь «1999». Оставьте одну графу." in line


def test_a_column_that_stands_twice_with_the_same_or_no_values_stops_none() -> None:
    assert errors(checked(doubled(2022, None))) == []


def test_the_blank_of_another_kind_is_recognised() -> None:
    with pytest.raises(BatchInvalid, match=r"Похоже, это бланк вида «Приказ»: тогда выберите этот вид"):
        checked(blank_workbook("order", read_sample("order")))
    with pytest.raises(BatchInvalid, match="Возьмите бланк этого вида"):
        checked(edited(reports(1), only_the_guide))


def only_the_guide(book: Workbook) -> None:
    for sheet in book.worksheets[1:]:
        book.remove(sheet)


def test_hidden_rows_are_read_and_their_sheet_is_named() -> None:
    result = checked(edited(reports(2), lambda book: setattr(book[MAIN].row_dimensions[3], "hidden", True)))

    assert len(result.verdicts) == 2
    assert [one.line for one in result.remarks] == ["лист «Документы»: Скрытые строки перенесены: 1."]


@pytest.mark.parametrize(
    ("value", "number_format", "read"), [(2022.5, "0", 2023), (2021.5, "0", 2022), (2022.4, "0", 2022)]
)
def test_a_number_is_read_as_excel_shows_it(value: float, number_format: str, read: int) -> None:
    def change(book: Workbook) -> None:
        cell(book, "Год", 2).value = value
        cell(book, "Год", 2).number_format = number_format

    [verdict] = checked(edited(reports(1), change)).verdicts

    assert verdict.row.payload["year"] == read


def test_a_tag_without_an_end_costs_no_time() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        # Hard to pack, or the ZIP itself would be refused as a bomb.
        endless = secrets.token_hex(10_000_000).encode()
        package.writestr("xl/worksheets/sheet1.xml", b"<a b='" + endless)
    began = time.thread_time()

    with pytest.raises(PayloadTooLarge, match="тег длиной больше мегабайта"):
        checked(stream.getvalue())

    assert time.thread_time() - began < 3


def test_a_long_text_is_no_tag() -> None:
    inspector = Inspector(elements=10, depth=10)
    inspector.open("xl/sharedStrings.xml")
    for chunk in (b"<a><t>", *[b"0" * 60_000] * 50, b"</t></a>"):
        inspector.feed(chunk)
    inspector.close()
