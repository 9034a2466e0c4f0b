"""Offices forked from one warm LibreOffice: a new one costs milliseconds and shares the parent's memory.

`OfficeParent` keeps the LibreOffice that never sees a paper of anybody; `ForkedOffice` is an `Office` made
of one child. When the parent dies its children die with it, their papers are tried again, and the next
start of an office takes the spare parent where one is kept, and starts a new one elsewhere.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from service.conversion.child import Child
from service.conversion.converter import Readiness
from service.conversion.launching import MEMORY_BYTES, SOFFICE, START_S, SYSTEM_PYTHON, Launcher
from service.conversion.linked import LinkedOffice, cancelled
from service.conversion.parent import WarmParent
from service.conversion.sandbox import Sandbox
from service.conversion.spare import Spare
from service.errors import OfficeCrashed, OfficeStart, ParentCrashed

# A fresh child pays about 30 ms more for its first paper; memory grows by a tenth over fifty.
PAPERS = 50
# A fork takes 4 ms; a parent that needs longer is stopped or sick.
FORK_S = 5.0


class OfficeParent:
    """The warm LibreOffice of one service, started when the first office is asked for.

    Call `fork` in threads that live as long as the parent, as those of a pool do: the kernel ends it
    together with the thread that started it.

    Args:
        spare: another one is kept warm, which takes over when this one dies: the papers then wait some milliseconds
            instead of the start of a LibreOffice. It costs its memory.
        work_root, sandbox, program, python, start_s: see `Launcher`.
    """

    def __init__(
        self,
        work_root: Path,
        *,
        sandbox: Sandbox | None = None,
        spare: bool = False,
        program: Path = SOFFICE,
        python: Path = SYSTEM_PYTHON,
        start_s: float = START_S,
    ) -> None:
        self._launcher = Launcher(work_root, sandbox, program, python, start_s)
        self._forking = threading.Lock()  # one fork or start at a time
        self._lock = threading.Lock()  # guards what `close` ends
        self._closed = False
        self._parent: WarmParent | None = None
        self._spare = Spare(lambda: WarmParent(self._launcher)) if spare else None

    def fork(self) -> tuple[Child, Readiness]:
        """Return a new child and what the parent says of itself; starts the parent when there is none.

        Raises:
            OfficeStart: the parent does not come up, or is closed.
            StorageFull: no room is left in the work folder.
        """
        with self._forking:
            parent = self._parent
            if parent is not None and parent.alive():
                with suppress(EOFError, TimeoutError):
                    return parent.fork(FORK_S), parent.readiness
            parent = self._replaced()
            try:
                return parent.fork(FORK_S), parent.readiness
            except (EOFError, TimeoutError) as e:
                raise OfficeStart("LibreOffice запустился и сразу завершился. Повторите создание.") from e

    def close(self) -> None:
        """End the parent with all its children and remove its folder; it cannot be started again."""
        with self._lock:
            self._closed = True
            parent = self._parent
        if parent is not None:
            parent.kill()
        if self._spare is not None:
            self._spare.close()

    def _replaced(self) -> WarmParent:
        if self._parent is not None:
            self._parent.kill()
        spare = self._spare.take() if self._spare else None
        parent = spare or WarmParent(self._launcher)
        with self._lock:
            closed, self._parent = self._closed, parent
        if closed:
            parent.kill()
            raise cancelled()
        if spare is None:
            parent.start()
        if self._spare is not None:
            self._spare.want()
        return parent


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
        self._child: Child | None = None

    def start(self) -> Readiness:
        """Fork; see `Office.start`."""
        child, readiness = self._parent.fork()
        with self._lock:
            if not self._killed:
                self._process = self._child = child
                return readiness
        child.kill()
        raise cancelled()

    def convert(self, docx: bytes) -> bytes:
        """Return the PDF as LibreOffice wrote it; see `Office.convert`.

        Raises:
            ParentCrashed: all offices of the parent ended.
        """
        try:
            return super().convert(docx)
        except OfficeCrashed as e:
            if self._child is None or self._child.parent_alive():
                raise
            raise ParentCrashed(str(e)) from e
