"""A child process with everything it starts: asked in JSON lines, ended as one.

Knows nothing of LibreOffice. Environment, session and file descriptors of the service are not
inherited. A life line, a pipe whose write end every process of the tree inherits, tells when the
last of them is gone.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

# SIGKILL takes milliseconds; a process in uninterruptible sleep must not hold its killer for ever.
DEATH_S = 5.0
LAST_WORDS_CHARS = 2000


class ProcessTree:
    """Starts at once.

    Args:
        command: program and arguments; the program answers one JSON line per line and ends at end of file.
        env: the whole environment.
        folder: where the tree starts and where its stderr is kept.
    """

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], folder: Path) -> None:
        self._stderr = folder / "stderr.txt"
        self._life, last_holder = os.pipe()
        try:
            with self._stderr.open("wb") as stderr:
                self._process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    bufsize=0,
                    cwd=folder,
                    env=dict(env),
                    pass_fds=(last_holder,),
                    start_new_session=True,
                )
        except OSError:
            os.close(self._life)
            raise
        finally:
            os.close(last_holder)
        self._buffer = b""
        self._stdin, self._stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        self._talking = threading.Lock()
        self._killing = threading.Lock()
        self._killed = False

    def ask(self, message: Mapping[str, Any], *, timeout_s: float | None) -> dict[str, Any]:
        """Send one line and return the answer; errors as in `answer`, OSError when nobody listens."""
        with self._talking:
            if self._stdin.closed:
                raise EOFError("the tree was killed")
            self._stdin.write(json.dumps(message).encode() + b"\n")
            return self._answer(timeout_s)

    def answer(self, *, timeout_s: float | None) -> dict[str, Any]:
        """Return the next answer; None waits as long as the tree lives.

        Raises:
            EOFError: the tree ended or was killed.
            TimeoutError: no answer in time.
        """
        with self._talking:
            return self._answer(timeout_s)

    def alive(self) -> bool:
        """Return whether the first process of the tree runs; it lives no longer than the others."""
        return not self._killed and self._process.poll() is None

    def last_words(self) -> str:
        """Return the end of stderr, for the log of the operator."""
        with suppress(OSError):
            return self._stderr.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS_CHARS:].strip()
        return ""

    def kill(self) -> None:
        """End the tree and return when its last process is gone; from any thread, also twice."""
        with self._killing:
            if self._killed:
                return
            self._killed = True
            if self._process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(DEATH_S)
            self._await_last()
            # The reader has met end of file and is on its way out; if not, two pipes are lost, not the killer.
            if self._talking.acquire(timeout=DEATH_S):
                self._close()
                self._talking.release()

    def _answer(self, timeout_s: float | None) -> dict[str, Any]:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while b"\n" not in self._buffer:
            self._buffer += self._read(deadline)
        line, self._buffer = self._buffer.split(b"\n", 1)
        found = json.loads(line)
        if not isinstance(found, dict):
            raise EOFError(f"not an answer: {line[:LAST_WORDS_CHARS]!r}")
        return found

    def _read(self, deadline: float | None) -> bytes:
        if self._stdout.closed:
            raise EOFError("the tree was killed")
        if not _readable(self._stdout.fileno(), deadline):
            raise TimeoutError("no answer in time")
        read = os.read(self._stdout.fileno(), 65536)
        if not read:
            raise EOFError("the tree ended")
        return read

    def _await_last(self) -> None:
        """Wait until nobody holds the other end of the life line."""
        _readable(self._life, time.monotonic() + DEATH_S)

    def _close(self) -> None:
        for stream in (self._stdin, self._stdout):
            with suppress(OSError):
                stream.close()
        os.close(self._life)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - Popen was asked for pipes
    return stream


def _readable(file: int, deadline: float | None) -> bool:
    """Wait for bytes or end of file; select() would fail above 1024 open files."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN | select.POLLHUP)
    left_ms = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    return bool(waiting.poll(left_ms))
