"""The sheet «Как заполнять»: how the sheets hang together, and every column with what belongs there."""

from __future__ import annotations

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from service.batches.layout import KEY, MAIN, Column, SheetPlan

GUIDE = "Как заполнять"
_BOLD = Font(name="Calibri", size=10, bold=True)
_PLAIN = Font(name="Calibri", size=10)
_HEAD_FILL = PatternFill("solid", fgColor="FFE8EFF5")
_TOP = Alignment(wrap_text=True, vertical="top")
_COLUMNS = (("Лист", 24), ("Графа", 44), ("Обязательна", 13), ("Что писать", 56), ("Пример", 48))


_RULES = (
    "Строки с пометкой «Пример» показывают, как заполнять; программа их не читает, их можно удалить.",
    "Тёмно-синие графы обязательны, голубые – по необходимости. Графы можно переставлять и удалять.",
    "Заголовки граф и названия листов не меняйте: по ним программа узнаёт, что где стоит.",
    "Даты пишите как 14.01.2022. Номера с нулями впереди остаются как написаны: графы имеют формат «Текст».",
    "Несколько записей в одной ячейке начинайте каждую с новой строки (Alt+Enter).",
    "Если запись сама состоит из нескольких строк, отделяйте её от следующей пустой строкой.",
    "Графы с пометкой «редко» нужны не всем, и в бланке есть не все: нужную добавьте в конец листа.",
)
_AFTERWARDS = (
    f"После проверки файл вернётся с графами «Статус» и «Замечания». Исправьте отмеченное и загрузите его снова: "
    f"готовые документы не создаются второй раз. Строки можно сортировать, «{KEY}» не меняйте."
)


def write_guide(sheet: Worksheet, plan: SheetPlan) -> None:
    """Write the guide of a kind into an empty sheet."""
    sheet.append([f"{plan.one}: как заполнять"])
    sheet["A1"].font = Font(name="Calibri", size=14, bold=True)
    for text in _rules(plan):
        sheet.append([text])
        row = sheet.max_row
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_COLUMNS))
        sheet.cell(row, 1).alignment, sheet.cell(row, 1).font = _TOP, _PLAIN
        sheet.row_dimensions[row].height = 15 * (1 + len(text) // 165)
    sheet.append([])
    sheet.append([title for title, _ in _COLUMNS])
    head = sheet.max_row
    lines = [(column.aside, _line(one, column)) for one in plan.sheets() for column in one.columns]
    for _, line in sorted(lines, key=lambda pair: pair[0]):
        sheet.append(line)
        heights = [_lines(text, width) for text, (_, width) in zip(line, _COLUMNS, strict=True)]
        sheet.row_dimensions[sheet.max_row].height = 14 * max(heights)
    for cells in sheet.iter_rows(min_row=head):
        for cell in cells:
            cell.font, cell.alignment = (_BOLD if cell.row == head else _PLAIN), _TOP
            if cell.row == head:
                cell.fill = _HEAD_FILL
            elif isinstance(cell.value, str):
                cell.data_type = "s"
    for letter, (_, width) in zip("ABCDE", _COLUMNS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column; Excel does not grow the rows of a file by itself."""
    return sum(1 + len(line) // width for line in text.split("\n"))


def _rules(plan: SheetPlan) -> list[str]:
    rules = [
        f"Одна строка листа «{MAIN}» – один документ. В графе «{KEY}» поставьте ему свою пометку: 1, 2, 3 …",
        *_RULES,
        _AFTERWARDS,
    ]
    if plan.lists:
        names = ", ".join(f"«{one.title}»" for one in plan.lists)
        rules.insert(
            1,
            f"Списки документа – на листах {names}. Каждая строка такого листа начинается с пометки документа, "
            f"к которому она относится («{KEY}»); порядок строк остаётся таким, как в файле.",
        )
    for around in plan.lists:
        for inner in around.lists:
            rules.insert(
                2,
                f"Строки листа «{inner.title}» относятся к строкам листа «{around.title}» того же документа с тем "
                f"же значением «{inner.above}».",
            )
    return rules


def _line(sheet: SheetPlan, column: Column) -> list[str]:
    plan = column.plan
    what = [plan.help]
    if plan.options:
        what.append("Одно из: " + "; ".join(label for value, label in plan.options if value) + ".")
    elif plan.control == "yes":
        what.append("«да» или «нет».")
    elif plan.control in {"lines", "texts"}:
        what.append("Каждая запись – с новой строки ячейки.")
    example = "14.01.2022" if plan.control == "date" else plan.placeholder
    needed = "да" if column.required else "редко" if column.aside else ""
    return [sheet.title, column.header, needed, " ".join(text for text in what if text), example]
