"""One plain warm LibreOffice behind the `Office` protocol: the portable way to convert.

Starts `office_worker.py` under the system Python; the worker starts soffice.bin. Both live in a
private folder with a private profile and an empty environment, and nothing of them outlives this
process: see the docstring of the worker. Knows nothing of queues and deadlines of papers.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

from service.conversion.converter import Readiness
from service.conversion.pdf import check_pdf
from service.conversion.probe import probe_docx
from service.conversion.process_tree import ProcessTree
from service.conversion.profile import write_profile
from service.conversion.sandbox import Sandbox
from service.conversion.workdir import WorkDir
from service.errors import ConversionError, DocumentRefused, OfficeCrashed, OfficeStart

SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
SYSTEM_PYTHON = Path("/usr/bin/python3")
START_S = 30.0
MEMORY_BYTES = 1024**3

_WORKER = Path(__file__).with_name("office_worker.py")
_ZIP_MARK = b"PK\x03\x04"
_INSTALL = (
    "Установите пакеты libreoffice-writer-nogui, python3-uno и fonts-liberation "
    "или укажите в настройках путь к soffice.bin."
)


class PlainOffice:
    """A worker, its LibreOffice and their folder; an `Office`.

    Start it in a thread that lives as long as the office: the kernel ends the worker together with
    the thread that started it.

    Args:
        work_root: folder of this service alone; every office makes its own folder inside.
        sandbox: None runs the office with all rights of this process.
        program: soffice.bin itself; the `soffice` wrapper needs a shell.
        python: the Python that python3-uno belongs to.
        start_s: seconds until the first tiny paper must be converted.
        memory_bytes: resident size above which the office is no longer healthy.
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
    ) -> None:
        self._work_root, self._sandbox, self._program, self._python = work_root, sandbox, program, python
        self._start_s, self._memory_bytes = start_s, memory_bytes
        self._lock = threading.Lock()
        self._work: WorkDir | None = None
        self._tree: ProcessTree | None = None
        self._killed = False
        self._papers = 0
        self._resident_bytes = 0

    def start(self) -> Readiness:
        """Start, convert a tiny paper and return version and sandbox; see `Office.start`."""
        deadline = time.monotonic() + self._start_s
        for needed in (self._program, self._python):
            if not os.access(needed, os.X_OK):
                raise OfficeStart(f"LibreOffice не запускается: нет программы «{needed}». {_INSTALL}")
        tree = self._spawn()
        try:
            version = str(tree.answer(timeout_s=deadline - time.monotonic())["version"])
            check_pdf(self._convert(probe_docx(), timeout_s=deadline - time.monotonic()))
        except (ConversionError, EOFError, TimeoutError) as e:
            cause = RuntimeError(f"{e!r}; stderr: {tree.last_words()}")
            self.kill()
            raise OfficeStart(f"LibreOffice не запускается. {_INSTALL}") from cause
        kind = self._sandbox.name if self._sandbox else "без песочницы"
        return Readiness(ok=True, office_version=version, detail=f"LibreOffice {version}, {kind}.")

    def convert(self, docx: bytes) -> bytes:
        """Return the PDF as LibreOffice wrote it; see `Office.convert`."""
        if not docx.startswith(_ZIP_MARK):
            # LibreOffice 7.4.7 opens an empty file as an empty document and calls that success.
            raise DocumentRefused("Документ пуст или не является файлом .docx. Создайте его заново.")
        return self._convert(docx, timeout_s=None)

    def healthy(self) -> bool:
        """Return whether the tree lives and has not swollen."""
        tree = self._tree
        return tree is not None and tree.alive() and self._resident_bytes < self._memory_bytes

    def kill(self) -> None:
        """End the tree and remove its folder; see `Office.kill`."""
        with self._lock:
            self._killed = True
            if self._tree is not None:
                self._tree.kill()
            if self._work is not None:
                self._work.remove()

    def _spawn(self) -> ProcessTree:
        with self._lock:
            if self._killed:
                raise OfficeStart("Запуск LibreOffice отменён: сервис завершает работу.")
            work = self._work = WorkDir(self._work_root)
            command = [
                # -I: neither the environment nor the current folder may add modules.
                *(str(self._python), "-I", "-B", str(_WORKER)),
                *(str(self._program), str(work.profile), work.pipe_name, str(self._start_s)),
            ]
            if self._sandbox is not None:
                command = self._sandbox.wrap(
                    command, work=work.path, readable=(_WORKER, *_installation(self._program))
                )
            try:
                write_profile(work.profile)
                self._tree = ProcessTree(command, env=_environment(work.path), folder=work.path)
            except OSError as e:
                work.remove()
                raise OfficeStart(f"LibreOffice не запускается: «{command[0]}». {_INSTALL}") from e
            return self._tree

    def _convert(self, docx: bytes, *, timeout_s: float | None) -> bytes:
        if self._tree is None or self._work is None:
            raise OfficeCrashed("LibreOffice не запущен.")
        self._papers += 1
        source = self._work.path / f"{self._papers}.docx"
        target = self._work.path / f"{self._papers}.pdf"
        try:
            source.write_bytes(docx)
            answer = self._tree.ask({"source": str(source), "target": str(target)}, timeout_s=timeout_s)
            self._resident_bytes = int(answer["resident_bytes"])
            _raise_refusal(answer)
            return target.read_bytes() if target.exists() else b""
        except (EOFError, OSError) as e:
            raise OfficeCrashed(
                "Преобразование в PDF прервано: LibreOffice завершился. Повторите создание."
            ) from e
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)


def _installation(program: Path) -> tuple[Path, ...]:
    """Return the folders of an office outside the places that every sandbox shows."""
    # Only …/program/soffice.bin has its installation around it; the parents of /bin/x are the machine.
    return (program.parents[1],) if program.parent.name == "program" else (program,)


def _environment(home: Path) -> dict[str, str]:
    """Return all that the tree is told: no secret of the service, and no program to be found."""
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        # An empty PATH would mean the current folder.
        "PATH": "/nonexistent",
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }


def _raise_refusal(answer: dict[str, Any]) -> None:
    cause = RuntimeError(answer["error"])
    if answer["failed"] == "load":
        raise DocumentRefused(
            "LibreOffice не смог открыть документ. Проверьте, что это исправный .docx."
        ) from cause
    if answer["failed"]:
        raise OfficeCrashed(
            "LibreOffice не смог записать PDF. Проверьте место на диске и повторите."
        ) from cause
