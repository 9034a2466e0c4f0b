"""Offices forked from one warm LibreOffice: a new one costs milliseconds and shares the parent's memory.

`OfficeParent` is the LibreOffice that never sees a paper of anybody; `ForkedOffice` is an `Office` made
of one child. When the parent dies its children die with it, their papers are tried again, and the next
start of an office starts a new parent.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from service.conversion.child import Child, heard
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
from service.conversion.probe import probe_docx
from service.conversion.process_tree import ProcessTree
from service.conversion.sandbox import Sandbox
from service.conversion.workdir import WorkDir
from service.errors import OfficeStart, ServiceError

# A fresh child pays about 30 ms more for its first paper; memory grows by a tenth over fifty.
PAPERS = 50
# A fork takes 4 ms; a parent that needs longer is stopped or sick.
FORK_S = 5.0


class OfficeParent:
    """The warm LibreOffice of one service, started when the first office is asked for.

    Call `fork` in threads that live as long as the parent, as those of a pool do: the kernel ends it
    together with the thread that started it.

    Args:
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
    ) -> None:
        self._launcher = Launcher(work_root, sandbox, program, python, start_s)
        self._forking = threading.Lock()  # one fork or start at a time
        self._lock = threading.Lock()  # guards what `close` ends
        self._closed = False
        self._tree: ProcessTree | None = None
        self._work: WorkDir | None = None
        self._control: socket.socket | None = None
        self._readiness = Readiness(ok=False, office_version="", detail="LibreOffice не запущен.")
        self._forked = 0

    def fork(self) -> tuple[Child, Readiness]:
        """Return a new child and what the parent says of itself; starts the parent when there is none.

        Raises:
            OfficeStart: the parent does not come up, or is closed.
            StorageFull: no room is left in the work folder.
        """
        with self._forking:
            if self._tree is not None and self._tree.alive():
                with suppress(EOFError, TimeoutError):
                    return self._fork(FORK_S), self._readiness
            self._end()
            self._start()
            try:
                return self._fork(FORK_S), self._readiness
            except (EOFError, TimeoutError) as e:
                raise OfficeStart("LibreOffice запустился и сразу завершился. Повторите создание.") from e

    def close(self) -> None:
        """End the parent with all its children and remove its folder; it cannot be started again."""
        with self._lock:
            self._closed = True
        self._end()

    def _start(self) -> None:
        deadline = time.monotonic() + self._launcher.start_s
        self._launcher.require_programs()
        work, tree, control = self._spawn()
        try:
            version = str(heard(control, deadline - time.monotonic())[0]["version"])
            child = self._fork(deadline - time.monotonic())
            try:
                self._readiness = self._launcher.proven(
                    lambda docx: pdf_of(
                        child.link.ask(docx, timeout_s=deadline - time.monotonic()), work=work
                    ),
                    version=version,
                    kind="копии прогретого офиса",
                )
            finally:
                child.kill()
        except OfficeStart:
            self._end()
            raise
        except (ServiceError, EOFError, TimeoutError, KeyError) as e:
            try:
                raise self._launcher.failed(e, tree=tree, work=work)
            finally:
                self._end()

    def _spawn(self) -> tuple[WorkDir, ProcessTree, socket.socket]:
        with self._lock:
            if self._closed:
                raise cancelled()
            work = WorkDir(self._launcher.work_root)
            control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            arguments = [
                str(self._launcher.program.parent),
                *(str(work.profile), str(self._launcher.papers(work)), str(_warm_papers(work))),
            ]
            try:
                tree = self._launcher.launch("parent", arguments, work=work, socket=theirs.fileno())
            except ServiceError:
                control.close()
                work.remove()
                raise
            finally:
                theirs.close()
            self._work, self._tree, self._control = work, tree, control
            return work, tree, control

    def _fork(self, timeout_s: float) -> Child:
        control, work = self._control, self._work
        if control is None or work is None:
            raise EOFError("there is no parent")
        self._forked += 1
        name = str(self._forked)
        link = Link()
        try:
            control.settimeout(max(0.001, timeout_s))
            socket.send_fds(control, [json.dumps({"name": name}).encode()], [link.theirs.fileno()])
            link.handed_over()
            _, pidfd = heard(control, timeout_s)
            if pidfd is None:
                raise EOFError("the parent answers without a child")
        except TimeoutError:
            link.close()
            raise
        except (OSError, EOFError) as e:
            link.close()
            raise EOFError("the parent does not answer") from e
        return Child(link, pidfd, work)

    def _end(self) -> None:
        with self._lock:
            tree, control, work = self._tree, self._control, self._work
            self._tree = self._control = self._work = None
        if tree is not None:
            tree.kill()
        if control is not None:
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)
            control.close()
        if work is not None:
            work.remove()


class ForkedOffice(LinkedOffice):
    """One child of the parent; an `Office`. Its `kill` leaves the parent and the other children alone.

    Args:
        memory_bytes, papers: see `LinkedOffice`; the resident size counts the parent's pages too.
    """

    def __init__(
        self, parent: OfficeParent, *, memory_bytes: int = MEMORY_BYTES, papers: int = PAPERS
    ) -> None:
        super().__init__(memory_bytes=memory_bytes, papers=papers)
        self._parent = parent

    def start(self) -> Readiness:
        """Fork; see `Office.start`."""
        child, readiness = self._parent.fork()
        with self._lock:
            if not self._killed:
                self._process = child
                return readiness
        child.kill()
        raise cancelled()


def _warm_papers(work: WorkDir) -> Path:
    folder = work.path / "warm"
    try:
        folder.mkdir()
        (folder / "probe.docx").write_bytes(probe_docx())
    except OSError as e:
        work.require_room()
        raise OfficeStart("Рабочая папка LibreOffice недоступна. Проверьте права на неё.") from e
    return folder
