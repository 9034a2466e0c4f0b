"""What people send by mistake is refused, or read, in words that name the place and the way out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from service.batches.blank import blank_workbook
from service.batches.preflight import Preflight, preflight
from service.batches.source import read_source
from service.errors import BatchInvalid
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.batches.books import KIND, MAIN, cell, checked, edited, errors, reports
from tests.service.importing.office_files import saved

OLD_EXCEL = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000)
VISITS = "Посещения школы"
LINE = json.dumps(read_sample(KIND), ensure_ascii=False)


def taken(data: bytes, name: str) -> Preflight:
    return preflight(KIND, read_source(KIND, data, file_name=name, parse_json=parse_json), {})


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", OLD_EXCEL, "старого формата .xls"),
        ("a.xlsx", "№ в файле;Проект".encode(), "Это не книга Excel"),
        ("a.csv", b"1;2", "Формат .csv не читается. Откройте его в Excel"),
        ("a.xlsx", b"", "Файл пуст"),
        ("a.jsonl", b"\xef\xbb\xbf\n", "ни одного документа"),
        ("a.json", reports(1), "похоже на книгу Excel"),
        ("a.json", LINE.encode(), "возьмите в квадратные скобки"),
        ("a.json", f"{LINE}\n{LINE}".encode(), "назовите его .jsonl"),
        ("a.jsonl", json.dumps([json.loads(LINE)], indent=1).encode(), "назовите файл .json"),
        ("a.jsonl", LINE.encode("cp1251", "replace"), "не в кодировке UTF-8"),
        ("a.xlsx", saved(Workbook()), "нет листа с графами вида «Отчёт куратора»"),
        ("a.xlsx", blank_workbook(KIND, read_sample(KIND)), "Строка «пример» не считается"),
    ],
)
def test_another_file_than_its_name_says_is_refused_with_the_way_out(
    name: str, data: bytes, said: str
) -> None:
    with pytest.raises(BatchInvalid, match=said):
        taken(data, name)


def test_the_harmless_twins_are_read() -> None:
    for name, data in (
        ("А.XLSX", reports(1)),
        ("a.json", f"[{LINE}]".encode()),
        ("a.jsonl", f"\ufeff{LINE}\r\n\r\n".encode()),
    ):
        assert taken(data, name).ready == 1


def test_a_broken_line_is_named_and_no_double_of_another_broken_one() -> None:
    result = taken(f'{LINE}\n{{"a":1,\n{{"b":\n'.encode(), "a.jsonl")

    assert [verdict.row.number for verdict in result.verdicts] == [1, 2, 3]
    for index in (1, 2):
        [line] = errors(result, index)
        assert line.startswith("Ошибка в JSON: знак ")


def changed(change: Callable[[Any], object]) -> Preflight:
    return checked(edited(reports(2), change))


def file_lines(result: Preflight) -> list[str]:
    return [f"{message.severity}: {message.line}" for message in result.remarks]


def test_a_second_sheet_of_papers_is_not_lost_in_silence() -> None:
    def copy(book: Workbook) -> None:
        book.copy_worksheet(book[MAIN]).title = "Документы 2"

    [line] = file_lines(changed(copy))

    assert line.startswith("error: лист «Документы 2»: Похоже, здесь тоже документы")
    assert file_lines(
        changed(lambda book: book.create_sheet("Мои заметки").append(["Проект", "что-то"]))
    ) == ["warning: лист «Мои заметки»: Лист не распознан и не прочитан."]


def test_hidden_sheets_are_named_with_the_way_to_show_them() -> None:
    with pytest.raises(BatchInvalid, match="Лист «Документы» скрыт"):
        changed(lambda book: setattr(book[MAIN], "sheet_state", "hidden"))

    result = changed(lambda book: setattr(book[VISITS], "sheet_state", "hidden"))

    [line] = file_lines(result)
    assert line.startswith("error: лист «Посещения школы»: Лист скрыт и не прочитан.")
    assert errors(result) == ["строка 2 «Посещения школы»: Строк должно быть от 1 до 100."]


def test_a_missing_column_is_named_on_its_rows_too() -> None:
    result = changed(lambda book: setattr(cell(book, "Этап", 1), "value", "Стадия"))

    assert file_lines(result) == [
        "warning: C1: Графа «Стадия» не распознана, данные из неё не взяты.",
        "error: лист «Документы»: Нет обязательной графы «Этап».",
    ]
    assert errors(result) == ["строка 2 «Этап»: Обязательное поле не заполнено."]


def test_a_missing_key_column_is_said_once_for_the_sheet() -> None:
    result = changed(lambda book: book[MAIN].delete_cols(1))

    assert file_lines(result) == [
        "error: лист «Документы»: Нет графы «№ в файле»: по ней строки списков относят к документам."
    ]
    assert result.ready == 0


def test_headers_under_a_merged_group_and_over_two_rows_are_found() -> None:
    def group(book: Workbook) -> None:
        book[MAIN].insert_rows(1)
        book[MAIN]["A1"] = "Общие сведения"
        book[MAIN].merge_cells("A1:D1")

    def two_rows(book: Workbook) -> None:
        book[MAIN].insert_rows(2)
        for column in range(1, 10):
            book[MAIN].merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)

    for change in (group, two_rows):
        result = changed(change)
        assert (result.ready, [one.row.number for one in result.verdicts]) == (2, [3, 4])


def test_columns_in_another_order_and_trailing_formatted_rows_change_nothing() -> None:
    def turn(book: Workbook) -> None:
        lines = [[one.value for one in row][::-1] for row in book[MAIN].iter_rows()]
        del book[MAIN]
        sheet = book.create_sheet(MAIN)
        for line in lines:
            sheet.append(line)
        for row in range(10, 500):
            sheet.cell(row, 3).fill = PatternFill("solid", fgColor="FFFFFF00")
            sheet.cell(row, 4).value = " \u00a0"

    result = changed(turn)

    assert (result.ready, len(result.verdicts)) == (2, 2)


def test_a_copied_row_is_named_with_the_row_it_repeats() -> None:
    def copy(book: Workbook) -> None:
        for one in book[MAIN][2]:
            book[MAIN].cell(4, one.column).value = one.value

    assert errors(changed(copy), 2) == [
        "A4 «№ в файле»: «№ в файле» 1 уже стоит в строке 2: у каждого документа он свой.",
        "строка 4: Строка повторяет строку 2: оставьте одну из них.",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            '=HYPERLINK("http://example.org","сюда")',
            "N2 «Школа: Наименование»: В ячейке формула без значения.",
        ),
        ("Школа " + "я" * 300, "N2 «Школа: Наименование»: Слишком длинный текст: 306 знаков"),
        ("#Н/Д", ""),
        ("Школа\nномер 5", ""),
        ("'=1+1", ""),
    ],
)
def test_a_name_that_cannot_be_is_named_with_its_cell(value: str, said: str) -> None:
    found = errors(changed(lambda book: setattr(cell(book, "Школа: Наименование", 2), "value", value)))

    assert [line for line in found if line.startswith(said or "?")] == found


def test_control_characters_do_not_get_in() -> None:
    def with_cell(old: bytes, new: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(reports(1))) as book, zipfile.ZipFile(stream, "w") as made:
            for name in book.namelist():
                part = book.read(name)
                made.writestr(name, part.replace(old, new) if "sheet2" in name else part)
        return stream.getvalue()

    escaped = read_source(
        KIND, with_cell(b"500+", b"5_x0007_00+_x0001_"), file_name="a.xlsx", parse_json=parse_json
    )
    assert escaped.rows[0].payload["project"] == "«500+»"
    with pytest.raises(BatchInvalid, match="ошибка XML"):
        taken(with_cell(b"500+", b"5\x0700"), "a.xlsx")
