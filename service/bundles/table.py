"""The inventory of a bundle as a workbook for people: the papers on one sheet, their sums on another.

A text that begins with «=» is a text and no formula. Equal papers give equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
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
_A4 = 9
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)

# Heading, width in letters.
PAPERS = (
    ("№ п/п", 6),
    ("Дата", 11),
    ("Номер", 13),
    ("Вид", 17),
    ("Наименование", 58),
    ("Состояние", 25),
    ("Версия", 8),
    ("Страниц", 9),
    ("Файл", 42),
    ("Составил", 24),
    ("Записан (UTC)", 16),
    ("Примечание", 26),
)
SUMS = (
    ("№ п/п", 6),
    ("Файл", 42),
    ("DOCX, байт", 12),
    ("DOCX, SHA-256", 68),
    ("PDF, байт", 12),
    ("PDF, SHA-256", 68),
    ("Данные, байт", 13),
    ("Данные, SHA-256", 68),
    ("Запись архива", 14),
    ("Хеш записи", 68),
    ("Событие журнала", 17),
)
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
_CENTRED = {"№ п/п", "Дата", "Номер", "Версия", "Страниц", "Записан (UTC)"}


def inventory_xlsx(
    selection: Selection, lines: Iterable[Listed], *, made_at: dt.datetime, made_by: str
) -> bytes:
    """Return the workbook; the arguments are those of `inventory_json`."""
    book = Workbook(write_only=True)
    book.properties.created = made_at.replace(tzinfo=None)
    book.properties.creator = "Формуляр"
    about = _about(selection, made_at, made_by)
    papers = _sheet(book, "Опись", PAPERS, above=len(about), rows=len(selection.picks))
    sums = _sheet(book, "Контрольные суммы", SUMS, above=0, rows=len(selection.picks))
    for place, text in enumerate(about):
        papers.append([_cell(papers, text, font=Font(name="Liberation Sans", size=14 if not place else 10,
                                                      bold=not place))])  # fmt: skip
    for sheet, columns in ((papers, PAPERS), (sums, SUMS)):
        sheet.append([_cell(sheet, title, **_HEADING) for title, _ in columns])
    for number, listed in enumerate(lines, start=1):
        papers.append(_styled(papers, PAPERS, _paper(number, listed)))
        sums.append(_styled(sums, SUMS, _sums(number, listed)))
    made = io.BytesIO()
    book.save(made)
    return _dated(made.getvalue(), made_at)


def _sheet(book: Any, title: str, columns: Sequence[tuple[str, int]], *, above: int, rows: int) -> Any:
    """Return a sheet that prints on whole pages, its heading on each of them."""
    sheet = book.create_sheet(title)
    for place, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heading = above + 1
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.auto_filter.ref = f"A{heading}:{get_column_letter(len(columns))}{heading + rows}"
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


def _sums(number: int, listed: Listed) -> Iterator[str | int]:
    entry, row, decision = listed.entry, listed.row, listed.decision
    yield number
    yield entry.stem
    yield _count(row["docx_size"])
    yield str(row["docx_sha256"])
    yield _count(row["pdf_size"])
    yield str(row["pdf_sha256"] or "")
    yield entry.payload_size
    yield str(row["payload_sha256"])
    yield entry.pick.chain_number
    yield str(row["chain_sha256"])
    yield _count(decision["chain_number"]) if decision else ""


def state_text(listed: Listed) -> str:
    """Return where a version stands, with day and reason: «Аннулирован 05.04.2022: Издан ошибочно»."""
    text, pick, decision = _STATES.get(listed.state, listed.state), listed.entry.pick, listed.decision
    if decision is None:
        return text if pick.number == pick.newest else f"{text}, есть версия {pick.newest}"
    if listed.state != "registered":
        text = f"{text} {_day(str(decision['created_at'])[:10])}"
    return f"{text}: {decision['reason']}" if decision["reason"] else text


def _styled(sheet: Any, columns: Sequence[tuple[str, int]], values: Iterable[str | int]) -> list[Any]:
    cells = []
    for (title, _), value in zip(columns, values, strict=True):
        if title.endswith("SHA-256") or title == "Хеш записи":
            cells.append(_cell(sheet, value, **_SUM))
        else:
            cells.append(_cell(sheet, value, **_TEXT, alignment=_CENTRE if title in _CENTRED else _LEFT))
    return cells


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
