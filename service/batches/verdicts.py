"""The coordinator's own workbook with verdicts: four columns beside the papers, remarks beside lists, marked cells.

Only the sheets that were read and the styles are touched, and of them only what is written; drawings, formulas,
rules, widths and other sheets come back byte for byte.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from service.batches.layout import FILE, NUMBER, STATUS
from service.batches.rows import Message, Place, Row, Shape, SourceFile
from service.batches.sheet_xml import Sheet
from service.batches.style_xml import MARKS, Styles
from service.errors import BatchInvalid
from service.importing.xlsx_tables import sheet_parts
from service.office_files.zip_shape import XLSX_LIMITS, main_part, part_name, read_package, safe_parser

_MOST_LINES = 30
_WIDTHS = {STATUS: 18.0, NUMBER: 16.0, FILE: 46.0}
_REMARKS_WIDTH = 60.0
_STYLES = "/styles"


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    Attributes:
        status: one or two words: «готов», «не принят», «ожидает».
        number: the registration number; empty without one.
        file: the name or the address of the paper.
    """

    row: Row
    status: str
    messages: Sequence[Message] = ()
    number: str = ""
    file: str = ""


def verdict_workbook(data: bytes, source: SourceFile, outcomes: Iterable[Outcome]) -> bytes:
    """Return the workbook that was uploaded, with verdicts on its rows.

    Args:
        data: the workbook as it was uploaded.
        source: what was read from it.
        outcomes: of its rows; a row without one gets empty cells.

    Raises:
        BatchInvalid: the file is no workbook.
    """
    parts = read_package(data, XLSX_LIMITS, keep=lambda name: True, refusal=BatchInvalid)
    workbook, _ = main_part(parts)
    styles_part = _styles_part(parts, workbook)
    styles = Styles(parts[styles_part])
    by_sheet = _by_sheet(source, list(outcomes))
    addresses = {title: part for title, _, part in sheet_parts(parts, workbook)}
    changed: dict[str, bytes] = {}
    marked = styles.has_marks()
    for shape in source.shapes:
        verdicts = by_sheet[shape.title]
        if not (marked or verdicts.texts or verdicts.messages or shape.verdicts):
            continue
        sheet = Sheet(parts[addresses[shape.title]], styles)
        _write(sheet, shape, verdicts, styles, marked=marked)
        changed[addresses[shape.title]] = sheet.xml()
    changed[styles_part] = styles.xml()
    return _repacked(data, changed)


@dataclass
class _Verdicts:
    """What is written on one sheet: header -> row -> text, and marks."""

    texts: dict[str, dict[int, str]]
    messages: list[Message]


def _by_sheet(source: SourceFile, outcomes: list[Outcome]) -> Mapping[str, _Verdicts]:
    made = {shape.title: _Verdicts({}, []) for shape in source.shapes}
    titles = {shape.title: shape for shape in source.shapes}
    for shape in source.shapes:
        if shape.main:
            made[shape.title].texts = {
                STATUS: {one.row.number: one.status for one in outcomes},
                shape.remarks: {one.row.number: _text(one.messages) for one in outcomes},
                NUMBER: {one.row.number: one.number for one in outcomes},
                FILE: {one.row.number: one.file for one in outcomes},
            }
    for message in [*(m for one in outcomes for m in one.messages), *source.remarks]:
        if message.place is None or message.place.sheet not in made or message.severity not in MARKS:
            continue
        verdicts, shape = made[message.place.sheet], titles[message.place.sheet]
        verdicts.messages.append(message)
        if not shape.main and message.place.row > shape.header_row:
            beside = verdicts.texts.setdefault(shape.remarks, {})
            line = Message(message.severity, message.text, place=_short(message.place)).line
            before = beside.get(message.place.row)
            beside[message.place.row] = f"{before}\n{line}" if before else line
    return made


def _short(place: Place) -> Place:
    """The name of the sheet goes without saying on the sheet itself."""
    return Place(place.sheet, place.row, place.column, place.header, main=True)


def _text(messages: Sequence[Message]) -> str:
    """Return remarks as lines, the errors first."""
    order = {"error": 0, "warning": 1, "info": 2}
    lines = [one.line for one in sorted(messages, key=lambda one: order.get(one.severity, 3))]
    lines = list(dict.fromkeys(lines))
    more = [f"… и ещё замечаний: {len(lines) - _MOST_LINES}"] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])


def _write(sheet: Sheet, shape: Shape, verdicts: _Verdicts, styles: Styles, *, marked: bool) -> None:
    if marked:
        sheet.unmark()
    for column in shape.verdicts.values():
        sheet.clear(column, below=shape.header_row)
    place = shape.last_column
    head = sheet.style_at(shape.header_row, shape.last_column)
    for header, texts in verdicts.texts.items():
        column = shape.verdicts.get(header, 0)
        if not column:
            place += 1
            column = place
            sheet.write(shape.header_row, column, header, style=head)
            sheet.widen(column, _WIDTHS.get(header, _REMARKS_WIDTH))
        for row, text in texts.items():
            if text:
                sheet.write(row, column, text, style=styles.wrapped())
    ranked = sorted(verdicts.messages, key=lambda one: one.severity == "error")
    for message in ranked:
        where = message.place
        if where is not None and where.row and where.column:
            sheet.mark(where.row, where.column, message.severity)


def _styles_part(parts: dict[str, bytes], workbook: str) -> str:
    folder, _, name = workbook.rpartition("/")
    relations = etree.fromstring(parts[f"{folder}/_rels/{name}.rels".lstrip("/")], safe_parser())
    for one in relations:
        if one.get("Type", "").endswith(_STYLES):
            return part_name(folder, one.get("Target", ""))
    raise BatchInvalid("В книге нет стилей. Откройте её в Excel и сохраните заново.")


def _repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.is_dir():
                continue
            copied = zipfile.ZipInfo(entry.filename, date_time=entry.date_time)
            copied.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(copied, changed.get(entry.filename) or old.read(entry))
    return stream.getvalue()
