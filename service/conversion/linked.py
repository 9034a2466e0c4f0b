"""What every office of LibreOffice has in common: a process behind a link, and how worn it is.

The kinds differ in how their process comes to life; see `office` and `forking`.
"""

from __future__ import annotations

import threading
from typing import Protocol

from service.conversion.launching import died, pdf_of
from service.conversion.link import Link, require_docx
from service.conversion.workdir import WorkDir
from service.errors import OfficeCrashed, OfficeStart


class OfficeProcess(Protocol):
    """The process, or tree of them, that converts."""

    @property
    def link(self) -> Link:
        """Where papers go in and PDFs come out."""
        ...

    @property
    def work(self) -> WorkDir:
        """Where it works."""
        ...

    def alive(self) -> bool:
        """Return whether it runs."""
        ...

    def kill(self) -> None:
        """End it; from any thread, also twice."""
        ...


class LinkedOffice:
    """An `Office` but for its start.

    Args:
        memory_bytes: resident size above which it is no longer healthy.
        papers: number of papers after which it is not either.
    """

    def __init__(self, *, memory_bytes: int, papers: int) -> None:
        self._memory_bytes, self._papers_left = memory_bytes, papers
        self._resident_bytes = 0
        self._lock = threading.Lock()  # between the start and whoever kills meanwhile
        self._process: OfficeProcess | None = None
        self._killed = False

    def convert(self, docx: bytes) -> bytes:
        """Return the PDF as LibreOffice wrote it; see `Office.convert`."""
        require_docx(docx)
        process = self._process
        if process is None:
            raise OfficeCrashed("LibreOffice не запущен.")
        try:
            answer = process.link.ask(docx, timeout_s=None)
        except EOFError as e:
            raise died(e, work=process.work) from e
        self._papers_left -= 1
        self._resident_bytes = answer.resident_bytes
        return pdf_of(answer, work=process.work)

    def healthy(self) -> bool:
        """Return whether the process lives, has not swollen and has not served enough."""
        process = self._process
        young = self._papers_left > 0 and self._resident_bytes < self._memory_bytes
        return young and process is not None and process.alive()

    def kill(self) -> None:
        """End the process; see `Office.kill`."""
        with self._lock:
            self._killed = True
            process = self._process
        if process is not None:
            process.kill()


def cancelled() -> OfficeStart:
    """Return the error of an office that is killed before its start is over."""
    return OfficeStart("Запуск LibreOffice отменён: сервис завершает работу.")
