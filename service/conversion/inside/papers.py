"""A .docx on the desktop of an office → PDF/A-2b: the one way, whoever owns the office."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uno

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


class Desk:
    """The desktop of an office and a folder for the files of one paper.

    The paper is loaded from a file:// URL: one without address counts as trusted, and its links are
    followed (LibreOffice 7.4.7, `BlockUntrustedRefererLinks`).
    """

    def __init__(self, context: Any, folder: Path) -> None:
        services = context.ServiceManager
        self._desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._load, self._export = _values(LOAD), _values(EXPORT)
        self.move(folder)

    def move(self, folder: Path) -> None:
        """Use another folder."""
        self._source, self._target = folder / "paper.docx", folder / "paper.pdf"
        self._source_url, self._target_url = _url(self._source), _url(self._target)

    def convert(self, docx: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the answer and the PDF: {"failed": "" or the step, "error": why}.

        UNO throws both for a file it refuses and for a dead bridge; the latter ends this process.
        """
        try:
            self._source.write_bytes(docx)
            failed, error = self._print()
            pdf = b"" if failed or not self._target.exists() else self._target.read_bytes()
        except OSError as e:
            return {"failed": "files", "error": str(e)}, b""
        finally:
            self._source.unlink(missing_ok=True)
            self._target.unlink(missing_ok=True)
        return {"failed": failed, "error": error}, pdf

    def _print(self) -> tuple[str, str]:
        step = "load"
        try:
            paper = self._desktop.loadComponentFromURL(self._source_url, "_blank", 0, self._load)
            if paper is None:
                return step, "the import filter gave no document"
            step = "store"
            paper.storeToURL(self._target_url, self._export)
            step = "close"
            paper.close(True)
        except uno.getClass("com.sun.star.lang.DisposedException"):
            os._exit(OFFICE_ENDED)
        except uno.getClass("com.sun.star.uno.Exception") as refusal:
            return step, f"{type(refusal).__name__}: {refusal.Message}"
        return "", ""


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


def _url(file: Path) -> str:
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
