"""What the service believes of a PDF.

A vendor's success is not believed: LibreOffice reports it with no file, half a file or a full disk.
Knows nothing of how the PDF was made and starts no process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from service.conversion.pdf_file import opened_pdf
from service.conversion.pdf_text import page_text, shown_text
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
        font_programs: those of them that are fonts and not drawings inside of the file.
        text_tail: end of the text of the last page, for people; empty when last words were not asked for.
    """

    pages: int
    size_bytes: int
    fonts: tuple[str, ...]
    font_programs: tuple[str, ...]
    text_tail: str


def check_pdf(pdf: bytes, *, last_words: str = "") -> PdfFacts:
    """Return the facts of a whole PDF with embedded fonts.

    Args:
        pdf: the whole file.
        last_words: must be found at the end of the text; spaces and hyphens do not count.

    Raises:
        DocumentRefused: it is not a PDF, is cut off, empty, lacks a font or the last words.
    """
    check_frame(pdf)
    try:
        with opened_pdf(pdf) as opened:
            return read_facts(opened, size_bytes=len(pdf), last_words=last_words)
    except pikepdf.PdfError as e:
        raise damaged() from e


def damaged() -> DocumentRefused:
    """Return what is said of a PDF that does not open."""
    return DocumentRefused("Полученный PDF повреждён и не открывается. Повторите создание документа.")


def check_frame(pdf: bytes) -> None:
    """Refuse what is no whole PDF at first sight.

    Raises:
        DocumentRefused: it is empty, of another format or cut off.
    """
    if len(pdf) < MIN_SIZE_BYTES:
        raise DocumentRefused(f"Получен пустой PDF ({len(pdf)} байт). Повторите создание документа.")
    if not pdf.startswith(b"%PDF-"):
        raise DocumentRefused("Вместо PDF получен файл другого вида. Повторите создание документа.")
    if b"%%EOF" not in pdf[-END_MARK_WITHIN_BYTES:]:
        raise DocumentRefused("Полученный PDF обрывается на середине. Повторите создание документа.")


def read_facts(opened: pikepdf.Pdf, *, size_bytes: int, last_words: str = "") -> PdfFacts:
    """Return the facts of an opened PDF; the errors are those of `check_pdf`."""
    pages = len(opened.pages)
    if pages < 1:
        raise DocumentRefused("В полученном PDF нет ни одной страницы. Повторите создание документа.")
    fonts = {_checked_name(font): font.get("/Subtype") != pikepdf.Name.Type3 for font in _fonts(opened)}
    tail = _text_with(opened, last_words) if last_words else ""
    return PdfFacts(
        pages=pages,
        size_bytes=size_bytes,
        fonts=tuple(sorted(fonts)),
        font_programs=tuple(sorted(name for name, is_program in fonts.items() if is_program)),
        text_tail=tail[-TEXT_TAIL_CHARS:],
    )


def _text_with(opened: pikepdf.Pdf, last_words: str) -> str:
    """Return the end of the text; refuse a PDF in which the last words are not found there."""
    wanted = _squeezed(last_words)
    last = list(opened.pages)[-TAIL_PAGES:]
    # What the office writes is read at a glance; only a PDF that is about to be refused is read in full.
    for read in (shown_text, page_text):
        text = ""
        for page in reversed(last):
            text = read(page) + text
            if wanted in _squeezed(text):
                return text
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
