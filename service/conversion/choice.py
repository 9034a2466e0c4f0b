"""Which kind of office this machine can have, found out by a trial when the first paper comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import structlog

from service.conversion.converter import Office
from service.conversion.forking import PAPERS as FORKED_PAPERS
from service.conversion.forking import ForkedOffice, OfficeParent
from service.conversion.launching import SYSTEM_PYTHON
from service.conversion.office import PAPERS as PLAIN_PAPERS
from service.conversion.office import PlainOffice
from service.conversion.sandbox import Sandbox, bubblewrap
from service.errors import OfficeStart

_log = structlog.get_logger(__name__)


class OfficeKind(StrEnum):
    """What the operator may ask for."""

    AUTO = "auto"
    FORK = "fork"
    PLAIN = "plain"


class OfficeChoice:
    """Makes offices of the kind that was asked for; safe to call from any thread.

    `auto` means forked ones where a parent comes up, plain ones elsewhere. Nothing is tried before
    the first office is asked for: a paper without PDF needs neither a sandbox nor a LibreOffice.

    Args:
        work_root: folder of this service alone.
        unsandboxed: offices may run without a sandbox where there is none.
        papers: number of papers after which an office is replaced; 0 means the usual of its kind.
        spare: a second parent of forked offices is kept warm; see `OfficeParent`.
        find_sandbox: returns the sandbox of this machine, None when there is none.
    """

    def __init__(
        self,
        kind: OfficeKind,
        work_root: Path,
        *,
        unsandboxed: bool = False,
        papers: int = 0,
        spare: bool = False,
        find_sandbox: Callable[[Path], Sandbox | None] | None = None,
    ) -> None:
        self._kind, self._work_root, self._unsandboxed = kind, work_root, unsandboxed
        self._papers, self._spare = papers, spare
        self._find_sandbox = find_sandbox or (lambda work: bubblewrap(python=SYSTEM_PYTHON, work=work))
        self._lock = threading.Lock()
        self._parent: OfficeParent | None = None
        self._make: Callable[[], Office] | None = None

    def __call__(self) -> Office:
        """Return a new office, not started yet.

        Raises:
            OfficeStart: there is no sandbox, and nobody allowed to do without.
            StorageFull: no room is left in the work folder.
        """
        with self._lock:
            if self._make is None:
                self._make = self._chosen(self._sandbox())
            return self._make()

    def close(self) -> None:
        """End what the offices have in common."""
        parent = self._parent
        if parent is not None:
            parent.close()

    def _sandbox(self) -> Sandbox | None:
        self._work_root.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self._find_sandbox(self._work_root)
        if found is None and not self._unsandboxed:
            raise OfficeStart(
                "Песочница bubblewrap не запускается, а без неё преобразование запрещено. "
                "Разрешите пространства имён или задайте OFFICE_UNSANDBOXED=yes."
            )
        return found

    def _chosen(self, sandbox: Sandbox | None) -> Callable[[], Office]:
        def plain() -> Office:
            return PlainOffice(self._work_root, sandbox=sandbox, papers=self._papers or PLAIN_PAPERS)

        if self._kind is OfficeKind.PLAIN:
            return plain
        parent = self._parent = OfficeParent(self._work_root, sandbox=sandbox, spare=self._spare)
        if self._kind is OfficeKind.AUTO:
            try:
                parent.fork()[0].kill()
            except OfficeStart as e:
                _log.warning("no_forked_offices", error=str(e), cause=str(e.__cause__))
                parent.close()
                return plain
        return lambda: ForkedOffice(parent, papers=self._papers or FORKED_PAPERS)
