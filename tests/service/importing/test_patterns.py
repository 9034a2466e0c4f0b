"""The pattern reads a sheet exactly as the tree does, or leaves it to the tree."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from service.errors import PayloadTooLarge
from service.importing.xlsx_cells import CellReader
from service.importing.xlsx_patterns import survey_by_pattern
from service.importing.xlsx_survey import UNSOLVED, Survey, survey_by_tree
from tests.service.batches.books import reports
from tests.service.importing.office_files import saved

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture(scope="module")
def reader() -> CellReader:
    book = Workbook()
    book.active["A1"].number_format = "DD.MM.YYYY"
    book.active["A1"] = 1
    return CellReader(load_workbook(io.BytesIO(saved(book)), read_only=True))


def sheet(cells: str, *, head: str = "", tail: str = "", root: str = MAIN) -> bytes:
    text = f"<worksheet {root}>{head}<sheetData>{cells}</sheetData>{tail}</worksheet>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def both(xml: bytes, reader: CellReader) -> tuple[Survey | None, Survey]:
    """What the pattern and the tree found; None where the pattern gave up."""
    one, other = Survey("лист 1", reader, str.strip), Survey("лист 1", reader, str.strip)
    known = survey_by_pattern(xml, one)
    survey_by_tree(xml, other)
    return (one if known else None), other


PLAIN = {
    "numbers": '<row r="2"><c r="B2" s="1"><v>44708</v></c><c r="C2"><v>1.5E3</v></c></row>',
    "texts": '<row r="1"><c r="A1" t="inlineStr">'
    '<is><t xml:space="preserve"> а &amp; б&#10;в &#x416; </t></is></c></row>',
    "formulas": '<row r="1"><c r="A1" t="str"><f>1&lt;2</f><v>да</v></c>'
    '<c r="B1"><f>A1</f></c><c r="C1"><f t="shared" si="0"/></c></row>',
    "no addresses": '<row><c><v>1</v></c><c t="b"><v>1</v></c></row>'
    '<row/><row r="7" hidden="1"><c t="e"><v>#REF!</v></c></row>',
    "empty cells": '<row r="1" spans="1:3" x="1"><c r="A1" s="1"/><c r="B1"></c>'
    '<c r="C1"><v></v></c><c r="D1"><v/></c></row>',
    "line ends": '<row r="1">\r\n  <c r="A1" t="str">\r\n<v>а\r\nб</v> </c>\n</row>\n',
    "an empty inline text": '<row r="9"><c r="J9" t="inlineStr"><is><t/></is></c></row>',
}
STRANGE = {
    "a comment": '<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="B1"><v>2</v></c></row>',
    "CDATA": '<row r="1"><c r="A1" t="str"><v><![CDATA[1 < 2]]></v></c></row>',
    "an instruction": '<row r="1"><?x y?><c r="B1"><v>2</v></c></row>',
    "rich text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>а</t></r><r><t>б</t></r></is></c></row>',
    "another order of attributes": '<row r="1"><c t="str" r="A1"><v>а</v></c></row>',
    "another namespace": '<row r="1"><c r="A1" xmlns="urn:other"><v>1</v></c><c r="B1"><v>2</v></c></row>',
    "a row of another namespace": '<row r="1" xmlns="urn:other"><c r="A1"><v>1</v></c></row>',
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_cells_are_read_alike(name: str, reader: CellReader) -> None:
    found, expected = both(sheet(PLAIN[name]), reader)

    assert found == expected
    assert expected.rows or name == "empty cells"


@pytest.mark.parametrize("name", STRANGE)
def test_what_the_pattern_does_not_know_is_left_to_the_tree(name: str, reader: CellReader) -> None:
    found, _ = both(sheet(STRANGE[name]), reader)

    assert found is None


@pytest.mark.parametrize(
    "xml",
    [
        sheet("", root='xmlns="urn:other"'),
        sheet("<row/>", head='<x xmlns="urn:other"/>'),
        sheet("<row/>", tail="<!-- -->"),
        sheet("<row/>", tail="<x><sheetData/></x>"),
        sheet("<row/>", tail='<mergeCells><mergeCell x="" ref="A1:B1"/></mergeCells>'),
        sheet("<row/>").replace(b"UTF-8", b"KOI8-R"),
        sheet("<row/>").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    ],
)
def test_a_sheet_of_another_shape_is_left_to_the_tree(xml: bytes, reader: CellReader) -> None:
    assert not survey_by_pattern(xml, Survey("лист 1", reader, str))


def test_merged_ranges_are_read_alike(reader: CellReader) -> None:
    merges = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="C1:C4"/></mergeCells>'
    found, expected = both(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', tail=merges), reader)

    assert found == expected
    assert expected.merges == [(1, 1, 2, 1), (3, 1, 3, 4)]


def test_a_formula_without_a_result_is_a_doubt_in_both(reader: CellReader) -> None:
    found, expected = both(sheet('<row r="3"><c r="B3"><f>A1</f></c></row>'), reader)

    assert found == expected
    assert (expected.rows[3][2].doubt, expected.doubtful) == (UNSOLVED, {3})


def test_both_count_cells_against_the_same_limit(reader: CellReader) -> None:
    row = f"<row>{'<c/>' * 1000}</row>"

    for way in (survey_by_pattern, survey_by_tree):
        survey = Survey("лист 1", reader, str)
        survey_by_pattern(sheet(row * 999), survey)
        way(sheet(row), survey)
        with pytest.raises(PayloadTooLarge, match="больше 1000000 ячеек"):
            way(sheet("<row><c/></row>"), survey)


def test_the_sheets_of_our_own_blank_are_known_to_the_pattern(tmp_path: Path) -> None:
    data = reports(2)
    reader = CellReader(load_workbook(io.BytesIO(data), read_only=True))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "/worksheets/" in name]

    for xml in sheets:
        found, expected = both(xml, reader)
        assert found == expected
    assert len(sheets) > 5
