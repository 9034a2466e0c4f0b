"""Small Word and Excel files, made for a test in one line."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import docx
import openpyxl

HEADING = ["№ п/п", "Мероприятие", "Срок", "Исполнители"]
ROW = ["1", "Назначить кураторов", "март 2022", "УО"]
TITLE = "Дорожная карта проекта «500+» в 2022 году"


def word(
    *tables: Sequence[Sequence[str]],
    above: Sequence[str] = (TITLE,),
    below: Sequence[str] = (),
    edit: Callable[[Any], None] | None = None,
) -> bytes:
    """Return a document with these tables; `edit` may change it before it is saved."""
    document = docx.Document()
    for line in above:
        document.add_paragraph(line)
    for rows in tables:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("")
    for line in below:
        document.add_paragraph(line)
    if edit:
        edit(document)
    return saved(document)


def excel(rows: Sequence[Sequence[Any]], *, edit: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook with one sheet: a title, an empty row, these rows."""
    book = openpyxl.Workbook()
    book.active.append([TITLE])
    book.active.append([])
    for row in rows:
        book.active.append(list(row))
    if edit:
        edit(book)
    return saved(book)


def saved(file: Any) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None], **options: Any) -> bytes:
    """Return the package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()
