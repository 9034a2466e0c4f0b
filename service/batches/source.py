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
from service.office_files.zip_shape import XLSX_LIMITS, require_plain
from service.packages import PACKAGE

MOST_ROWS = 100_000
_OLD = {".xls", ".ods", ".csv", ".xlsb", ".numbers"}
_SAVE_AS = "Откройте его в Excel и сохраните как «Книга Excel (.xlsx)»."
_ZIP, _OLE = b"PK", bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a password, named by the check of the package
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
    extension = require_known(kind_name, data, file_name=file_name)
    if extension == ".xlsx":
        found = read_workbook(kind_name, data)
    elif extension == ".jsonl":
        found = SourceFile(_json_lines(data.removeprefix(codecs.BOM_UTF8), parse_json))
    else:
        found = SourceFile(tuple(_json_list(data.removeprefix(codecs.BOM_UTF8), parse_json)))
    if not found.rows:
        raise BatchInvalid("В файле нет ни одного документа.")
    if len(found.rows) > MOST_ROWS:
        raise PayloadTooLarge(f"В файле больше {MOST_ROWS} документов. Разделите его.")
    return found


def require_known(kind_name: str, data: bytes, *, file_name: str) -> str:
    """Return the extension of a file that can be of this kind, as far as shows before it is read.

    Raises:
        UnknownKind: there is no such kind.
        BatchInvalid: the file is not what its name says, or cannot be of this kind.
        PayloadTooLarge: a workbook says of itself that it is larger than one may be.
    """
    if kind_name not in forms.all_kinds() and kind_name != PACKAGE:
        raise UnknownKind(
            f"Неизвестный вид документа «{kind_name}». Доступны: {', '.join(forms.all_kinds())}."
        )
    extension = PurePath(file_name).suffix.lower()
    _require_format(data, extension)
    if extension == ".xlsx" and kind_name == PACKAGE:
        raise BatchInvalid("Комплекты загружаются файлом JSON или JSON Lines, а не книгой Excel.")
    if extension == ".xlsx":
        require_plain(data, XLSX_LIMITS, refusal=BatchInvalid)
    return extension


def _require_format(data: bytes, extension: str) -> None:
    """Raise BatchInvalid unless the name and the first bytes of a file say the same."""
    if extension in _WITH_MACROS:
        raise BatchInvalid("Книги с макросами не принимаются. Сохраните файл как .xlsx без макросов.")
    if extension in _OLD:
        raise BatchInvalid(f"Формат {extension} не читается. {_SAVE_AS}")
    if extension not in {".xlsx", ".json", ".jsonl"}:
        raise BatchInvalid("Пакет загружается книгой Excel (.xlsx) или файлом данных (.json, .jsonl).")
    if not data.strip():
        raise BatchInvalid("Файл пуст.")
    if extension != ".xlsx" and data.startswith(_ZIP):
        raise BatchInvalid(
            f"Это не данные JSON, хотя имя файла оканчивается на {extension}: похоже на книгу Excel."
        )
    if extension == ".xlsx" and data.startswith(_OLE) and _ENCRYPTED not in data:
        raise BatchInvalid(
            f"Это книга старого формата .xls, хотя имя файла оканчивается на .xlsx. {_SAVE_AS}"
        )
    if extension == ".xlsx" and not data.startswith((_OLE, _ZIP)):
        raise BatchInvalid(f"Это не книга Excel, хотя имя файла оканчивается на .xlsx. {_SAVE_AS}")


def _json_lines(data: bytes, parse_json: ParseJson) -> tuple[Row, ...]:
    """Return one row a line; a line that is no JSON is a row with that error and stops nothing else."""
    rows = tuple(
        _row(number, line, parse_json)
        for number, line in enumerate(data.split(b"\n"), start=1)
        if line.strip()
    )
    if not any(isinstance(row.payload, dict) for row in rows):
        _refuse_other_json(data, parse_json)
    return rows


def _row(number: int, line: bytes, parse_json: ParseJson) -> Row:
    try:
        return Row(number, str(number), parse_json(line))
    except InputError as error:
        text = str(error).replace("строка 1, ", "")  # the line of the file is said beside it
        if line.rstrip().endswith(b","):
            text = f"{text} В файле .jsonl строки не разделяют запятыми: уберите запятую в конце строки."
        return Row(number, str(number), None, problems=(Message("error", text),))


def _refuse_other_json(data: bytes, parse_json: ParseJson) -> None:
    """Say what a file is in which no line is a paper."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BatchInvalid("Файл не в кодировке UTF-8. Сохраните его в UTF-8 и загрузите снова.") from error
    try:
        parse_json(data)
    except InputError:
        return  # each line says what is wrong with it
    raise BatchInvalid(
        "В файле .jsonl каждый документ занимает одну строку, а здесь JSON записан в несколько строк. "
        "Соберите документы в список [{…}, {…}] и назовите файл .json."
    )


def _json_list(data: bytes, parse_json: ParseJson) -> Iterator[Row]:
    try:
        items = parse_json(data)
    except InputError as error:
        hint = (
            " Если в файле по документу в строке, назовите его .jsonl." if _is_lines(data, parse_json) else ""
        )
        raise BatchInvalid(f"{error}{hint}") from error
    if not isinstance(items, list):
        raise BatchInvalid(
            "Ожидается список документов: [{…}, {…}]. И один документ возьмите в квадратные скобки."
        )
    for number, payload in enumerate(items, start=1):
        yield Row(number, str(number), payload)


def _is_lines(data: bytes, parse_json: ParseJson) -> bool:
    first, _, rest = data.lstrip().partition(b"\n")
    return bool(rest.strip()) and not _row(1, first, parse_json).problems
