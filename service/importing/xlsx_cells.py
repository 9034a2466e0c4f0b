"""The values of a sheet's cells, read in the same pass that counts them.

openpyxl knows the styles, the shared texts and the calendar of a book; its own way through the cells makes several
objects for each, which takes three times as long.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.datetime import from_excel, from_ISO8601

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class CellReader:
    """Reads cells of one book, opened by openpyxl 3.1 in its reading mode."""

    def __init__(self, book: Any) -> None:
        self._texts: list[str] = []
        for sheet in book.worksheets:
            self._texts = sheet._shared_strings  # the same list on every sheet, and public nowhere
        self._dates, self._spans, self._epoch = book._date_formats, book._timedelta_formats, book.epoch
        self._formats = [self._format(book, style.numFmtId) for style in book._cell_styles]

    def value(self, kind: str, text: str, style: int) -> Value:
        """Return the value of a cell as openpyxl would give it.

        Args:
            kind: the type of the cell, "n" for a cell without one.
            text: of its value; not empty, but for an inline text.
            style: number of its format.
        """
        if kind in {"str", "e", "inlineStr"}:
            return text
        if kind == "s":
            return self._texts[int(text)]
        if kind == "b":
            return bool(int(text))
        if kind == "d":
            day: Value = from_ISO8601(text)
            return day
        return self._number(text, style)

    def number_format(self, style: int) -> str:
        """Return the format code of a style."""
        return (self._formats[style] if style < len(self._formats) else "") or "General"

    def _number(self, text: str, style: int) -> Value:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if style not in self._dates:
            return number
        try:
            moment: Value = from_excel(number, self._epoch, timedelta=style in self._spans)
        except (OverflowError, ValueError):
            return "#VALUE!"
        return moment

    @staticmethod
    def _format(book: Any, number: int) -> str:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def inline_text(inline: etree._Element) -> str:
    """Return the runs of a text; the hints how to pronounce it are not part of it."""
    plain = inline.findtext(f"{_S}t") or ""
    return plain + "".join(run.findtext(f"{_S}t") or "" for run in inline.iterfind(f"{_S}r"))
