"""Test doubles: they keep the protocols of the service without its processes."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from typing import TypeVar

import pikepdf
from lxml import etree

from service.conversion import Readiness
from service.errors import DocumentRefused, OfficeCrashed, OfficeStart

Made = TypeVar("Made")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINES_PER_PAGE = 50


class DoubleConverter:
    """A Converter that prints the text of the .docx, 50 paragraphs a page, without an office.

    The PDF is real: it opens, its font is inside it, and its text can be read.
    """

    def __init__(self) -> None:
        self._closed = False

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        if self._closed:
            raise OfficeStart("Преобразование в PDF остановлено.")
        return text_pdf(docx_lines(docx))

    def finished(self, docx: bytes, *, deadline_s: float, finish: Callable[[bytes], Made]) -> Made:
        return finish(self.convert(docx, deadline_s=deadline_s))

    def ready(self) -> Readiness:
        return Readiness(ok=not self._closed, office_version="0.double", detail="Двойник вместо LibreOffice.")

    def close(self) -> None:
        self._closed = True


class DoubleOffice:
    """An Office that does what it is told for each paper: a function, in the order of calls.

    Args:
        steps: what `convert` does with each paper in turn; the last one stays.
        start: what `start` does, for offices that do not start.
    """

    def __init__(
        self, *steps: Callable[[DoubleOffice, bytes], bytes], start: Callable[[], None] | None = None
    ):
        self._steps = list(steps) or [printed]
        self._start = start
        self.killed = threading.Event()
        self.started = threading.Event()
        self.papers = 0

    def start(self) -> Readiness:
        if self._start is not None:
            self._start()
        self.started.set()
        return Readiness(ok=True, office_version="1.0", detail="Двойник.")

    def convert(self, docx: bytes) -> bytes:
        self.papers += 1
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        return step(self, docx)

    def healthy(self) -> bool:
        return not self.killed.is_set()

    def kill(self) -> None:
        self.killed.set()


def printed(office: DoubleOffice, docx: bytes) -> bytes:
    """The good paper."""
    return text_pdf(docx_lines(docx))


def hangs(office: DoubleOffice, docx: bytes) -> bytes:
    """Never answers; only a kill ends it."""
    office.killed.wait()
    raise OfficeCrashed("Двойник убит.")


def crashes(office: DoubleOffice, docx: bytes) -> bytes:
    """Ends in the middle of the paper."""
    office.kill()
    raise OfficeCrashed("Двойник упал.")


def breaks(office: DoubleOffice, docx: bytes) -> bytes:
    """Has a mistake of its own."""
    raise ZeroDivisionError("a mistake in the office")


def writes_nothing(office: DoubleOffice, docx: bytes) -> bytes:
    """R-07: reports success without a file."""
    return b""


def writes_html(office: DoubleOffice, docx: bytes) -> bytes:
    """R-07: writes another format."""
    return b"<!DOCTYPE html><html><body>" + b"<p>not a PDF</p>" * 100 + b"</body></html>"


def writes_half(office: DoubleOffice, docx: bytes) -> bytes:
    """R-07: the disk was full in the middle."""
    whole = text_pdf(docx_lines(docx))
    return whole[: len(whole) // 2]


def waits_for(signal: threading.Event) -> Callable[[DoubleOffice, bytes], bytes]:
    """A good paper that is ready when the test says so."""

    def convert(office: DoubleOffice, docx: bytes) -> bytes:
        while not signal.wait(0.01):
            if office.killed.is_set():
                raise OfficeCrashed("Двойник убит.")
        return printed(office, docx)

    return convert


def docx_lines(docx: bytes) -> list[str]:
    """The paragraphs of the body, in order.

    Raises:
        DocumentRefused: it is not a .docx.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            body = etree.fromstring(package.read("word/document.xml"))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as e:
        raise DocumentRefused("Двойник не смог открыть документ.") from e
    return ["".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in body.iter(f"{WORD}p")]


def text_pdf(lines: list[str]) -> bytes:
    """A small valid PDF with this text, set in drawn squares: a Type 3 font is always embedded."""
    alphabet = sorted({letter for line in lines for letter in line})[:255]
    codes = {letter: code for code, letter in enumerate(alphabet, start=1)}
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(_square_font(pdf, alphabet))
        for first in range(0, max(1, len(lines)), LINES_PER_PAGE):
            pdf.add_blank_page(page_size=(595, 842))
            page = pdf.pages[-1]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(_content(lines[first : first + LINES_PER_PAGE], codes))
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def _content(lines: list[str], codes: dict[str, int]) -> bytes:
    shown = [bytes(codes.get(letter, 0) for letter in line).hex() for line in lines]
    return "\n".join(["BT /F1 10 Tf 12 TL 50 790 Td", *(f"<{line}> Tj T*" for line in shown), "ET"]).encode()


def _square_font(pdf: pikepdf.Pdf, alphabet: list[str]) -> pikepdf.Dictionary:
    last = max(1, len(alphabet))
    square = pdf.make_stream(b"500 0 0 0 400 700 d1 50 0 350 700 re f")
    pairs = "\n".join(
        f"<{code:02X}> <{c.encode('utf-16-be').hex()}>" for code, c in enumerate(alphabet, start=1)
    )
    to_unicode = f"begincmap {len(alphabet)} beginbfchar\n{pairs}\nendbfchar endcmap"
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        Name=pikepdf.Name.DoubleSquares,
        FontBBox=[0, 0, 500, 700],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=pikepdf.Dictionary(square=square),
        Encoding=pikepdf.Dictionary(
            Type=pikepdf.Name.Encoding, Differences=[1, *([pikepdf.Name.square] * last)]
        ),
        FirstChar=1,
        LastChar=last,
        Widths=[500] * last,
        ToUnicode=pdf.make_stream(to_unicode.encode()),
    )


def eventually(condition: Callable[[], object], *, within_s: float = 10.0) -> None:
    """Return as soon as the condition holds; fail when it does not hold in time."""
    pause, deadline = threading.Event(), time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {within_s:g} s")
        pause.wait(0.01)
