"""A roadmap somebody made in Word or Excel becomes a payload of the kind `roadmap`.

Owns the order of the reading: file -> tables -> heading -> measures -> payload. Nothing is lost in silence: what was
assumed, left out or not understood is a remark with its place. The payload is not validated here; the schema says
what has to be corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from service.errors import BatchInvalid
from service.importing.docx_tables import read_docx
from service.importing.grids import Remark
from service.importing.roadmap import read_roadmap
from service.importing.xlsx_tables import read_xlsx

__all__ = ["Imported", "Remark", "import_roadmap"]

_READERS = {".docx": read_docx, ".xlsx": read_xlsx}
_WITH_MACROS = {".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam"}
_OLD = {".doc": ".docx", ".rtf": ".docx", ".odt": ".docx", ".xls": ".xlsx", ".ods": ".xlsx", ".csv": ".xlsx"}


@dataclass(frozen=True)
class Imported:
    """A payload as it was read, and what a person should look at.

    Attributes:
        payload: plain JSON values of the kind `roadmap`.
    """

    payload: dict[str, Any]
    remarks: tuple[Remark, ...]


def import_roadmap(data: bytes, *, file_name: str) -> Imported:
    """Return the roadmap of a Word or Excel file.

    Args:
        data: the file; only its content is believed.
        file_name: its name; says whether Word or Excel is expected.

    Raises:
        BatchInvalid: the file is no document or workbook, is damaged or encrypted, or has no table of a roadmap.
        PayloadTooLarge: the file, its unpacked parts or its table are too large.
    """
    extension = PurePath(file_name).suffix.lower()
    if extension in _WITH_MACROS:
        raise BatchInvalid("Файлы с макросами не принимаются. Сохраните файл как .docx или .xlsx.")
    if extension in _OLD:
        raise BatchInvalid(
            f"Формат {extension} не читается. Сохраните файл как {_OLD[extension]} и отправьте снова."
        )
    if extension not in _READERS:
        raise BatchInvalid("Дорожная карта загружается из файла Word (.docx) или Excel (.xlsx).")
    payload, remarks = read_roadmap(_READERS[extension](data))
    return Imported(payload, remarks)
