"""The inventory of a bundle: a table for people and JSON for the verifier.

Every cell of the table is a string: a title that begins with «=» is a title and no formula.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

import forms
from service.archive.canonical import canonical_json
from service.archive.chain import CHAINED, chain_fields
from service.archive.extracts import Pick, Selection
from service.archive.records import Row
from service.bundles.names import FOLDER
from service.errors import InputError
from service.packages import PACKAGE

FORMAT = "formulyar-bundle-1"
_NOT_IN_XLSX = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]")

# Heading, width in letters. Numbers of the journal and states of the register get their columns here.
_COLUMNS = (
    ("№ п/п", 7),
    ("Дата", 12),
    ("Номер", 12),
    ("Вид", 22),
    ("Наименование", 60),
    ("Версия", 8),
    ("Состояние", 22),
    ("Страниц", 9),
    ("Файл", 50),
    ("Составил", 30),
    ("Записан (UTC)", 20),
    ("DOCX, SHA-256", 66),
    ("PDF, SHA-256", 66),
    ("Данные, SHA-256", 66),
    ("Запись архива", 10),
    ("Хеш записи", 66),
    ("Примечание", 40),
)


class Entry(NamedTuple):
    """What the inventory adds to the row of a version; a tuple, because there may be a hundred thousand.

    Attributes:
        stem: name of the files without folder and extension.
        date: of the paper, `2022-03-19`, or empty.
        number: registration number, or empty.
        problem: why a file is not in the bundle, or empty.
    """

    pick: Pick
    stem: str
    date: str
    number: str
    problem: str = ""


def state_of(pick: Pick) -> str:
    """Return the state of a version for the inventory: newest, or replaced by a newer version."""
    return "newest" if pick.number == pick.newest else "replaced"


def inventory_json(
    selection: Selection,
    entries: Iterable[tuple[Entry, Row]],
    *,
    made_at: str,
    made_by: str,
    others: Mapping[str, str],
) -> Iterator[bytes]:
    """Yield the JSON the verifier reads, a line for each version.

    Args:
        selection: what the bundle holds.
        entries: with their rows as they stand in the database.
        made_at: time as text.
        made_by: who asked.
        others: name -> SHA-256 of the files that belong to no version.
    """
    head = selection.head
    first = {
        "format": FORMAT,
        "organisation": {"id": selection.organisation_id, "name": selection.organisation_name},
        "made_at": made_at,
        "made_by": made_by,
        "head": {"chain_number": head.chain_number, "chain_sha256": head.chain_sha256},
        "complete": selection.complete,
        "count": len(selection.picks),
        "files": dict(others),
    }
    yield (json.dumps(first, ensure_ascii=False)[:-1] + ', "entries": [').encode()
    digest, comma = hashlib.sha256(), ""
    for entry, row in entries:
        line = canonical_json(_entry_json(entry, row))
        digest.update(f"{line}\n".encode())
        yield f"{comma}\n{line}".encode()
        comma = ","
    yield f'\n], "entries_sha256": "{digest.hexdigest()}"}}\n'.encode()


def _entry_json(entry: Entry, row: Row) -> dict[str, Any]:
    kinds = ("docx", "pdf", "json") if row["pdf_sha256"] is not None else ("docx", "json")
    return {
        "date": entry.date,
        "number": entry.number,
        "state": state_of(entry.pick),
        "problem": entry.problem,
        "files": {kind: f"{FOLDER}/{entry.stem}.{kind}" for kind in kinds},
        "version": _chained(row),
        "chain_sha256": row["chain_sha256"],
    }


def _chained(row: Row) -> dict[str, Any]:
    """Return what the chain hash is made of; a damaged row goes out as it is, for the verifier to find."""
    try:
        fields = chain_fields(row)
        canonical_json(fields)
    except (TypeError, ValueError, InputError):
        return {name: _plain(row[name]) for name in CHAINED}
    return {name: fields[name] for name in CHAINED}


def _plain(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else repr(value)


def inventory_xlsx(
    selection: Selection, entries: Iterable[tuple[Entry, Row]], *, made_at: dt.datetime, made_by: str
) -> bytes:
    """Return the table of the bundle; the arguments are those of `inventory_json`."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    book.properties.creator = "Формуляр"
    sheet = book.create_sheet("Опись")
    for place, (_, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    about = _about(selection, made_at, made_by)
    sheet.freeze_panes = f"A{len(about) + 2}"

    def cells(texts: Iterable[str], **style: Any) -> list[WriteOnlyCell]:
        return [_cell(sheet, text, **style) for text in texts]

    for text in about:
        sheet.append(cells([text]))
    sheet.append(cells((title for title, _ in _COLUMNS), font=Font(bold=True)))
    for number, (entry, row) in enumerate(entries, start=1):
        sheet.append(cells(_line(number, entry, row)))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _about(selection: Selection, made_at: dt.datetime, made_by: str) -> tuple[str, ...]:
    head = selection.head
    return (
        f"Опись документов: {selection.organisation_name}",
        f"Составлена {made_at:%d.%m.%Y %H:%M} UTC, {made_by}. Документов: {len(selection.picks)}.",
        f"Последняя запись архива № {head.chain_number}: {head.chain_sha256}",
        "Подлинность проверяет программа «проверка.py»: python3 проверка.py",
    )


def _cell(sheet: Any, text: str, **style: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _NOT_IN_XLSX.sub(" ", text))
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _line(number: int, entry: Entry, row: Row) -> tuple[str, ...]:
    pick = entry.pick
    state = "последняя версия" if pick.number == pick.newest else f"заменена версией {pick.newest}"
    date = ".".join(reversed(entry.date.split("-")))
    return (
        str(number),
        date,
        entry.number,
        _kind_title(str(row["kind"])),
        str(row["title"]),
        str(pick.number),
        state,
        str(row["pages"] or ""),
        entry.stem,
        str(row["actor_name"]),
        str(row["created_at"])[:19].replace("T", " "),
        str(row["docx_sha256"]),
        str(row["pdf_sha256"] or ""),
        str(row["payload_sha256"]),
        str(pick.chain_number),
        str(row["chain_sha256"]),
        entry.problem,
    )


def _kind_title(name: str) -> str:
    if name == PACKAGE:
        return "Комплект"
    return forms.get_kind(name).title if name in forms.all_kinds() else name
