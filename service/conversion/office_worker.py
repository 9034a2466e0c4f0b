"""The process between the service and one LibreOffice: takes JSON lines, answers JSON lines.

Runs under the system Python, because python3-uno is built for that one, and imports nothing of
this package. Starts soffice.bin on a private pipe, loads and stores one paper per line, and dies
together with its parent and with its office. Paths come ready made; documents never pass through it.

    argv:   soffice.bin, profile folder, name of the pipe, seconds for the start
    stdin:  {"source": "/…/1.docx", "target": "/…/1.pdf"}
    stdout: {"ready": true, "version": "7.4.7.2", "pid": 17}
            {"failed": "", "error": "", "resident_bytes": 150000000}
            {"failed": "load" or "store", "error": "IOException: …", "resident_bytes": …}
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from typing import Any, TextIO
from urllib.parse import quote

import uno

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
# desktop/source/inc/exithelp.h: EXITHELPER_NORMAL_RESTART, seen after the first start of a fresh profile.
RESTART_ASKED = 81
PROBE_PAUSE_S = 0.02
OFFICE_ENDED = 3
LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 256 * 1024 * 1024),
    (resource.RLIMIT_NOFILE, 512),
    (resource.RLIMIT_AS, 2 * 1024 * 1024 * 1024),
)
LOAD = {
    "Hidden": True,
    "ReadOnly": True,
    # The filter is forced: RTF or HTML in a file named .docx would fetch what it links.
    "FilterName": "MS Word 2007 XML",
    "MacroExecutionMode": 0,
    "UpdateDocMode": 0,
}
EXPORT = {
    "FilterName": "writer_pdf_Export",
    "FilterData": {
        # 2 is PDF/A-2b (the file says part 2, conformance B).
        "SelectPdfVersion": 2,
        "UseTaggedPDF": True,
        "ExportBookmarks": True,
        # Bookmarks of the text become named places, from which the outline of a package is made.
        "ExportBookmarksToPDFDestination": True,
    },
}

_libc = ctypes.CDLL(None, use_errno=True)


def main(argv: list[str]) -> int:
    """Serve until stdin ends; the office lives exactly as long."""
    program, profile, pipe, start_s = argv
    answers = _take_stdout()
    os.umask(0o077)
    _die_with_parent()
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    threading.Thread(target=_watch_parent, daemon=True).start()
    soffice, context = _start(program, profile, pipe, deadline=time.monotonic() + float(start_s))
    threading.Thread(target=_watch_office, args=(soffice,), daemon=True).start()
    services = context.ServiceManager
    desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    _say(answers, {"version": _version(services, context)})
    for line in sys.stdin:
        job = json.loads(line)
        failed, error = _convert(desktop, job["source"], job["target"])
        _say(answers, {"failed": failed, "error": error, "resident_bytes": _resident_bytes(soffice.pid)})
    os.killpg(0, signal.SIGKILL)
    return 0


def _take_stdout() -> TextIO:
    """Keep stdout for answers alone: whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _watch_parent() -> None:
    """End the whole group when the other end of stdin closes, also in the middle of a paper.

    Second wall beside PDEATHSIG, which follows the parent's *thread* and is lost when the parent
    died before we asked for it.
    """
    hang_up = select.poll()
    hang_up.register(0, 0)
    hang_up.poll()
    os.killpg(0, signal.SIGKILL)


def _watch_office(soffice: subprocess.Popen[bytes]) -> None:
    """End when the office ends: the parent sees end of file at once, busy or idle."""
    soffice.wait()
    os._exit(OFFICE_ENDED)


def _start(program: str, profile: str, pipe: str, *, deadline: float) -> tuple[subprocess.Popen[bytes], Any]:
    """Start the office and return it with its remote context as soon as the pipe answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    not_yet = uno.getClass("com.sun.star.connection.NoConnectException")
    soffice = _spawn(program, profile, pipe)
    while time.monotonic() < deadline:
        try:
            return soffice, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except not_yet:
            code = _ended(soffice)
        if code == RESTART_ASKED:
            soffice = _spawn(program, profile, pipe)
        elif code is not None:
            raise SystemExit(f"soffice.bin ended with code {code} before it answered")
    raise SystemExit("soffice.bin did not answer on its pipe before the deadline")


def _ended(soffice: subprocess.Popen[bytes]) -> int | None:
    """Return the exit code, or None after the pause between two probes."""
    try:
        return soffice.wait(timeout=PROBE_PAUSE_S)
    except subprocess.TimeoutExpired:
        return None


def _spawn(program: str, profile: str, pipe: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            program,
            "--headless",
            "--invisible",
            "--nologo",
            "--norestore",
            "--nodefault",
            "--nofirststartwizard",
            "--nolockcheck",
            f"-env:UserInstallation=file://{quote(profile)}",
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        close_fds=False,  # the life line of the service must reach every process of the tree
        preexec_fn=_limit,
    )


def _limit() -> None:
    """Runs in the child between fork and exec: nothing but system calls."""
    _die_with_parent()
    for what, ceiling in LIMITS:
        resource.setrlimit(what, (ceiling, ceiling))


def _version(services: Any, context: Any) -> str:
    provider = services.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
    product = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        _values({"nodepath": "/org.openoffice.Setup/Product"}),
    )
    return str(product.ooSetupVersionAboutBox)


def _convert(desktop: Any, source: str, target: str) -> tuple[str, str]:
    """Load, store and close; return the step that failed and why, empty when none did.

    UNO throws both for a file it refuses and for a dead bridge; the latter ends this process.
    """
    step = "load"
    try:
        paper = desktop.loadComponentFromURL(f"file://{quote(source)}", "_blank", 0, _values(LOAD))
        if paper is None:
            return step, "the import filter gave no document"
        step = "store"
        paper.storeToURL(f"file://{quote(target)}", _values(EXPORT))
        step = "close"
        paper.close(True)
    except uno.getClass("com.sun.star.lang.DisposedException"):
        os._exit(OFFICE_ENDED)
    except uno.getClass("com.sun.star.uno.Exception") as refusal:
        return step, f"{type(refusal).__name__}: {refusal.Message}"
    return "", ""


def _resident_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/statm", encoding="ascii") as pages:  # noqa: PTH123 - no third way to read it
        return int(pages.read().split()[1]) * resource.getpagesize()


def _values(options: dict[str, Any]) -> tuple[Any, ...]:
    made = []
    for name, value in options.items():
        pair = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        pair.Name = name
        pair.Value = (
            uno.Any("[]com.sun.star.beans.PropertyValue", _values(value))
            if isinstance(value, dict)
            else value
        )
        made.append(pair)
    return tuple(made)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
