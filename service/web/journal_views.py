"""What pages and programs show of the journal alike: which numbers are asked for, and its files."""

from __future__ import annotations

import re
from typing import Any, Literal

from flask import Response, request

from service.archive import Filter
from service.documents import DOCX_MEDIA_TYPE, PDF_MEDIA_TYPE
from service.journal_print import XLSX_MEDIA_TYPE, journal_docx, journal_name, journal_pdf, journal_xlsx
from service.web.current import actor, parts
from service.web.downloads import attachment
from service.web.parameters import wrong

JournalFormat = Literal["xlsx", "docx", "pdf"]
MEDIA_TYPES = {"xlsx": XLSX_MEDIA_TYPE, "docx": DOCX_MEDIA_TYPE, "pdf": PDF_MEDIA_TYPE}
_YEAR = re.compile(r"[1-9][0-9]{3}")
STATES = ("reserved", "registered", "superseded", "void")


def chosen() -> Filter:
    """Return which numbers the request asks for.

    Raises:
        InputError: the year or the state is none.
    """
    year, state = request.args.get("year", ""), request.args.get("state", "")
    if year and not _YEAR.fullmatch(year):
        raise wrong("year", "ожидается год, например 2022.")
    if state and state not in STATES:
        raise wrong("state", f"ожидается одно из {', '.join(STATES)}.")
    series = request.args.get("kind", "")
    if len(series) > 100 or not series.isprintable():
        raise wrong("kind", "ожидается вид документа, например order.")
    return Filter(year=int(year) if year else None, series=series, state=state)


def journal_file(file_format: JournalFormat) -> Response:
    """Return the journal as a file to save."""
    backends, mine, asked = parts(), actor().organisation_id, chosen()
    makers: dict[str, Any] = {
        "xlsx": lambda: journal_xlsx(backends.archive, mine, asked),
        "docx": lambda: journal_docx(backends.archive, mine, asked, press=backends.press),
        "pdf": lambda: journal_pdf(backends.archive, mine, asked, press=backends.press),
    }
    name = f"{journal_name(asked)}.{file_format}"
    return attachment(makers[file_format](), name, MEDIA_TYPES[file_format])
