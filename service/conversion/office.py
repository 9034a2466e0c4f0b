"""One plain warm LibreOffice behind the `Office` protocol: the portable way to convert.

Starts `inside.plain` under the system Python; that starts soffice.bin. Both live in a private folder
with a private profile and an empty environment, and nothing of them outlives this process: see the
docstring of `inside.plain`. Knows nothing of queues and deadlines of papers.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from service.conversion.converter import Readiness
from service.conversion.launching import (
    MEMORY_BYTES,
    SOFFICE,
    START_S,
    SYSTEM_PYTHON,
    Launcher,
    died,
    pdf_of,
)
from service.conversion.link import Link, require_docx
from service.conversion.pdf import check_pdf
from service.conversion.probe import probe_docx
from service.conversion.process_tree import ProcessTree
from service.conversion.sandbox import Sandbox
from service.conversion.workdir import WorkDir
from service.errors import OfficeCrashed, OfficeStart, ServiceError

PAPERS = 200


class PlainOffice:
    """A worker, its LibreOffice and their folder; an `Office`.

    Start it in a thread that lives as long as the office: the kernel ends the worker together with
    the thread that started it.

    Args:
        memory_bytes: resident size above which the office is no longer healthy.
        papers: number of papers after which it is not either.
        work_root, sandbox, program, python, start_s: see `Launcher`.
    """

    def __init__(
        self,
        work_root: Path,
        *,
        sandbox: Sandbox | None = None,
        program: Path = SOFFICE,
        python: Path = SYSTEM_PYTHON,
        start_s: float = START_S,
        memory_bytes: int = MEMORY_BYTES,
        papers: int = PAPERS,
    ) -> None:
        self._launcher = Launcher(work_root, sandbox, program, python, start_s)
        self._memory_bytes, self._papers_left = memory_bytes, papers
        self._lock = threading.Lock()
        self._work: WorkDir | None = None
        self._tree: ProcessTree | None = None
        self._link: Link | None = None
        self._killed = False
        self._resident_bytes = 0

    def start(self) -> Readiness:
        """Start, convert a tiny paper, pass the self-test; see `Office.start`."""
        deadline = time.monotonic() + self._launcher.start_s
        self._launcher.require_programs()
        work, link, tree = self._spawn()

        def convert(docx: bytes) -> bytes:
            return pdf_of(link.ask(docx, timeout_s=deadline - time.monotonic()), work=work)

        try:
            said, _ = link.hear(timeout_s=deadline - time.monotonic())
            check_pdf(convert(probe_docx()))
            return self._launcher.proven(convert, version=str(said["version"]), kind="отдельный офис")
        except OfficeStart:
            self.kill()
            raise
        except (ServiceError, EOFError, TimeoutError, KeyError) as e:
            try:
                raise self._launcher.failed(e, tree=tree, work=work)
            finally:
                self.kill()

    def convert(self, docx: bytes) -> bytes:
        """Return the PDF as LibreOffice wrote it; see `Office.convert`."""
        require_docx(docx)
        if self._link is None or self._work is None:
            raise OfficeCrashed("LibreOffice не запущен.")
        try:
            answer = self._link.ask(docx, timeout_s=None)
        except EOFError as e:
            raise died(e, work=self._work) from e
        self._papers_left -= 1
        self._resident_bytes = answer.resident_bytes
        return pdf_of(answer, work=self._work)

    def healthy(self) -> bool:
        """Return whether the tree lives, has not swollen and has not served enough."""
        tree = self._tree
        young = self._papers_left > 0 and self._resident_bytes < self._memory_bytes
        return young and tree is not None and tree.alive()

    def kill(self) -> None:
        """End the tree and remove its folder; see `Office.kill`."""
        with self._lock:
            self._killed = True
            if self._tree is not None:
                self._tree.kill()
            if self._link is not None:
                self._link.close()
            if self._work is not None:
                self._work.remove()

    def _spawn(self) -> tuple[WorkDir, Link, ProcessTree]:
        with self._lock:
            if self._killed:
                raise OfficeStart("Запуск LibreOffice отменён: сервис завершает работу.")
            work = self._work = WorkDir(self._launcher.work_root)
            link = self._link = Link()
            arguments = [
                str(self._launcher.program),
                *(str(work.profile), str(self._launcher.papers(work))),
                *(work.pipe_name, str(self._launcher.start_s)),
            ]
            try:
                tree = self._tree = self._launcher.launch(
                    "plain", arguments, work=work, socket=link.theirs.fileno()
                )
            except ServiceError:
                link.close()
                work.remove()
                raise
            link.handed_over()
            return work, link, tree
