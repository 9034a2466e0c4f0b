"""What the service believes of a PDF, and the properties it writes into one.

A vendor's success is not believed: LibreOffice reports it with no file, half a file or a full disk.
Knows nothing of how the PDF was made and starts no process.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from service.conversion.pdf_text import page_text
from service.errors import DocumentRefused

MIN_SIZE_BYTES = 400
# Readers look for the mark in the last kilobyte: PDF 32000-1, implementation note 18.
END_MARK_WITHIN_BYTES = 1024
TEXT_TAIL_CHARS = 200
# The last words may share the last page with a footer, or begin on the page before.
TAIL_PAGES = 2

_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")
# Spaces are drawn by position, and a line may end with a hyphen of the layout's own.
_UNRELIABLE = re.compile(r"[\s\u00a0\u00ad\u200b\u2010\u2011-]+")


@dataclass(frozen=True)
class PdfFacts:
    """What was read in a sound PDF.

    Attributes:
        fonts: sorted names of the embedded fonts without subset prefix: "LiberationSerif-Bold".
        text_tail: end of the text of the last page, for people; empty when last words were not asked for.
    """

    pages: int
    size_bytes: int
    fonts: tuple[str, ...]
    text_tail: str


def check_pdf(pdf: bytes, *, last_words: str = "") -> PdfFacts:
    """Return the facts of a whole PDF with embedded fonts.

    Args:
        pdf: the whole file.
        last_words: must be found at the end of the text; spaces and hyphens do not count.

    Raises:
        DocumentRefused: it is not a PDF, is cut off, empty, lacks a font or the last words.
    """
    _check_frame(pdf)
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
            facts = _read(opened, size_bytes=len(pdf), with_text=bool(last_words))
            if last_words:
                _check_last_words(opened, last_words)
    except pikepdf.PdfError as e:
        raise DocumentRefused(
            "Полученный PDF повреждён и не открывается. Повторите создание документа."
        ) from e
    return facts


def with_metadata(pdf: bytes, *, title: str, author: str, language: str = "ru-RU") -> bytes:
    """Return the PDF with its properties set, in XMP and in DocInfo alike as PDF/A demands.

    The same arguments give the same bytes: nothing is taken from the clock.

    Raises:
        DocumentRefused: the PDF does not open.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            with opened.open_metadata(set_pikepdf_as_editor=False) as xmp:
                xmp["dc:title"] = title
                xmp["dc:creator"] = [author]
                xmp["dc:language"] = [language]
            opened.Root.Lang = pikepdf.String(language)
            opened.Root.ViewerPreferences = _preferences(opened)
            changed = io.BytesIO()
            opened.save(changed, deterministic_id=True)
    except pikepdf.PdfError as e:
        raise DocumentRefused("Полученный PDF повреждён: свойства не записаны. Повторите создание.") from e
    return changed.getvalue()


def _preferences(opened: pikepdf.Pdf) -> pikepdf.Object:
    preferences = opened.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    preferences.DisplayDocTitle = True
    return preferences


def _check_frame(pdf: bytes) -> None:
    if len(pdf) < MIN_SIZE_BYTES:
        raise DocumentRefused(f"Получен пустой PDF ({len(pdf)} байт). Повторите создание документа.")
    if not pdf.startswith(b"%PDF-"):
        raise DocumentRefused("Вместо PDF получен файл другого вида. Повторите создание документа.")
    if b"%%EOF" not in pdf[-END_MARK_WITHIN_BYTES:]:
        raise DocumentRefused("Полученный PDF обрывается на середине. Повторите создание документа.")


def _read(opened: pikepdf.Pdf, *, size_bytes: int, with_text: bool) -> PdfFacts:
    pages = len(opened.pages)
    if pages < 1:
        raise DocumentRefused("В полученном PDF нет ни одной страницы. Повторите создание документа.")
    fonts = {_checked_name(font) for font in _fonts(opened)}
    tail = page_text(opened.pages[-1])[-TEXT_TAIL_CHARS:] if with_text else ""
    return PdfFacts(pages, size_bytes, tuple(sorted(fonts)), tail)


def _check_last_words(opened: pikepdf.Pdf, last_words: str) -> None:
    text = "".join(page_text(page) for page in list(opened.pages)[-TAIL_PAGES:])
    if _squeezed(last_words) not in _squeezed(text):
        raise DocumentRefused(
            f"В PDF не найдены последние слова документа: «{last_words}». "
            "Повторите создание документа; если ошибка повторится, сообщите администратору."
        )


def _squeezed(text: str) -> str:
    return _UNRELIABLE.sub("", text)


def _fonts(opened: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every font that a page or a form on it names, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[pikepdf.Object] = [page.resources for page in opened.pages]
    while waiting:
        resources = waiting.pop()
        for kind in ("/Font", "/XObject"):
            for part in resources.get(kind, pikepdf.Dictionary()).as_dict().values():
                if part.is_indirect and part.objgen in seen:
                    continue
                seen.add(part.objgen)
                if kind == "/Font":
                    yield part
                elif "/Resources" in part:
                    waiting.append(part.Resources)


def _checked_name(font: pikepdf.Object) -> str:
    name = str(font.get("/BaseFont", font.get("/Name", "/?"))).lstrip("/")
    if font.get("/Subtype") == pikepdf.Name.Type3:
        return name  # its glyphs are drawings inside the file
    carrier = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = carrier.get("/FontDescriptor", pikepdf.Dictionary())
    if not any(key in descriptor for key in _EMBEDDED):
        raise DocumentRefused(
            f"В PDF не внедрён шрифт «{name}»: на другом компьютере текст будет выглядеть иначе. "
            "Замените шрифт в шаблоне на Liberation Serif или Times New Roman."
        )
    return re.sub(r"^[A-Z]{6}\+", "", name)
