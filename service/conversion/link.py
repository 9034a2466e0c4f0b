"""The service's end of a conversation with one office: a paper there, an answer back.

Knows nothing of processes. An office is not trusted: what it says is a message of limited size or the
end of the conversation.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from service.conversion.inside.frames import frame, read_frame
from service.errors import DocumentRefused, OfficeCrashed

_ZIP_MARK = b"PK\x03\x04"


@dataclass(frozen=True)
class Answer:
    """What an office says of one paper.

    Attributes:
        failed: the step that failed: files, load, store or close; empty when none did.
        error: why, in the office's words.
        full: no room is left where it works, which may be the reason.
    """

    failed: str
    error: str
    full: bool
    resident_bytes: int
    pdf: bytes


class Link:
    """A stream socket to an office; used by one thread, closed by any."""

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair()
        self._talking = threading.RLock()

    def handed_over(self) -> None:
        """Close the other end here: the office has its own copy, and its death must be seen."""
        self.theirs.close()

    def hear(self, *, timeout_s: float | None) -> tuple[Mapping[str, Any], bytes]:
        """Return the next message; None waits as long as the office lives.

        Raises:
            EOFError: the office is gone, the conversation is closed, or what it says is no message.
            TimeoutError: no whole message in time.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s

        def before() -> None:
            left_s = None if deadline is None else deadline - time.monotonic()
            if left_s is not None and left_s <= 0:
                raise TimeoutError("no answer in time")
            self._ours.settimeout(left_s)

        with self._talking, _eof_for_errors():
            return read_frame(self._ours, before=before)

    def ask(self, docx: bytes, *, timeout_s: float | None) -> Answer:
        """Send a paper and return the answer; errors as in `hear`."""
        with self._talking:
            with _eof_for_errors():
                self._ours.settimeout(timeout_s)
                self._ours.sendall(frame({}, docx))
            said, pdf = self.hear(timeout_s=timeout_s)
        try:
            return Answer(
                str(said["failed"]), str(said["error"]), bool(said["full"]), int(said["resident_bytes"]), pdf
            )
        except (KeyError, TypeError, ValueError) as e:
            raise EOFError("not an answer") from e

    def close(self) -> None:
        """End the conversation; a thread that waits in it gets EOFError. May be called twice."""
        with suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        self.theirs.close()
        with self._talking:
            self._ours.close()


@contextmanager
def _eof_for_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except OSError as e:
        raise EOFError("the conversation is closed") from e


def require_docx(docx: bytes) -> None:
    """Refuse what is no package: LibreOffice 7.4.7 opens an empty file and calls that success.

    Raises:
        DocumentRefused: it is empty or no .docx.
    """
    if not docx.startswith(_ZIP_MARK):
        raise DocumentRefused("Документ пуст или не является файлом .docx. Создайте его заново.")


def crashed() -> OfficeCrashed:
    """Return the error of an office that ended in the middle of a paper."""
    return OfficeCrashed("Преобразование в PDF прервано: LibreOffice завершился. Повторите создание.")
