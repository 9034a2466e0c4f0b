"""What coordinators do to a workbook is read as they meant it, or named with its cell."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from service.batches.preflight import preflight
from service.batches.source import read_source
from service.errors import BatchInvalid, PayloadTooLarge
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.batches.books import KIND, MAIN, cell, checked, column_of, edited, errors, read, reports
from tests.service.importing.office_files import excel, saved

VISITS = "Посещения школы"


def with_cells(data: bytes, **values: Any) -> bytes:
    """Set cells of the first paper: header with «_» for spaces -> value, or (value, format)."""

    def change(book: Workbook) -> None:
        for header, value in values.items():
            where = cell(book, header.replace("__", ": ").replace("_", " "), 2)
            where.value, where.number_format = value if isinstance(value, tuple) else (value, "General")

    return edited(data, change)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((dt.date(2022, 5, 27), "DD.MM.YYYY"), "2022-05-27"),
        ((dt.date(2022, 5, 27), "[$-419]D MMMM YYYY;@"), "2022-05-27"),
        ("27.05.2022", "2022-05-27"),
        (" 27.05.2022 г. ", "2022-05-27"),
        ("2022-05-27", "2022-05-27"),
    ],
)
def test_dates_are_read_as_dates_and_as_texts(value: object, expected: str) -> None:
    [row] = read(with_cells(reports(1), Дата_отчёта=value)).rows

    assert row.payload["reported_on"] == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [(376, "376"), (376.0, "376"), ("007", "007"), ((7, "000"), "007"), ("03а-ОД", "03а-ОД")],
)
def test_numbers_in_texts_are_what_the_cell_shows(value: object, shown: str) -> None:
    [row] = read(with_cells(reports(1), Договор_с_куратором__Номер_договора=value)).rows

    assert row.payload["contract"]["number"] == shown


@pytest.mark.parametrize("value", [2022, 2022.0, "2022", " 2 022 ", "2022,0"])
def test_whole_numbers_are_read_however_they_are_written(value: object) -> None:
    [row] = read(with_cells(reports(1), Год=value)).rows

    assert row.payload["year"] == 2022
    assert row.problems == ()


def test_a_day_kept_as_a_number_is_named() -> None:
    result = checked(with_cells(reports(1), Дата_отчёта=44708))

    assert errors(result) == [
        "G2 «Дата отчёта»: В ячейке число 44708. Если это дата 27.05.2022, задайте ячейке формат «Дата»."
    ]


def test_a_choice_that_is_not_in_the_list_is_named_with_what_was_meant() -> None:
    result = checked(with_cells(reports(1), Этап="1 этапп"))

    [line] = errors(result)
    assert line.startswith("C2 «Этап»: В списке нет значения «1 этапп». Возможно, вы имели в виду «1 этап».")


def test_choices_are_read_without_regard_to_case_spaces_and_yo() -> None:
    [row] = read(with_cells(reports(1), Этап="  1  ЭТАП ")).rows

    assert row.payload["stage"] == "1"


def test_a_formula_without_a_value_is_named_and_its_twin_with_a_value_is_read() -> None:
    """T-07."""
    bad = edited(reports(2), lambda book: setattr(cell(book, "Проект", 2), "value", '="«500"&"+»"'))

    result = checked(bad)

    assert errors(result, 0) == [
        "B2 «Проект»: В ячейке формула без значения. Откройте файл в Excel и сохраните его, или впишите значение."
    ]
    assert errors(result, 1) == []


def test_an_error_of_excel_in_a_cell_is_named() -> None:
    result = checked(with_cells(reports(1), Проблемы="#REF!"))

    assert errors(result) == ["AA2 «Проблемы»: В ячейке ошибка Excel #REF!."]


def test_cells_merged_downwards_count_for_every_row() -> None:
    def merge(book: Workbook) -> None:
        sheet, letter = book[MAIN], column_of(book[MAIN], "Проект")
        sheet.merge_cells(f"{letter}2:{letter}4")

    rows = read(edited(reports(3), merge)).rows

    assert [row.payload["project"] for row in rows] == ["«500+»"] * 3


def test_a_key_merged_over_its_list_counts_for_every_line() -> None:
    def merge(book: Workbook) -> None:
        lines = [line[0].row for line in book[VISITS].iter_rows(min_row=2) if line[0].value == "1"]
        book[VISITS].merge_cells(f"A{lines[0]}:A{lines[-1]}")

    [row] = read(edited(reports(1), merge)).rows

    assert len(row.payload["visits"]) == len(read_sample(KIND)["visits"])


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    def hide(book: Workbook) -> None:
        book[MAIN].row_dimensions[3].hidden = True
        book[MAIN].column_dimensions["B"].hidden = True

    source = read(edited(reports(3), hide))

    assert [row.key for row in source.rows] == ["1", "2", "3"]
    assert [remark.line for remark in source.remarks] == ["лист «Документы»: Скрытые строки перенесены: 1."]


def test_empty_rows_and_rows_that_are_only_numbered_are_no_papers() -> None:
    def change(book: Workbook) -> None:
        book[MAIN].insert_rows(3, amount=5)
        for row in range(20, 40):
            book[MAIN].cell(row, 1, str(row))
            book[MAIN].cell(row, 5).fill = PatternFill("solid", fgColor="FFFF0000")

    source = read(edited(reports(2), change))

    assert [(row.number, row.key) for row in source.rows] == [(2, "1"), (8, "2")]


def test_a_title_above_the_headers_and_moved_columns_are_no_trouble() -> None:
    def change(book: Workbook) -> None:
        sheet = book[MAIN]
        sheet.insert_cols(1)
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 1).value = sheet.cell(row, 4).value
        sheet.delete_cols(4)
        sheet.insert_rows(1, amount=2)
        sheet["A1"] = "Отчёты кураторов Озёрного района"

    [row] = read(edited(reports(1), change)).rows

    assert row.payload["stage"] == "1"
    assert row.number == 4


def test_a_renamed_column_is_said_with_what_was_meant() -> None:
    def rename(book: Workbook) -> None:
        cell(book, "Место работы куратора", 1).value = "Место рабты куратора"

    result = checked(edited(reports(1), rename))

    lines = [message.line for message in result.remarks]
    assert any("Графа «Место рабты куратора» не распознана" in line for line in lines)
    assert any("Возможно, вы имели в виду «Место работы куратора»" in line for line in lines)
    assert "лист «Документы»: Нет обязательной графы «Место работы куратора»." in lines
    assert errors(result) == ["строка 2 «Место работы куратора»: Обязательное поле не заполнено."]


def test_a_renamed_sheet_is_said_with_what_was_meant() -> None:
    def rename(book: Workbook) -> None:
        book["Мероприятия"].title = "Меропрятия"

    lines = [message.line for message in checked(edited(reports(1), rename)).remarks]

    assert (
        "лист «Меропрятия»: Лист не распознан и не прочитан. "
        "Возможно, вы имели в виду «Мероприятия»: тогда переименуйте лист."
    ) in lines


def test_the_sheet_of_papers_is_found_by_its_columns_when_it_was_renamed() -> None:
    def rename(book: Workbook) -> None:
        book[MAIN].title = "Отчёты"

    source = read(edited(reports(2), rename))

    assert len(source.rows) == 2
    assert source.remarks == ()


def test_a_line_of_a_list_without_a_key_stops_the_paper_above_it() -> None:
    def forget(book: Workbook) -> None:
        lines = [line[0] for line in book[VISITS].iter_rows(min_row=2) if line[0].value == "1"]
        lines[1].value = None

    result = checked(edited(reports(2), forget))

    assert "лист «Посещения школы», A3 «№ в файле»: Не заполнен «№ в файле»" in errors(result, 0)[0]
    assert errors(result, 1) == []


def test_a_line_of_a_list_for_an_unknown_paper_is_said() -> None:
    result = checked(edited(reports(1), lambda book: book[VISITS].append(["9", "27.05.2022"])))

    assert any("В файле нет документа с таким «№ в файле»" in message.line for message in result.remarks)


def test_two_rows_with_one_key_are_named() -> None:
    result = checked(edited(reports(2), lambda book: setattr(book[MAIN]["A3"], "value", "1")))

    assert "A3 «№ в файле»: «№ в файле» 1 уже стоит в строке 2: у каждого документа он свой." in errors(
        result, 1
    )


def test_twenty_thousand_rows_are_read_and_more_than_the_limit_are_refused() -> None:
    def book_of(rows: int) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(MAIN)
        sheet.append(["№ в файле", "Чей документ", "Номер документа"])
        for number in range(rows):
            sheet.append([number + 1, "управления образования", f"01-05/{number}"])
        return saved(book)

    rows = read(book_of(20_000), "acquaintance_sheet").rows

    assert (len(rows), rows[-1].key, rows[-1].payload["number"]) == (20_000, "20000", "01-05/19999")
    with pytest.raises(PayloadTooLarge, match="больше 100001 строк"):
        read(book_of(100_001), "acquaintance_sheet")


def test_a_book_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(BatchInvalid, match="нет листа с графами вида «Отчёт куратора»"):
        read(excel([["Товар", "Цена"], ["Мел", 10]]))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.xlsm", b"PK", "макрос"),
        ("a.xls", b"\xd0\xcf", "сохраните как «Книга Excel"),
        ("a.xlsx", b"no workbook", "не книга Excel"),
        ("a.txt", b"", ".xlsx"),
        ("a.json", b"{}", "список документов"),
        ("a.json", b"[]", "ни одного документа"),
        ("a.jsonl", b"\n\n", "Файл пуст"),
    ],
)
def test_what_is_no_batch_is_refused_with_the_reason(name: str, data: bytes, expected: str) -> None:
    with pytest.raises(BatchInvalid, match=expected):
        read_source(KIND, data, file_name=name, parse_json=parse_json)


def test_json_lines_stop_only_the_line_that_is_wrong() -> None:
    good = json.dumps(read_sample(KIND), ensure_ascii=False)
    data = f'\ufeff{good}\n\n{{"a": 1,}}\n'.encode()

    result = preflight(KIND, read_source(KIND, data, file_name="a.jsonl", parse_json=parse_json), {})

    assert [(one.row.number, one.refused) for one in result.verdicts] == [(1, False), (3, True)]
