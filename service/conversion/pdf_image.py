"""A page of a PDF as a picture, for previews in programs that show no PDF."""

from __future__ import annotations

import io
import threading

import pypdfium2

from service.errors import DocumentRefused, InputError

# An A4 sheet becomes 992 × 1403 points, sharp on the screens that people have.
DPI = 120
# PNG compression: level 1 takes a third of the time of Pillow's usual 6 and makes the file a tenth larger.
_LEVEL = 1
# PDFium keeps global state and is not safe to call from two threads.
_one_at_a_time = threading.Lock()


def page_image(pdf: bytes, number: int, *, dpi: int = DPI) -> bytes:
    """Return a page as PNG.

    Args:
        pdf: the whole file.
        number: of the page, from 1.
        dpi: points of the picture in an inch of paper.

    Raises:
        InputError: there is no such page; the text says how many there are.
        DocumentRefused: the PDF does not open.
    """
    with _one_at_a_time:
        try:
            opened = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as e:
            raise DocumentRefused(
                "Полученный PDF повреждён и не открывается. Повторите создание документа."
            ) from e
        try:
            if not 1 <= number <= len(opened):
                raise InputError(
                    f"Параметр page: страницы {number} нет, в документе страниц – {len(opened)}."
                )
            picture = opened[number - 1].render(scale=dpi / 72).to_pil()
        finally:
            opened.close()
    saved = io.BytesIO()
    picture.save(saved, format="PNG", compress_level=_LEVEL)
    return saved.getvalue()
