"""One forked office as the service sees it, and the words of the parent that forked it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from service.conversion.link import Link
from service.conversion.process_tree import DEATH_S
from service.conversion.workdir import WorkDir

_DATAGRAM_BYTES = 4096


class Child:
    """One forked office: its socket, and a pidfd that never means another process.

    Its parent buries it and removes its files.

    Args:
        parent_alive: says whether its parent is still there.
    """

    def __init__(self, link: Link, pidfd: int, work: WorkDir, parent_alive: Callable[[], bool]) -> None:
        self.link, self.work, self.parent_alive = link, work, parent_alive
        self._pidfd = pidfd
        self._lock = threading.Lock()
        self._killed = False

    def alive(self) -> bool:
        """Return whether the process runs."""
        with self._lock:
            return not self._killed and not _readable(self._pidfd, 0)

    def kill(self) -> None:
        """End the process; from any thread, also twice."""
        with self._lock:
            if self._killed:
                return
            self._killed = True
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            _readable(self._pidfd, DEATH_S)
            os.close(self._pidfd)
        self.link.close()


def heard(control: socket.socket, timeout_s: float) -> tuple[dict[str, Any], int | None]:
    """Return what the parent says, and the file that it hands over.

    Raises:
        EOFError: it is gone, or says what nobody understands.
        TimeoutError: it says nothing in time.
    """
    try:
        control.settimeout(max(0.001, timeout_s))
        message, files, _, _ = socket.recv_fds(control, _DATAGRAM_BYTES, 1)
        found = json.loads(message)
    except TimeoutError:
        raise
    except (OSError, ValueError) as e:
        raise EOFError("the parent is gone") from e
    if not isinstance(found, dict):
        raise EOFError(f"not an answer: {found!r}")
    for file in files:
        os.set_inheritable(file, False)
    return found, files[0] if files else None


def _readable(file: int, timeout_s: float) -> bool:
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(timeout_s * 1000))
