"""The journal as a file: XLSX for work, DOCX and PDF for the shelf.

The paper is a list like others and uses a template of its own, `templates_docx/registration_journal.docx`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from forms._columns import ColumnPlan, cells, placed
from service.archive import Archive, Filter
from service.conversion import PdfProperties
from service.documents import Entry
from service.errors import InputError
from service.pipeline import Filled, Press, convert
from service.registration import series_title

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = "registration_journal"
# LibreOffice needs minutes for more; a journal of a whole year and every kind goes to Excel.
MAX_PRINTED = 5_000
MAX_ROWS = 1_000_000

_STATES = {
    "reserved": "Номер зарезервирован",
    "registered": "Зарегистрирован",
    "superseded": "Заменён",
    "void": "Аннулирован",
}
# Title, width in Excel.
_COLUMNS = (
    ("№ п/п", 7),
    ("Номер", 16),
    ("Дата", 12),
    ("Вид", 18),
    ("Документ", 70),
    ("Состояние", 22),
    ("Кто внёс", 30),
)
_PLANS = tuple(
    ColumnPlan(title, title, weight=weight, centred=weight < 12)
    for (title, _), weight in zip(_COLUMNS, (6, 10, 9, 14, 36, 16, 16), strict=True)
)
_MORE = (("Причина, основание", 40), ("Внесено", 18), ("Документ, идентификатор", 36), ("Версия", 8))


def journal_name(chosen: Filter) -> str:
    """Return «Журнал регистрации за 2022 год», also the name of the file."""
    year = f" за {chosen.year} год" if chosen.year else ""
    return f"Журнал регистрации{year}"


def journal_xlsx(archive: Archive, organisation_id: str, chosen: Filter) -> bytes:
    """Return the journal as a workbook, one row for each number, with the ends of the chains."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Журнал")
    widths = [*_COLUMNS, *_MORE]
    for column, (_, width) in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, title, bold=True) for title, _ in widths])
    count = 0
    for count, entry in enumerate(archive.journal.in_order(organisation_id, chosen), start=1):
        if count > MAX_ROWS:
            raise InputError("Журнал больше листа Excel: выберите год или вид документа.")
        sheet.append(
            [_cell(sheet, value) for value in (*_facts(count, entry), *_more(entry, archive.journal.zone))]
        )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{count + 1}"
    proofs = workbook.create_sheet("Контрольные суммы")
    proofs.column_dimensions["A"].width, proofs.column_dimensions["C"].width = 12, 70
    proofs.append(["Цепочка", "Запись", "SHA-256"])
    for head in archive.heads(organisation_id):
        proofs.append([head.chain, head.chain_number, head.chain_sha256])
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def journal_docx(archive: Archive, organisation_id: str, chosen: Filter, *, press: Press) -> bytes:
    """Return the journal as a paper.

    Raises:
        InputError: too many numbers for a paper.
    """
    return _filled(archive, organisation_id, chosen, press).docx


def journal_pdf(archive: Archive, organisation_id: str, chosen: Filter, *, press: Press) -> bytes:
    """Return the journal as a PDF.

    Raises:
        InputError: too many numbers for a paper.
        ConversionError: no good PDF came out.
    """
    filled = _filled(archive, organisation_id, chosen, press)
    return convert(filled, press, PdfProperties(title=journal_name(chosen), author="")).pdf or b""


def _filled(archive: Archive, organisation_id: str, chosen: Filter, press: Press) -> Filled:
    template = press.templates.get(TEMPLATE)
    docx = template.fill(_context(archive, organisation_id, chosen), title=journal_name(chosen))
    return Filled(docx, (template.docx,), template.sha256, template.fonts)


def _context(archive: Archive, organisation_id: str, chosen: Filter) -> dict[str, Any]:
    """Return what the template prints."""
    lines = []
    for count, entry in enumerate(archive.journal.in_order(organisation_id, chosen), start=1):
        if count > MAX_PRINTED:
            raise InputError(
                f"В журнале больше {MAX_PRINTED} номеров: выберите год и вид или возьмите файл Excel."
            )
        texts = zip(_PLANS, _printed(count, entry), strict=True)
        lines.append({plan.key: text.split("\n") for plan, text in texts})
    above = [f"Вид документа: {series_title(chosen.series)}."] if chosen.series else []
    columns = placed(_PLANS, lines, landscape=True)
    versions, events = archive.heads(organisation_id)
    return {
        "mark": [],
        "title_lines": [journal_name(chosen)],
        "landscape": True,
        "above_lines": above if lines else [*above, "Номеров нет."],
        "grid": columns,
        "lines": cells(columns, lines),
        "signature": None,
        "executor_lines": [
            f"Запись архива {versions.chain_number}: {versions.chain_sha256}",
            f"Событие журнала {events.chain_number}: {events.chain_sha256}",
        ],
    }


def _printed(count: int, entry: Entry) -> Iterator[str]:
    """Give the cells of a row; the reason stands under the state."""
    number, date, kind, title, state, name = (str(value) for value in _facts(count, entry)[1:])
    yield from (str(count), number, date, kind, title or "–")
    yield f"{state}\n{entry.reason}" if entry.reason else state
    yield name


def _facts(count: int, entry: Entry) -> tuple[Any, ...]:
    state = _STATES.get(entry.state, entry.state)
    state = f"{state}, задним числом" if entry.backdated and entry.state == "registered" else state
    date = f"{entry.date:%d.%m.%Y}"
    return (count, entry.number, date, series_title(entry.series), entry.title, state, entry.actor_name)


def _more(entry: Entry, zone: dt.tzinfo) -> tuple[Any, ...]:
    return (
        entry.reason,
        f"{entry.reserved_at.astimezone(zone):%d.%m.%Y %H:%M}",
        entry.document_id,
        entry.version_number or "",
    )


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a cell; a text that begins like a formula stays a text."""
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=_clean(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")[:32_000]
