"""Verdicts come back in the coordinator's own workbook, and nothing else in it changes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from service.batches.style_xml import MARKS
from service.batches.verdicts import Outcome, verdict_workbook
from tests.service.batches.books import MAIN, cell, checked, column_of, edited, opened, read, reports

VISITS = "Посещения школы"
VERDICTS = {"Статус", "Замечания", "Рег. номер", "Файл"}


def decorated(book: Workbook) -> None:
    """What a coordinator adds for herself."""
    sheet = book[MAIN]
    sheet["B2"].font = Font(name="Arial", size=14, bold=True, color="FF7030A0")
    sheet["C2"].fill = PatternFill("solid", fgColor="FFB4E5A2")
    sheet["AA2"].fill = PatternFill("solid", fgColor="FFB4E5A2")
    sheet["D2"].border = Border(bottom=Side(style="double", color="FF0000FF"))
    sheet["B3"].comment = Comment("Уточнить у куратора", "Велесова М.И.")
    sheet.column_dimensions["B"].width = 71
    sheet.row_dimensions[2].height = 133
    sheet.conditional_formatting.add(
        "D2:D9", CellIsRule(operator="lessThan", formula=["2000"], font=Font(bold=True))
    )
    sheet.auto_filter.ref = "A1:AC9"
    own = book.create_sheet("Сводка")
    own.append(["Школа", "Посещений"])
    own.append(["№ 1", "=COUNTA('Посещения школы'!A2:A99)"])
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    own.add_chart(chart, "D2")


def spoiled(number: int, payload: dict[str, Any]) -> None:
    if number == 1:
        del payload["problems"]
        payload["visits"][1]["date"] = "32.13.2022"


def with_verdicts(data: bytes) -> bytes:
    result = checked(data)
    outcomes = [
        Outcome(
            one.row,
            "не принят" if one.refused else "готов",
            one.messages,
            file="" if one.refused else "Отчёт.pdf",
        )
        for one in result.verdicts
    ]
    return verdict_workbook(data, read(data), outcomes)


def looks(sheet: Any) -> dict[str, tuple[Any, ...]]:
    """Value and whole format of every cell but those of the verdicts."""
    own = {c.column_letter for c in sheet[1] if c.value in VERDICTS}
    return {
        c.coordinate: (
            c.value,
            *map(repr, (c.font, c.border, c.alignment, c.number_format, c.protection, c.fill)),
        )
        for line in sheet.iter_rows()
        for c in line
        if get_column_letter(c.column) not in own
    }


def test_the_row_says_what_is_wrong_and_the_cells_are_marked() -> None:
    book = opened(with_verdicts(reports(2, spoiled)))

    assert cell(book, "Статус", 2).value == "не принят"
    assert "AA2 «Проблемы»: Обязательное поле не заполнено." in cell(book, "Замечания", 2).value
    assert "лист «Посещения школы», B3 «Дата»: Дата не распознана." in cell(book, "Замечания", 2).value
    assert cell(book, "Замечания", 3, VISITS).value.startswith("B3 «Дата»: Дата не распознана.")
    assert book[MAIN]["AA2"].fill.fgColor.rgb == MARKS["error"]
    assert book[VISITS]["B3"].fill.fgColor.rgb == MARKS["error"]
    assert (cell(book, "Статус", 3).value, cell(book, "Файл", 3).value) == ("готов", "Отчёт.pdf")
    assert not cell(book, "Замечания", 3).value


def test_everything_else_stays_as_it_was() -> None:
    data = edited(reports(2, spoiled), decorated)

    after = with_verdicts(data)

    before, book = opened(data), opened(after)
    assert book.sheetnames == before.sheetnames
    marked = {(MAIN, "AA2"), (VISITS, "B3")}
    for sheet in before:
        was, now = looks(sheet), looks(book[sheet.title])
        for place, look in was.items():
            kept = slice(0, -1) if (sheet.title, place) in marked else slice(None)
            assert now[place][kept] == look[kept], (sheet.title, place)
        widths = {letter: one.width for letter, one in sheet.column_dimensions.items()}
        assert widths.items() <= {k: v.width for k, v in book[sheet.title].column_dimensions.items()}.items()
        assert book[sheet.title].freeze_panes == sheet.freeze_panes
        rules = [(r.sqref, r.formula1, r.prompt) for r in sheet.data_validations.dataValidation]
        assert [
            (r.sqref, r.formula1, r.prompt) for r in book[sheet.title].data_validations.dataValidation
        ] == rules
    assert book[MAIN].row_dimensions[2].height == 133
    assert book[MAIN]["B3"].comment.text == "Уточнить у куратора"
    assert len(book[MAIN].conditional_formatting) == 1
    assert book[MAIN].auto_filter.ref == "A1:AC9"


def test_parts_that_nobody_writes_into_are_the_same_bytes() -> None:
    data = edited(reports(2, spoiled), decorated)

    after = with_verdicts(data)

    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.namelist() == old.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert "xl/styles.xml" in changed
    assert all(name.startswith("xl/worksheets/sheet") or name == "xl/styles.xml" for name in changed)
    assert "xl/charts/chart1.xml" in old.namelist()


def test_a_corrected_cell_gets_its_own_look_again() -> None:
    data = edited(reports(2, spoiled), decorated)
    first = with_verdicts(data)

    corrected = edited(first, lambda book: setattr(book[MAIN]["AA2"], "value", "Нет"))
    second = opened(with_verdicts(corrected))

    assert opened(first)[MAIN]["AA2"].fill.fgColor.rgb == MARKS["error"]
    assert second[MAIN]["AA2"].fill.fgColor.rgb == "FFB4E5A2"
    assert second[VISITS]["B3"].fill.fgColor.rgb == MARKS["error"]
    assert "Проблемы" not in cell(second, "Замечания", 2).value


def test_a_second_verdict_writes_over_the_first() -> None:
    data = reports(3, spoiled)

    twice = opened(with_verdicts(with_verdicts(data)))

    headers = [c.value for c in twice[MAIN][1]]
    assert [header for header in headers if header in VERDICTS] == [
        "Статус",
        "Замечания",
        "Рег. номер",
        "Файл",
    ]
    assert [c.value for c in twice[VISITS][1]].count("Замечания") == 1
    assert len(read(with_verdicts(data)).rows) == 3


def test_sorted_rows_keep_their_verdicts_and_keys() -> None:
    first = with_verdicts(reports(3, spoiled))

    def turn_over(book: Workbook) -> None:
        sheet = book[MAIN]
        lines = [[c.value for c in line] for line in sheet.iter_rows(min_row=2)]
        for row, values in enumerate(reversed(lines), start=2):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value

    rows = read(edited(first, turn_over)).rows

    assert [row.key for row in rows] == ["3", "2", "1"]
    assert [len(row.payload["visits"]) for row in rows] == [5, 5, 5]


def test_a_column_of_remarks_that_is_the_coordinators_own_is_not_written_into() -> None:
    def own(book: Workbook) -> None:
        sheet = book[MAIN]
        place = sheet.max_column + 1
        sheet.cell(1, place, "Замечания")
        sheet.cell(2, place, "позвонить в школу")

    data = edited(reports(2, spoiled), own)

    book = opened(with_verdicts(with_verdicts(data)))

    letters = [c.column_letter for c in book[MAIN][1] if c.value == "Замечания"]
    assert book[MAIN][f"{letters[0]}2"].value == "позвонить в школу"
    assert "Проблемы" in book[MAIN][f"{letters[1]}2"].value
    assert len(letters) == 2


def test_a_remark_is_a_text_and_never_a_formula() -> None:
    """T-07."""
    data = edited(
        reports(1), lambda book: setattr(book[MAIN][f"{column_of(book[MAIN], 'Этап')}2"], "value", "x")
    )
    [verdict] = checked(data).verdicts

    outcome = Outcome(verdict.row, "=1+1", verdict.messages, file="=cmd|' /C calc'!A0\x01")
    book = opened(verdict_workbook(data, read(data), [outcome]))

    assert cell(book, "Статус", 2).data_type != "f"
    assert cell(book, "Файл", 2).value == "=cmd|' /C calc'!A0 "
