"""Workbooks as coordinators send them, made for a test in one line; every person and school is invented."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import openpyxl

from service.batches.blank import workbook_of
from service.batches.preflight import Preflight, preflight
from service.batches.rows import SourceFile
from service.batches.workbook import read_workbook
from tests.samples import read_sample

KIND = "curator_report"
MAIN = "Документы"


def reports(count: int, change: Callable[[int, dict[str, Any]], object] = lambda n, p: None) -> bytes:
    """A workbook with reports on schools № 1, 2, 3 …; `change` may alter each payload."""
    papers = []
    for number in range(1, count + 1):
        payload = copy.deepcopy(read_sample(KIND))
        payload["school"]["name"] = f"МБОУ «Школа № {number}»"
        change(number, payload)
        papers.append((str(number), payload))
    return workbook_of(KIND, papers)


def edited(data: bytes, change: Callable[[Any], object]) -> bytes:
    """The workbook after somebody changed it in his editor."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def column_of(sheet: Any, header: str) -> str:
    """The letter of a column."""
    return next(cell.column_letter for cell in sheet[1] if cell.value == header)


def cell(book: Any, header: str, row: int, sheet: str = MAIN) -> Any:
    return book[sheet][f"{column_of(book[sheet], header)}{row}"]


def read(data: bytes, kind: str = KIND) -> SourceFile:
    return read_workbook(kind, data)


def checked(data: bytes, kind: str = KIND) -> Preflight:
    return preflight(kind, read(data, kind), {})


def errors(result: Preflight, index: int = 0) -> list[str]:
    """The errors of a row as lines."""
    return [message.line for message in result.verdicts[index].messages if message.severity == "error"]
