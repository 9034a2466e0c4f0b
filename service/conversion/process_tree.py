"""A child process with everything it starts: ended as one.

Knows nothing of LibreOffice. Environment, session and file descriptors of the service are not
inherited. A life line, a pipe whose write end every process of the tree inherits, tells when the
last of them is gone.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# SIGKILL takes milliseconds; a process in uninterruptible sleep must not hold its killer for ever.
DEATH_S = 5.0
LAST_WORDS_CHARS = 2000


class ProcessTree:
    """Starts at once.

    Args:
        command: program and arguments.
        env: the whole environment.
        folder: where the tree starts and where its stderr is kept.
        files: open files that it inherits under their numbers.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], folder: Path, files: Sequence[int] = ()
    ) -> None:
        self._stderr = folder / "stderr.txt"
        self._life, last_holder = os.pipe()
        try:
            with self._stderr.open("wb") as stderr:
                self._process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=stderr,
                    stderr=stderr,
                    cwd=folder,
                    env=dict(env),
                    pass_fds=(last_holder, *files),
                    start_new_session=True,
                )
        except OSError:
            os.close(self._life)
            raise
        finally:
            os.close(last_holder)
        self._killing = threading.Lock()
        self._killed = False

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
            os.close(self._life)

    def _await_last(self) -> None:
        """Wait until nobody holds the other end of the life line; select() would fail above 1024 files."""
        waiting = select.poll()
        waiting.register(self._life, select.POLLIN | select.POLLHUP)
        waiting.poll(DEATH_S * 1000)
