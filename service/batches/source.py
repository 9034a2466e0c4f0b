"""An uploaded file as rows: a workbook, a JSON list, or JSON Lines."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import forms
from service.batches.rows import Message, Row, SourceFile
from service.batches.workbook import read_workbook
from service.errors import BatchInvalid, InputError, PayloadTooLarge, UnknownKind
from service.packages import PACKAGE

MOST_ROWS = 100_000
_OLD = {".xls", ".ods", ".csv", ".xlsb", ".numbers"}
_WITH_MACROS = {".xlsm", ".xltm", ".xlam"}

ParseJson = Callable[[bytes], Any]


def read_source(kind_name: str, data: bytes, *, file_name: str, parse_json: ParseJson) -> SourceFile:
    """Return the rows of an uploaded file.

    Args:
        kind_name: what the rows shall become; packages come as JSON only.
        data: the file; only its content is believed.
        file_name: its extension says what is expected.
        parse_json: the strict parser of untrusted JSON.

    Raises:
        UnknownKind: there is no such kind.
        BatchInvalid: the file is not what its name says, or has no rows.
        PayloadTooLarge: it has more than a file may have.
    """
    if kind_name not in forms.all_kinds() and kind_name != PACKAGE:
        raise UnknownKind(
            f"Неизвестный вид документа «{kind_name}». Доступны: {', '.join(forms.all_kinds())}."
        )
    extension = PurePath(file_name).suffix.lower()
    if extension in _WITH_MACROS:
        raise BatchInvalid("Книги с макросами не принимаются. Сохраните файл как .xlsx без макросов.")
    if extension in _OLD:
        raise BatchInvalid(f"Формат {extension} не читается. Сохраните файл как .xlsx и отправьте снова.")
    if extension == ".xlsx":
        if kind_name == PACKAGE:
            raise BatchInvalid("Комплекты загружаются файлом JSON или JSON Lines, а не книгой Excel.")
        found = read_workbook(kind_name, data)
    elif extension == ".jsonl":
        found = SourceFile(tuple(_json_lines(data.removeprefix(codecs.BOM_UTF8), parse_json)))
    elif extension == ".json":
        found = SourceFile(tuple(_json_list(data.removeprefix(codecs.BOM_UTF8), parse_json)))
    else:
        raise BatchInvalid("Пакет загружается книгой Excel (.xlsx) или файлом данных (.json, .jsonl).")
    if not found.rows:
        raise BatchInvalid("В файле нет ни одного документа.")
    if len(found.rows) > MOST_ROWS:
        raise PayloadTooLarge(f"В файле больше {MOST_ROWS} документов. Разделите его.")
    return found


def _json_lines(data: bytes, parse_json: ParseJson) -> Iterator[Row]:
    """Yield one row a line; a line that is no JSON is a row with that error and stops nothing else."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield Row(number, str(number), parse_json(line))
        except InputError as error:
            yield Row(number, str(number), None, problems=(Message("error", str(error)),))


def _json_list(data: bytes, parse_json: ParseJson) -> Iterator[Row]:
    try:
        items = parse_json(data)
    except InputError as error:
        raise BatchInvalid(str(error)) from error
    if not isinstance(items, list):
        raise BatchInvalid("Ожидается список документов: [{…}, {…}].")
    for number, payload in enumerate(items, start=1):
        yield Row(number, str(number), payload)
