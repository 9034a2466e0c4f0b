"""The start-up self-test: a paper full of links must reach neither the network nor a file of the machine.

The sandbox is a promise; this is its proof, by a listener on the loopback and a canary file that is
watched for being opened. Knows nothing of how an office is started.
"""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.conversion.leaky import canary_png, leaky_docx

_IN_ACCESS, _IN_OPEN = 0x1, 0x20
_REPLY = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_REQUEST_S = 1.0

_libc = ctypes.CDLL(None, use_errno=True)


class Trap:
    """A web server and a file that nobody may touch.

    Attributes:
        url: of the web server.
        file: the canary, a picture.
        requests: first lines of the requests so far; an empty one is a connection without words.
    """

    def __init__(self, folder: Path) -> None:
        """Set the trap in an existing folder, out of the office's sight.

        Raises:
            OSError: this machine has no more sockets or watches.
        """
        self.requests: list[str] = []
        self.file = folder / "canary.png"
        self.file.write_bytes(canary_png())
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._watch = _watch(self.file)
        self._thread = threading.Thread(target=self._answer, name="self-test", daemon=True)
        self._thread.start()

    def file_opened(self) -> bool:
        """Return whether anybody has opened the canary since the last call."""
        with suppress(BlockingIOError):
            return bool(os.read(self._watch, 4096))
        return False

    def close(self) -> None:
        """Take the trap away."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()
        os.close(self._watch)
        self.file.unlink()

    def _answer(self) -> None:
        with suppress(OSError):  # the end of the listener
            while True:
                connection, _ = self._server.accept()
                with connection, suppress(OSError):
                    self.requests.append("")
                    connection.settimeout(_REQUEST_S)
                    self.requests[-1] = connection.recv(4096).split(b"\r\n")[0].decode("latin-1")
                    connection.sendall(_REPLY)


def leaks(convert: Callable[[bytes], object], folder: Path) -> tuple[str, ...]:
    """Return what a paper can reach from inside an office, in Russian; empty is the right answer.

    Args:
        convert: the office's; its errors pass through.
        folder: an existing folder that the office does not see.
    """
    with _trap(folder) as trap:
        convert(leaky_docx(trap.url, trap.file.as_uri()))
        reached = {"сеть": bool(trap.requests), "файлы сервера": trap.file_opened()}
    return tuple(what for what, found in reached.items() if found)


@contextmanager
def _trap(folder: Path) -> Iterator[Trap]:
    trap = Trap(folder)
    try:
        yield trap
    finally:
        trap.close()


def _watch(file: Path) -> int:
    watch = int(_libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
    if watch < 0 or _libc.inotify_add_watch(watch, os.fsencode(file), _IN_OPEN | _IN_ACCESS) < 0:
        error = ctypes.get_errno()
        if watch >= 0:
            os.close(watch)
        raise OSError(error, os.strerror(error))
    return watch
