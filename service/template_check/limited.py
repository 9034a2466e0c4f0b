"""A template is looked at in a child process that cannot harm: little time, little memory, no network.

The process tree of `service.conversion` starts and ends it, so nothing is left behind whatever the template does.
"""

from __future__ import annotations

import json
import os
import select
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.conversion.process_tree import ProcessTree
from service.errors import PayloadTooLarge, QueueFull
from service.office_files import Problem
from service.office_files.zip_shape import DOCX_LIMITS, MB
from service.template_check.report import Report, report_of

CPU_S, WALL_CLOCK_S, AT_ONCE = 10, 30.0, 2
_ROOT = Path(__file__).resolve().parent.parent.parent
_TOO_MUCH = "Проверка шаблона остановлена: он требует слишком много {}."
_FIX = "Уберите вложенные циклы и таблицы, уменьшите рисунки."


def check_template(
    docx: bytes,
    kind_name: str,
    samples: Mapping[str, Any],
    *,
    mark: bool = False,
    timeout_s: float = WALL_CLOCK_S,
    cpu_s: int = CPU_S,
) -> Report:
    """Return what is wrong with a template; it is opened in a limited child process only.

    Args:
        docx: as it came from Word.
        kind_name: a known kind.
        samples: name -> payload of that kind.
        mark: give the template back with Word comments, if it was sound enough to be looked into.
        timeout_s: wall clock of the whole check.
        cpu_s: processor time of the whole check, the start of Python included.

    Raises:
        PayloadTooLarge: the file is larger than a template may be.
    """
    if len(docx) > DOCX_LIMITS.packed_bytes:
        raise PayloadTooLarge(f"Файл больше {DOCX_LIMITS.packed_bytes // MB} МБ. Удалите из него рисунки.")
    with tempfile.TemporaryDirectory(prefix="template-check-") as name:
        folder = Path(name)
        file = folder / "template.docx"
        file.write_bytes(docx)
        question = {"docx": str(file), "kind": kind_name, "samples": samples, "mark": mark, "cpu_s": cpu_s}
        asked = folder / "question.json"
        asked.write_text(json.dumps(question), encoding="utf-8")
        try:
            return _report(_answer(asked, folder, timeout_s=timeout_s))
        except TimeoutError:
            return _stopped("времени")
        except ValueError:
            return _stopped("времени или памяти")


class TemplateChecker:
    """Checks templates for those who ask over the network: only a few at the same time.

    Args:
        at_once: how many; one more is told to come back.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    def check(self, docx: bytes, kind_name: str, samples: Mapping[str, Any], *, mark: bool = False) -> Report:
        """Return what is wrong with a template, as `check_template` does.

        Raises:
            PayloadTooLarge: the file is larger than a template may be.
            QueueFull: other templates are being checked.
        """
        if not self._free.acquire(blocking=False):
            raise QueueFull("Сейчас проверяются другие шаблоны. Повторите через несколько секунд.")
        try:
            return check_template(docx, kind_name, samples, mark=mark)
        finally:
            self._free.release()


def _answer(asked: Path, folder: Path, *, timeout_s: float) -> dict[str, Any]:
    """Return what the child says; raises TimeoutError, or ValueError when it ended in the middle."""
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "service.template_check.child", str(asked), str(theirs)]
    try:
        tree = ProcessTree(command, env=_environment(), folder=folder, files=(theirs,))
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    try:
        return dict(json.loads(_read_to_end(ours, deadline=time.monotonic() + timeout_s)))
    finally:
        tree.kill()
        os.close(ours)


def _read_to_end(pipe: int, *, deadline: float) -> bytes:
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN | select.POLLHUP)
    read = b""
    while waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
        more = os.read(pipe, 65536)
        read += more
        if not more:
            return read
    raise TimeoutError("no answer in time")


def _environment() -> dict[str, str]:
    """Nothing of the service's settings; the path by which this program was found."""
    return {"PYTHONPATH": os.pathsep.join([str(_ROOT)]), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _report(answer: Mapping[str, Any]) -> Report:
    return _stopped("памяти") if answer.get("limit") == "memory" else report_of(answer)


def _stopped(resource: str) -> Report:
    return Report(errors=(Problem("файл", _TOO_MUCH.format(resource), _FIX),), admitted=False)
