"""Opens a PDF that is held in memory, so that qpdf reads it without calling back into Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf


@contextmanager
def opened_pdf(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """Open a PDF that must be sound as it is.

    qpdf maps a file into memory; of a BytesIO it asks for every few bytes, which takes two to three times as long
    (pikepdf 10). A memfd is a file that no disk knows.

    Raises:
        pikepdf.PdfError: it does not open.
    """
    file = os.memfd_create("pdf", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(file), "wb") as copy:
            copy.write(pdf)
        with pikepdf.open(f"/proc/self/fd/{file}", attempt_recovery=False) as opened:
            yield opened
    finally:
        os.close(file)
