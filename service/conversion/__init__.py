"""Turns a filled .docx into a checked PDF/A-2b.

Owns the offices (LibreOffice processes), the queue before them and the check of what they make. Must
not know what a paper says, who asked for it or where it is kept. Only this package and
`service.work.supervisor` start processes.
"""

from __future__ import annotations

from service.conversion.choice import OfficeChoice, OfficeKind
from service.conversion.converter import Converter, Office, Readiness
from service.conversion.forking import ForkedOffice, OfficeParent
from service.conversion.office import PlainOffice
from service.conversion.pdf import PdfFacts, check_pdf
from service.conversion.pdf_finish import FinishedPdf, PdfProperties, finish_pdf
from service.conversion.pdf_image import page_image
from service.conversion.pool import OfficePool
from service.conversion.sandbox import Bubblewrap, Sandbox, bubblewrap

__all__ = [
    "Bubblewrap",
    "Converter",
    "FinishedPdf",
    "ForkedOffice",
    "Office",
    "OfficeChoice",
    "OfficeKind",
    "OfficeParent",
    "OfficePool",
    "PdfFacts",
    "PdfProperties",
    "PlainOffice",
    "Readiness",
    "Sandbox",
    "bubblewrap",
    "check_pdf",
    "finish_pdf",
    "page_image",
]
