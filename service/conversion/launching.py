"""How any kind of office is started, and what it must show before it gets a paper.

Owns the command, the environment, the sandbox around them and the self-test; the kinds differ in
what they say to the program that runs then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from service.conversion.converter import Readiness
from service.conversion.link import Answer, crashed
from service.conversion.pdf import END_MARK_WITHIN_BYTES
from service.conversion.process_tree import ProcessTree
from service.conversion.profile import write_profile
from service.conversion.sandbox import Launch, Sandbox
from service.conversion.self_test import leaks
from service.conversion.workdir import WorkDir, no_room
from service.errors import DocumentRefused, OfficeCrashed, OfficeStart

SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
SYSTEM_PYTHON = Path("/usr/bin/python3")
START_S = 30.0
MEMORY_BYTES = 1024**3

_INSIDE = Path(__file__).with_name("inside")
_INSTALL = (
    "Установите пакеты libreoffice-writer-nogui, python3-uno и fonts-liberation "
    "или укажите в настройках путь к soffice.bin."
)


@dataclass(frozen=True)
class Launcher:
    """What offices of one service are started with.

    Args:
        work_root: folder of this service alone; every start makes its own folder inside.
        sandbox: None runs the office with all rights of this process.
        program: soffice.bin itself; the `soffice` wrapper needs a shell.
        python: the Python that python3-uno belongs to.
        start_s: seconds until an office must be ready.
    """

    work_root: Path
    sandbox: Sandbox | None = None
    program: Path = SOFFICE
    python: Path = SYSTEM_PYTHON
    start_s: float = START_S

    def papers(self, work: WorkDir) -> Path:
        """Return where offices keep papers in work: in memory inside the sandbox, on disk without one."""
        return self.sandbox.memory_disk / "papers" if self.sandbox else work.papers

    def require_programs(self) -> None:
        """Raise OfficeStart when a program is missing."""
        for needed in (self.program, self.python):
            if not os.access(needed, os.X_OK):
                raise OfficeStart(f"LibreOffice не запускается: нет программы «{needed}». {_INSTALL}")

    def launch(self, role: str, arguments: Sequence[str], *, work: WorkDir, socket: int) -> ProcessTree:
        """Start a program of the folder `inside` with a fresh profile.

        Args:
            role: the module of `inside`.
            arguments: behind the number of the socket.
            work: an empty folder.
            socket: number of the open socket that the program speaks on.

        Raises:
            OfficeStart: it cannot be started.
            StorageFull: no room for the profile.
        """
        # -I: neither the environment nor the current folder may add modules.
        command = [str(self.python), "-I", "-B", str(_INSIDE), role, str(socket), *arguments]
        readable = (_INSIDE, *_installation(self.program))
        wrapped = (
            self.sandbox.wrap(command, work=work.path, readable=readable)
            if self.sandbox
            else nullcontext(Launch(command))
        )
        try:
            write_profile(work.profile)
            with wrapped as launch:
                return ProcessTree(
                    launch.command,
                    env=_environment(work.path, self.sandbox.memory_disk if self.sandbox else work.path),
                    folder=work.path,
                    files=(socket, *launch.files),
                )
        except OSError as e:
            work.require_room()
            raise OfficeStart(f"LibreOffice не запускается: «{command[0]}». {_INSTALL}") from e

    def failed(self, cause: Exception, *, tree: ProcessTree, work: WorkDir) -> OfficeStart:
        """Return the error of an office that did not come up.

        Raises:
            StorageFull: the reason is a full disk.
        """
        work.require_room()
        error = OfficeStart(f"LibreOffice не запускается. {_INSTALL}")
        error.__cause__ = RuntimeError(f"{cause!r}; stderr: {tree.last_words()}")
        return error

    def proven(self, convert: Callable[[bytes], object], *, version: str, kind: str) -> Readiness:
        """Return the readiness of an office that passes the self-test.

        Raises:
            OfficeStart: it reaches from its sandbox what it must not reach.
        """
        trap = WorkDir(self.work_root)
        try:
            reached = leaks(convert, trap.path)
        except OSError as e:
            raise OfficeStart(f"Самопроверка LibreOffice не проведена: {e.strerror}.") from e
        finally:
            trap.remove()
        if reached and self.sandbox:
            raise OfficeStart(
                f"LibreOffice не прошёл самопроверку: документу доступны {' и '.join(reached)} "
                f"({self.sandbox.name}). Проверьте установку bubblewrap и ядра; документы не преобразуются."
            )
        place = self.sandbox.name if self.sandbox else "без песочницы"
        open_to = f" (документу доступны {' и '.join(reached)})" if reached else ""
        return Readiness(
            ok=True, office_version=version, detail=f"LibreOffice {version}, {kind}, {place}{open_to}."
        )


def pdf_of(answer: Answer, *, work: WorkDir) -> bytes:
    """Return the PDF of an answer, unchecked.

    Raises:
        DocumentRefused: the office could not open the paper.
        OfficeCrashed: it could not write the PDF.
        StorageFull: it could do neither for want of room.
    """
    if answer.full:
        raise no_room(work.path.parent)
    if answer.failed or b"%%EOF" not in answer.pdf[-END_MARK_WITHIN_BYTES:]:
        work.require_room()
    cause = RuntimeError(answer.error)
    if answer.failed == "load":
        raise DocumentRefused(
            "LibreOffice не смог открыть документ. Проверьте, что это исправный .docx."
        ) from cause
    if answer.failed:
        raise OfficeCrashed(
            "LibreOffice не смог записать PDF. Проверьте место на диске и повторите."
        ) from cause
    return answer.pdf


def died(cause: Exception, *, work: WorkDir) -> OfficeCrashed:
    """Return the error of an office that ended in the middle of a paper.

    Raises:
        StorageFull: the disk is full, which some programs do not survive.
    """
    work.require_room()
    error = crashed()
    error.__cause__ = cause
    return error


def _installation(program: Path) -> tuple[Path, ...]:
    """Return the folders of an office outside the places that every sandbox shows."""
    # Only …/program/soffice.bin has its installation around it; the parents of /bin/x are the machine.
    return (program.parents[1],) if program.parent.name == "program" else (program,)


def _environment(home: Path, temporary: Path) -> dict[str, str]:
    """Return all that the tree is told: no secret of the service, and no program to be found."""
    return {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        # An empty PATH would mean the current folder.
        "PATH": "/nonexistent",
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        # One paper is one processor's work: LibreOffice would start four threads to unzip twenty kilobytes.
        "MAX_CONCURRENCY": "1",
        # Fewer merges of freed memory: LibreOffice allocates and frees small objects by the million.
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=4000:glibc.malloc.trim_threshold=1073741824",
    }
