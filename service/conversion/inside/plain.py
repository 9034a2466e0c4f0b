"""The process between the service and one plain LibreOffice: takes papers, answers PDFs.

Runs under the system Python, because python3-uno is built for that one. Starts soffice.bin on a
private pipe, loads and stores one paper per message, and dies together with its parent and with its
office.

    argv:   number of the socket, soffice.bin, profile folder, folder for papers, name of the pipe,
            seconds for the start
    socket: frames; first {"version": "7.4.7.2"}, then for every paper {"failed": "", "error": "",
            "resident_bytes": 150000000} and the PDF, or {"failed": "load", "error": "IOException: …", …}
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uno

from . import papers, rights
from .frames import frame, read_frame

# desktop/source/inc/exithelp.h: EXITHELPER_NORMAL_RESTART, seen after the first start of a fresh profile.
RESTART_ASKED = 81
PROBE_PAUSE_S = 0.02


def main(argv: list[str]) -> int:
    """Serve until the socket ends; the office lives exactly as long."""
    number, program, profile, folder, pipe, start_s = argv
    link = socket.socket(fileno=int(number))
    rights.die_with_parent()
    rights.renounce()
    threading.Thread(target=_watch_service, args=(link,), daemon=True).start()
    soffice, context = _start(program, profile, pipe, deadline=time.monotonic() + float(start_s))
    threading.Thread(target=_watch_office, args=(soffice,), daemon=True).start()
    desk = papers.Desk(context, Path(folder))
    link.sendall(frame({"version": papers.version(context)}))
    while True:
        _, docx = read_frame(link)
        answer, pdf = desk.convert(docx)
        answer["resident_bytes"] = rights.resident_bytes(soffice.pid)
        link.sendall(frame(answer, pdf))


def _watch_service(link: socket.socket) -> None:
    """End the whole group when the other end of the socket closes, also in the middle of a paper.

    Second wall beside PDEATHSIG, which follows the parent's *thread* and is lost when the parent
    died before we asked for it.
    """
    hang_up = select.poll()
    hang_up.register(link.fileno(), 0)
    hang_up.poll()
    os.killpg(0, signal.SIGKILL)


def _watch_office(soffice: subprocess.Popen[bytes]) -> None:
    """End when the office ends: the service sees the end of the socket at once, busy or idle."""
    soffice.wait()
    os._exit(papers.OFFICE_ENDED)


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
    rights.die_with_parent()
    rights.limit(resource.RLIMIT_AS)
