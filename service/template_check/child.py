"""The child process that looks at a foreign template: limits first, then one question, one answer.

Started by `limited` only. Before a byte of the template is read it gives up the network, new processes, files to write,
and all but a little processor time and memory.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import forms
from service.template_check.comments import commented
from service.template_check.examination import examine
from service.template_check.report import piped

MEMORY_BYTES, FILE_BYTES, OPEN_FILES = 512 * 1024**2, 1_000_000, 64
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
    "pty.",
)


def main() -> None:
    """Answer one question: {"docx": path, "kind": name, "samples": {name: payload}, "mark": false, "cpu_s": 10}.

    argv: the file of the question, the number of the open pipe for the answer.
    """
    forms.all_kinds()  # imported before files are shut out
    question = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    docx = Path(question["docx"]).read_bytes()
    give_up_rights(cpu_s=question["cpu_s"])
    answer = json.dumps(answered(docx, question)).encode()
    while answer:
        answer = answer[os.write(int(sys.argv[2]), answer) :]


def answered(docx: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Return the report as JSON, or {"limit": "memory"}; any other failure ends the process."""
    try:
        report = examine(docx, forms.get_kind(question["kind"]), question["samples"])
        if question["mark"] and report.admitted:
            report = replace(report, marked=commented(docx, report))
        return piped(report)
    except MemoryError:
        return {"limit": "memory"}


def give_up_rights(*, cpu_s: int) -> None:
    """Limit this process for good; the network is left where the kernel allows, and refused by Python anywhere."""
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.unshare(_NEW_NETWORK) != 0:
        kernel.unshare(_NEW_USER | _NEW_NETWORK)
    for limit, most in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"a template check does not do {event}")


if __name__ == "__main__":
    main()
