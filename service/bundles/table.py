"""The inventory of a bundle as a workbook for people: the papers on one sheet, their sums on another.

A text that begins with «=» is a text and no formula. Equal papers give equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import textwrap
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

import forms
from service.archive.extracts import Selection
from service.bundles.inventory import Listed
from service.packages import PACKAGE

_NOT_IN_XLSX = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_A4, _LINE_PT = 9, 13
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)

# Heading, width in letters.
PAPERS = (
    ("№ п/п", 6),
    ("Дата", 11),
    ("Номер", 12),
    ("Вид", 15),
    ("Наименование", 46),
    ("Состояние", 23),
    ("Версия", 8),
    ("Страниц", 9),
    ("Файл", 30),
    ("Составил", 18),
    ("Записан (UTC)", 12),
    ("Примечание", 18),
)
SUMS = (("№ п/п", 6), ("Что", 60), ("Байт", 12), ("SHA-256", 54))
_STATES = {
    "draft": "Черновик",
    "registered": "Зарегистрирован",
    "superseded": "Заменён",
    "void": "Аннулирован",
}
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TEXT = {"font": Font(name="Liberation Sans", size=10), "border": _BORDER}
_LEFT, _CENTRE = (Alignment(vertical="top", wrap_text=True, horizontal=side) for side in ("left", "center"))
_HEADING = {
    "font": Font(name="Liberation Sans", size=10, bold=True),
    "fill": PatternFill("solid", start_color="E8EFF5"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": _BORDER,
}
_SUM = {**_TEXT, "font": Font(name="Liberation Mono", size=9), "alignment": Alignment(vertical="top")}
_CENTRED = {"№ п/п", "Байт", "Дата", "Номер", "Версия", "Страниц", "Записан (UTC)"}


def inventory_xlsx(
    selection: Selection, lines: Iterable[Listed], *, made_at: dt.datetime, made_by: str
) -> bytes:
    """Return the workbook; the arguments are those of `inventory_json`."""
    book = Workbook(write_only=True)
    book.properties.created = made_at.replace(tzinfo=None)
    book.properties.creator = "Формуляр"
    count = len(selection.picks)
    about = _about(selection, made_at, made_by)
    papers = _sheet(book, "Опись", PAPERS, above=len(about))
    papers.auto_filter.ref = f"A{len(about) + 1}:{get_column_letter(len(PAPERS))}{len(about) + 1 + count}"
    sums = _sheet(book, "Контрольные суммы", SUMS, above=0)
    for place, text in enumerate(about):
        papers.append([_cell(papers, text, font=Font(name="Liberation Sans", size=14 if not place else 10,
                                                      bold=not place))])  # fmt: skip
    for sheet, columns in ((papers, PAPERS), (sums, SUMS)):
        sheet.append([_cell(sheet, title, **_HEADING) for title, _ in columns])
    paper_styles, sum_styles = _styles(papers, PAPERS), _styles(sums, SUMS)
    for number, listed in enumerate(lines, start=1):
        values = tuple(_paper(number, listed))
        papers.row_dimensions[len(about) + 1 + number].height = _LINE_PT * _lines(PAPERS, values)
        papers.append(_styled(papers, paper_styles, values))
        for line in _sums(number, listed):
            sums.append(_styled(sums, sum_styles, line))
    made = io.BytesIO()
    book.save(made)
    return _dated(made.getvalue(), made_at)


def _sheet(book: Any, title: str, columns: Sequence[tuple[str, int]], *, above: int) -> Any:
    """Return a sheet that prints on whole pages, its heading on each of them."""
    sheet = book.create_sheet(title)
    for place, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heading = above + 1
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.HeaderFooter.oddFooter.right.text = "&P из &N"
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.5)
    return sheet


def _about(selection: Selection, made_at: dt.datetime, made_by: str) -> tuple[str, ...]:
    versions, events = selection.head, selection.event_head
    return (
        f"Опись документов: {selection.organisation_name}",
        f"Составлена {made_at:%d.%m.%Y %H:%M} UTC, {made_by}. Документов: {len(selection.picks)}.",
        f"Последняя запись архива № {versions.chain_number}: {versions.chain_sha256}",
        f"Последнее событие журнала № {events.chain_number}: {events.chain_sha256}",
        "Подлинность проверяет программа «проверка.py» из этого комплекта: python3 проверка.py",
    )


def _paper(number: int, listed: Listed) -> Iterator[str | int]:
    entry, row, decision = listed.entry, listed.row, listed.decision
    yield number
    yield _day(str(decision["date"]) if decision else entry.date)
    yield str(decision["number"]) if decision else entry.number
    yield _kind_title(str(row["kind"]))
    yield str(row["title"])
    yield state_text(listed)
    yield entry.pick.number
    yield _count(row["pages"])
    yield entry.stem
    yield str(row["actor_name"])
    yield _moment(str(row["created_at"]))
    yield entry.problem


def _sums(number: int, listed: Listed) -> Iterator[tuple[str | int, ...]]:
    entry, row, decision = listed.entry, listed.row, listed.decision
    yield number, f"{entry.stem}.docx", _count(row["docx_size"]), str(row["docx_sha256"])
    if row["pdf_sha256"] is not None:
        yield number, f"{entry.stem}.pdf", _count(row["pdf_size"]), str(row["pdf_sha256"])
    yield number, f"{entry.stem}.json", entry.payload_size, str(row["payload_sha256"])
    yield number, f"Запись архива № {entry.pick.chain_number}", "", str(row["chain_sha256"])
    if decision is not None:
        yield number, f"Событие журнала № {decision['chain_number']}", "", str(decision["chain_sha256"])


def state_text(listed: Listed) -> str:
    """Return where a version stands, with day and reason: «Аннулирован 05.04.2022: Издан ошибочно»."""
    text, pick, decision = _STATES.get(listed.state, listed.state), listed.entry.pick, listed.decision
    if decision is None:
        return text if pick.number == pick.newest else f"{text}, есть версия {pick.newest}"
    if listed.state != "registered":
        text = f"{text} {_day(str(decision['created_at'])[:10])}"
    return f"{text}: {decision['reason']}" if decision["reason"] else text


def _styles(sheet: Any, columns: Sequence[tuple[str, int]]) -> list[Any]:
    """Return the style of each column as the workbook numbers it.

    openpyxl looks every property up anew when it is set, which took two thirds of a bundle of many papers.
    """
    models = [
        _cell(sheet, "", **_SUM)
        if title == "SHA-256"
        else _cell(sheet, "", **_TEXT, alignment=_CENTRE if title in _CENTRED else _LEFT)
        for title, _ in columns
    ]
    return [model._style for model in models]


def _styled(sheet: Any, styles: Sequence[Any], values: Iterable[str | int]) -> list[Any]:
    cells = []
    for style, value in zip(styles, values, strict=True):
        cell = _cell(sheet, value)
        cell._style = style
        cells.append(cell)
    return cells


def _lines(columns: Sequence[tuple[str, int]], values: Sequence[str | int]) -> int:
    """Return how many lines the fullest cell of a row takes; LibreOffice would cut them off."""
    texts = zip(columns, map(str, values), strict=True)
    return max(len(textwrap.wrap(text, int(width * 1.15))) or 1 for (_, width), text in texts)


def _cell(sheet: Any, value: str | int, **style: Any) -> Any:
    cell = WriteOnlyCell(sheet, _NOT_IN_XLSX.sub(" ", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    for name, one in style.items():
        setattr(cell, name, one)
    return cell


def _dated(workbook: bytes, made_at: dt.datetime) -> bytes:
    """Return the workbook without the time of its making, which openpyxl writes into it."""
    made = io.BytesIO()
    stamp = f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp, data)
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            target.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _count(value: Any) -> str | int:
    return value if isinstance(value, int) and value else ""


def _day(date: str) -> str:
    return ".".join(reversed(date.split("-")))


def _moment(text: str) -> str:
    return f"{_day(text[:10])} {text[11:16]}"


def _kind_title(name: str) -> str:
    if name == PACKAGE:
        return "Комплект"
    return forms.get_kind(name).title if name in forms.all_kinds() else name
