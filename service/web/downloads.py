"""Files for the visitor: a version's .docx, PDF and payload, a preview.

Every file goes out verified against the record, as an attachment that no browser opens as a page of ours.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from flask import Blueprint, Response, send_file

from service.documents import DOCX_MEDIA_TYPE, PDF_MEDIA_TYPE, Version
from service.journal_print import XLSX_MEDIA_TYPE
from service.web.current import actor, parts
from service.web.headers import DOWNLOAD_POLICY, PREVIEW_POLICY

FileFormat = Literal["docx", "pdf", "json"]
MEDIA_TYPES = {"docx": DOCX_MEDIA_TYPE, "pdf": PDF_MEDIA_TYPE, "json": "application/json"}


pages = Blueprint("downloads", __name__)
_SOUNDS = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
    **dict.fromkeys("ъь", ""),
    **dict.fromkeys("–—", "-"),
}
_LATIN = str.maketrans(_SOUNDS | {letter.upper(): sound.capitalize() for letter, sound in _SOUNDS.items()})
_UNSAFE = re.compile(r"[^\w .,()+-]+")


@pages.get(
    "/documents/<id:document_id>/<int(min=1, max=1000000000):number>.<any(docx, pdf, json):file_format>"
)
def version_file(document_id: str, number: int, file_format: FileFormat) -> Response:
    """A file of a version."""
    return version_attachment(document_id, number, file_format)


def version_attachment(document_id: str, number: int, file_format: FileFormat) -> Response:
    """Return a file of a version of the actor's organisation.

    Raises:
        NotFound: no such version or file in this organisation.
        Integrity: the bytes are not what was recorded.
    """
    archive = parts().archive
    version = archive.get(actor().organisation_id, document_id, number)
    data = archive.open_file(version, file_format)
    return attachment(data, _name(version, file_format), MEDIA_TYPES[file_format])


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """Return bytes as a file to save; the name may be Russian (RFC 6266)."""
    return _file(data, name, media_type, shown="attachment", policy=DOWNLOAD_POLICY)


def streamed_attachment(chunks: Iterator[bytes], name: str, media_type: str) -> Response:
    """Return bytes that are still being made as a file to save."""
    response = Response(chunks, mimetype=media_type)
    _name_it(response, name, shown="attachment")
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def inline_pdf(data: bytes, name: str) -> Response:
    """Return a PDF to look at in the browser's own viewer."""
    return _file(data, name, PDF_MEDIA_TYPE, shown="inline", policy=PREVIEW_POLICY)


def inline_png(data: bytes, name: str) -> Response:
    """Return a picture to look at."""
    return _file(data, name, "image/png", shown="inline", policy=DOWNLOAD_POLICY)


def latin_name(name: str) -> str:
    """Return a file name in ASCII that a Russian reader still recognises: «Журнал.xlsx» is «Zhurnal.xlsx»."""
    plain = unicodedata.normalize("NFKD", name.translate(_LATIN)).encode("ascii", "ignore").decode("ascii")
    words = " ".join(_UNSAFE.sub("_", plain).split())
    return f"file{words}" if words.startswith(".") else words


def _file(data: bytes, name: str, media_type: str, *, shown: str, policy: str) -> Response:
    response = send_file(io.BytesIO(data), mimetype=media_type, etag=False)
    _name_it(response, name, shown=shown)
    response.headers["Content-Security-Policy"] = policy
    del response.headers["Cache-Control"]  # send_file allows to keep the file; papers are kept nowhere
    return response


def _name_it(response: Response, name: str, *, shown: str) -> None:
    """Name a file as RFC 6266 says: in ASCII for simple programs, and as it is."""
    names = {"filename": latin_name(name)}
    if names["filename"] != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers.set("Content-Disposition", shown, **names)


def _name(version: Version, file_format: str) -> str:
    stem = version.file_name if version.number == 1 else f"{version.file_name}, версия {version.number}"
    return f"{stem}.{file_format}"


__all__ = [
    "MEDIA_TYPES",
    "XLSX_MEDIA_TYPE",
    "FileFormat",
    "attachment",
    "inline_pdf",
    "inline_png",
    "latin_name",
    "pages",
    "streamed_attachment",
    "version_attachment",
]
