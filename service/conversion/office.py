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
    pdf_of,
)
from service.conversion.link import Link
from service.conversion.linked import LinkedOffice, cancelled
from service.conversion.pdf import check_pdf
from service.conversion.probe import probe_docx
from service.conversion.process_tree import ProcessTree
from service.conversion.sandbox import Sandbox
from service.conversion.workdir import WorkDir
from service.errors import OfficeStart, ServiceError

PAPERS = 200


class Worker:
    """The process tree of one plain office, with its folder; an `OfficeProcess`."""

    def __init__(self, link: Link, tree: ProcessTree, work: WorkDir) -> None:
        self.link, self.tree, self.work = link, tree, work
        self._killing = threading.Lock()

    def alive(self) -> bool:
        """Return whether the tree runs."""
        return self.tree.alive()

    def kill(self) -> None:
        """End the tree and remove its folder; from any thread, also twice."""
        with self._killing:
            self.tree.kill()
            self.link.close()
            self.work.remove()


class PlainOffice(LinkedOffice):
    """A worker, its LibreOffice and their folder; an `Office`.

    Start it in a thread that lives as long as the office: the kernel ends the worker together with
    the thread that started it.

    Args:
        memory_bytes, papers: see `LinkedOffice`.
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
        super().__init__(memory_bytes=memory_bytes, papers=papers)
        self._launcher = Launcher(work_root, sandbox, program, python, start_s)

    def start(self) -> Readiness:
        """Start, convert a tiny paper, pass the self-test; see `Office.start`."""
        deadline = time.monotonic() + self._launcher.start_s
        self._launcher.require_programs()
        with self._lock:
            if self._killed:
                raise cancelled()
            self._process = worker = self._spawned()

        def convert(docx: bytes) -> bytes:
            return pdf_of(worker.link.ask(docx, timeout_s=deadline - time.monotonic()), work=worker.work)

        try:
            said, _ = worker.link.hear(timeout_s=deadline - time.monotonic())
            check_pdf(convert(probe_docx()))
            return self._launcher.proven(convert, version=str(said["version"]), kind="отдельный офис")
        except OfficeStart:
            self.kill()
            raise
        except (ServiceError, EOFError, TimeoutError, KeyError) as e:
            try:
                raise self._launcher.failed(e, tree=worker.tree, work=worker.work)
            finally:
                self.kill()

    def _spawned(self) -> Worker:
        work, link = WorkDir(self._launcher.work_root), Link()
        arguments = [
            str(self._launcher.program),
            *(str(work.profile), str(self._launcher.papers(work))),
            *(work.pipe_name, str(self._launcher.start_s)),
        ]
        try:
            tree = self._launcher.launch("plain", arguments, work=work, socket=link.theirs.fileno())
        except ServiceError:
            link.close()
            work.remove()
            raise
        link.handed_over()
        return Worker(link, tree, work)
