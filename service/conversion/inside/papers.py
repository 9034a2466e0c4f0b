"""A .docx on the desktop of an office → PDF/A-2b: the one way, whoever owns the office."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uno
import unohelper

from .rooms import ROOM_BYTES

LOAD = {
    "Hidden": True,
    "ReadOnly": True,
    # The filter is forced: RTF or HTML in a file named .docx would fetch what it links.
    "FilterName": "MS Word 2007 XML",
    "MacroExecutionMode": 0,
    "UpdateDocMode": 0,
}
EXPORT = {
    "FilterName": "writer_pdf_Export",
    "FilterData": {
        # 2 is PDF/A-2b (the file says part 2, conformance B).
        "SelectPdfVersion": 2,
        "UseTaggedPDF": True,
        "ExportBookmarks": True,
        # Bookmarks of the text become named places, from which the outline of a package is made.
        "ExportBookmarksToPDFDestination": True,
    },
}
OFFICE_ENDED = 3


class _Sink(unohelper.Base, uno.getClass("com.sun.star.io.XOutputStream")):  # type: ignore[misc]  # made by UNO
    """What the office writes its PDF into: no file, no lock file, no second copy."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writeBytes(self, piece: Any) -> None:  # noqa: N802 - UNO's name
        """Take a piece; called by the office."""
        self.pieces.append(piece.value)

    def flush(self) -> None:
        """Nothing waits; called by the office."""

    def closeOutput(self) -> None:  # noqa: N802 - UNO's name
        """The PDF is whole; called by the office."""


class Desk:
    """The desktop of an office and a folder for the paper in work.

    The paper is loaded from a file:// URL: one without address counts as trusted, and its links are
    followed (LibreOffice 7.4.7, `BlockUntrustedRefererLinks`).
    """

    def __init__(self, context: Any, folder: Path) -> None:
        services = context.ServiceManager
        self._desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._load, self._export = _values(LOAD), _values(EXPORT)
        self.move(folder)

    def move(self, folder: Path) -> None:
        """Use a new folder."""
        folder.mkdir(mode=0o700, parents=True)
        self._source = folder / "paper.docx"
        self._source_url = url(self._source)

    def convert(self, docx: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the answer and the PDF.

        The answer is {"failed": the step or empty, "error": why, "full": whether no room is left}.
        UNO throws both for a file it refuses and for a dead bridge; the latter ends this process.
        """
        sink = _Sink()
        try:
            self._source.write_bytes(docx)
            failed, error = self._print(sink)
        except OSError as e:
            failed, error = "files", str(e)
        finally:
            self._source.unlink(missing_ok=True)
        answer = {"failed": failed, "error": error, "full": bool(failed) and self._full()}
        return answer, b"" if failed else b"".join(sink.pieces)

    def _print(self, sink: _Sink) -> tuple[str, str]:
        step = "load"
        try:
            paper = self._desktop.loadComponentFromURL(self._source_url, "_blank", 0, self._load)
            if paper is None:
                return step, "the import filter gave no document"
            step = "store"
            paper.storeToURL("private:stream", (*self._export, *_values({"OutputStream": sink})))
            step = "close"
            paper.close(True)
        except uno.getClass("com.sun.star.lang.DisposedException"):
            os._exit(OFFICE_ENDED)
        except uno.getClass("com.sun.star.uno.Exception") as refusal:
            return step, f"{type(refusal).__name__}: {refusal.Message}"
        return "", ""

    def _full(self) -> bool:
        """Return whether a full disk may be the reason: the office calls that a damaged file or nothing."""
        disk = os.statvfs(self._source.parent)
        return disk.f_bavail * disk.f_frsize < ROOM_BYTES


def version(context: Any) -> str:
    """Return how the office names itself: "7.4.7.2"."""
    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    product = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        _values({"nodepath": "/org.openoffice.Setup/Product"}),
    )
    return str(product.ooSetupVersionAboutBox)


def url(file: Path) -> str:
    """Return the address of a file as the office wants it."""
    return f"file://{quote(str(file))}"


def _values(options: dict[str, Any]) -> tuple[Any, ...]:
    made = []
    for name, value in options.items():
        pair = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        pair.Name = name
        pair.Value = (
            uno.Any("[]com.sun.star.beans.PropertyValue", _values(value))
            if isinstance(value, dict)
            else value
        )
        made.append(pair)
    return tuple(made)
