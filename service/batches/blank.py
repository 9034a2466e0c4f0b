"""The Excel blank of a kind: a sheet for papers and one for every list, drop-downs, hints, an example, a guide."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.batches.guide import GUIDE, write_guide
from service.batches.layout import EXAMPLE, KEY, Column, SheetPlan, book_plan
from service.batches.spread import Spread, filled_columns, spread_payload
from service.form_plan import FieldPlan

LISTS = "Списки"
_LAST_ROW = 20_001
_PROMPT, _PROMPT_TITLE = 255, 32  # Excel's own limits
_LINE = Side(style="thin", color="FFB8C2CC")
_HEAD = {
    "required": PatternFill("solid", fgColor="FF1D4B73"),
    "optional": PatternFill("solid", fgColor="FF5B7F9E"),
    "aside": PatternFill("solid", fgColor="FF8B93A0"),
    "key": PatternFill("solid", fgColor="FF1F5D3A"),
}
_EXAMPLE_FILL = PatternFill("solid", fgColor="FFF1F1EC")
_EXAMPLE_FONT = Font(name="Calibri", size=10, italic=True, color="FF5A6472")
_WIDTHS: dict[str, float] = {"date": 13, "whole": 11, "amount": 12, "yes": 10, "choice": 22, "line": 24}
_FORMATS = {"date": "DD.MM.YYYY", "whole": "0", "amount": "General"}


def blank_workbook(kind_name: str, example: Mapping[str, Any]) -> bytes:
    """Return the blank of a kind as .xlsx.

    Args:
        kind_name: a known kind.
        example: a payload that is shown on lines marked «Пример», which the reader leaves out.
    """
    return workbook_of(kind_name, [(EXAMPLE.capitalize(), example)], rare=False)


def workbook_of(
    kind_name: str, papers: Sequence[tuple[str, Mapping[str, Any]]], *, rare: bool = True
) -> bytes:
    """Return a workbook in the shape of the blank with papers.

    Args:
        kind_name: a known kind.
        papers: key and payload of each.
        rare: whether fields that are rarely needed get a column where a paper fills them; else they are left out.
    """
    plan = book_plan(kind_name)
    spread: Spread = {sheet.title: [] for sheet in plan.sheets()}
    for key, payload in papers:
        for title, lines in spread_payload(plan, payload, key).items():
            spread[title] += lines
    book = Workbook()
    guide = book.active
    guide.title = GUIDE
    lists = _Lists(book)
    for sheet in plan.sheets():
        _write_sheet(book.create_sheet(sheet.title), sheet, spread, lists, rare=rare)
    lists.finish()
    write_guide(guide, plan)
    # A date of making would make two blanks of one program differ.
    book.properties.created = book.properties.modified = dt.datetime(2022, 1, 1)  # noqa: DTZ001 - as openpyxl wants it
    book.properties.creator, book.properties.title = "Формуляр", f"Бланк: {plan.one}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Lists:
    """The hidden sheet with the choices: a list inside a rule may have 255 letters only."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.create_sheet(LISTS)
        self._book = book
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, labels: tuple[str, ...]) -> str:
        if labels not in self._known:
            column = len(self._known) + 1
            for row, label in enumerate(labels, start=1):
                _put(self._sheet, row, column, label)
            letter = get_column_letter(column)
            self._known[labels] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(labels)}"
        return self._known[labels]

    def finish(self) -> None:
        self._sheet.sheet_state = "hidden"
        self._book.move_sheet(LISTS, len(self._book.sheetnames))


def _write_sheet(sheet: Worksheet, plan: SheetPlan, spread: Spread, lists: _Lists, *, rare: bool) -> None:
    columns = [column for column in filled_columns(plan, spread) if rare or not column.rare]
    for number, header in enumerate(plan.keys, start=1):
        _head(sheet, number, header, "key", width=14)
        hint = _KEY_HINTS[header == KEY, plan.path == ()].format(header=header)
        _rule(sheet, number, header, hint, DataValidation(type=None))
    for number, column in enumerate(columns, start=len(plan.keys) + 1):
        _write_column(sheet, number, column, lists)
    headers = [*plan.keys, *(column.header for column in columns)]
    for row, line in enumerate(spread[plan.title], start=2):
        for number, header in enumerate(headers, start=1):
            _put(sheet, row, number, line.get(header))
            if str(line[KEY]).casefold() == EXAMPLE:
                sheet.cell(row, number).fill, sheet.cell(row, number).font = _EXAMPLE_FILL, _EXAMPLE_FONT
    sheet.row_dimensions[1].height = 62
    sheet.freeze_panes = sheet.cell(2, len(plan.keys) + 1)
    sheet.sheet_view.zoomScale = 90
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


_KEY_HINTS = {
    (True, True): "Любая короткая пометка, своя у каждого документа: 1, 2, 3. Не меняйте её после загрузки.",
    (True, False): "Пометка документа с листа «Документы», к которому относится эта строка.",
    (False, False): "{header}: одинаковый номер связывает строки двух листов одного документа.",
}


def _write_column(sheet: Worksheet, number: int, column: Column, lists: _Lists) -> None:
    plan = column.plan
    style = "required" if column.required else "aside" if column.aside else "optional"
    _head(sheet, number, column.header, style, width=_WIDTHS.get(plan.control, 36))
    dimension = sheet.column_dimensions[get_column_letter(number)]
    dimension.number_format = _FORMATS.get(plan.control, "@")
    if column.aside:
        dimension.outlineLevel = 1
    rule = DataValidation(type=None)
    labels = (
        ("да", "нет") if plan.control == "yes" else tuple(label for value, label in plan.options if value)
    )
    if labels:
        rule = DataValidation(type="list", formula1=lists.range_of(labels), errorStyle="warning")
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = "Нет в списке", "Выберите значение из списка."
    _rule(sheet, number, column.header, hint_of(plan, required=column.required), rule)


def hint_of(plan: FieldPlan, *, required: bool) -> str:
    """Return what a person should know before he fills a cell in, in at most three short sentences."""
    words = ["Обязательно." if required else "", plan.help, _MANNERS.get(plan.control, "")]
    if plan.placeholder and plan.control not in {"date", "lines", "texts"}:
        words.append(f"Например: {plan.placeholder}")
    elif plan.placeholder and plan.control != "date":
        words.append(f"Например: {plan.placeholder.splitlines()[0]}")
    return " ".join(word for word in words if word)


_MANNERS = {
    "date": "Дата: 14.01.2022.",
    "lines": "Каждая строка ячейки – отдельная запись (Alt+Enter).",
    "texts": "Каждая строка ячейки – отдельная запись (Alt+Enter).",
    "yes": "«да» или «нет».",
    "choice": "Выберите из списка.",
}


def _head(sheet: Worksheet, number: int, header: str, style: str, *, width: float) -> None:
    cell = sheet.cell(1, number)
    _put(sheet, 1, number, header)
    cell.fill = _HEAD[style]
    cell.font = Font(name="Calibri", size=10, bold=True, color="FFFFFFFF")
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = Border(left=_LINE, right=_LINE, bottom=_LINE)
    dimension = sheet.column_dimensions[get_column_letter(number)]
    dimension.width = width
    dimension.number_format = "@"
    dimension.alignment = Alignment(wrap_text=True, vertical="top")
    dimension.font = Font(name="Calibri", size=10)


def _rule(sheet: Worksheet, number: int, header: str, hint: str, rule: DataValidation) -> None:
    rule.allow_blank = True
    rule.promptTitle = header.rpartition(": ")[2][:_PROMPT_TITLE]
    rule.prompt = hint if len(hint) <= _PROMPT else f"{hint[: _PROMPT - 1].rstrip()}…"
    rule.showInputMessage = True
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(rule)


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a value; a text is never taken for a formula (T-07)."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True
    dimension = sheet.column_dimensions[get_column_letter(column)]
    if row > 1:
        cell.number_format = dimension.number_format
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(name="Calibri", size=10)
