"""The warm LibreOffice that forks offices: loads, converts warm-up papers, then forks on demand.

    argv:    number of the control socket, program folder, profile folder, folder for papers,
             folder with warm-up papers
    control: datagrams. First {"version": "7.4.7.2"} from us; then for every datagram
             {"name": "7"} with a socket a child is forked that serves papers on that socket, as
             `plain` does, and the answer is {"pid": 17} with a pidfd of the child.

One thread only, before and after every fork. A child ends with its socket, with this process, or by
the pidfd; it is reaped here, and its files
are removed.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import socket
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import rights
from .frames import frame, read_frame
from .kit import TempFolder, run_inside

Convert = Callable[[bytes], tuple[dict[str, Any], bytes]]

WARM_ROUNDS = 2
SINGLE_S = 10.0
SINGLE_PAUSE_S = 0.01
DATAGRAM_BYTES = 4096


def main(argv: list[str]) -> int:
    """Serve until the control socket ends."""
    number, program, profile, folder, warm = argv
    control = socket.socket(fileno=int(number))
    rights.die_with_parent()
    rights.renounce()
    os.dup2(2, 1)  # whatever a library prints goes to stderr
    run_inside(
        Path(program),
        Path(profile),
        lambda context, move: _serve(context, move, control, Path(folder), Path(warm)),
    )
    return 1


def _serve(
    context: Any, move_temporary: TempFolder, control: socket.socket, folder: Path, warm: Path
) -> None:
    from . import papers  # its import of uno needs the office

    desk = papers.Desk(context, folder)

    def move(into: Path) -> None:
        desk.move(into)
        move_temporary(papers.url(into / "temporary"))

    for _ in range(WARM_ROUNDS):
        for paper in sorted(warm.iterdir()):
            answer, _ = desk.convert(paper.read_bytes())
            if answer["failed"]:
                raise SystemExit(f"warm-up paper {paper.name}: {answer}")
    _await_single_thread()
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that holds a Python object
    control.send(json.dumps({"version": papers.version(context)}).encode())
    _Nursery(control, desk.convert, move, folder).run()


def _await_single_thread() -> None:
    """Wait until short-lived threads of the start are gone: a lock that one holds is held for ever in a fork."""
    deadline = time.monotonic() + SINGLE_S
    while (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208 - names only
        if time.monotonic() > deadline:
            raise SystemExit(f"{threads} threads run, a fork is not safe")
        time.sleep(SINGLE_PAUSE_S)


class _Nursery:
    """Forks children and buries them."""

    def __init__(
        self, control: socket.socket, convert: Convert, move: Callable[[Path], None], folder: Path
    ) -> None:
        self._control, self._convert, self._move, self._folder = control, convert, move, folder
        self._children: dict[int, tuple[int, Path]] = {}
        self._waiting = select.poll()
        self._waiting.register(control, select.POLLIN)

    def run(self) -> None:
        """Serve until the control socket ends."""
        while True:
            for file, _ in self._waiting.poll():
                if file in self._children:
                    self._bury(file)
                elif not self._fork():
                    return

    def _fork(self) -> bool:
        message, files, _, _ = socket.recv_fds(self._control, DATAGRAM_BYTES, 1)
        if not message:
            return False
        name = json.loads(message)["name"]
        link = socket.socket(fileno=files[0])
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(parent, link, self._folder / name)
        link.close()
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = pid, self._folder / name
        self._waiting.register(pidfd, select.POLLIN)
        socket.send_fds(self._control, [json.dumps({"pid": pid}).encode()], [pidfd])
        return True

    def _bury(self, pidfd: int) -> None:
        self._waiting.unregister(pidfd)
        os.close(pidfd)
        pid, folder = self._children.pop(pidfd)
        os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)

    def _be_child(self, parent: int, link: socket.socket, folder: Path) -> None:
        """Serve papers on the link; leaves the process in any case."""
        try:
            rights.die_with_parent(parent)
            os.setsid()  # Linux shares processors out between sessions: children would get the share of one
            self._control.close()
            for pidfd in self._children:
                os.close(pidfd)
            rights.limit(resource.RLIMIT_DATA)
            rights.close_memory()
            self._move(folder)
            while True:
                _, docx = read_frame(link)
                answer, pdf = self._convert(docx)
                answer["resident_bytes"] = rights.resident_bytes()
                link.sendall(frame(answer, pdf))
        except (EOFError, ConnectionError):
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
