"""What a converter promises to the rest of the service, and what an office promises to the pool.

Knows nothing of LibreOffice, of processes and of how papers wait for their turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True)
class Readiness:
    """Whether papers can be converted now.

    Attributes:
        office_version: of the office, as it names itself: "7.4.7.2"; empty before the first start.
        detail: one line for the operator, in Russian.
        offices: how many are up.
    """

    ok: bool
    office_version: str
    detail: str
    offices: int = 0


class Converter(Protocol):
    """Turns a filled .docx into a PDF; called from many threads at once."""

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        """Return the PDF/A-2b of a .docx; it has passed `check_pdf`.

        Args:
            docx: the whole file.
            deadline_s: wall-clock seconds the conversion may take; waiting for a turn is not counted.

        Raises:
            QueueFull: too many papers wait, or this one waited too long for its turn.
            ConversionTimeout: the paper was not ready at its deadline.
            DocumentRefused: the office refuses the file, or what it made is no sound PDF.
            OfficeCrashed: the office ended in the middle of this paper at every attempt.
            OfficeStart: no office can be started, or the converter is closed.
            StorageFull: no room is left where the offices work.
        """
        ...

    def finished(self, docx: bytes, *, deadline_s: float, finish: Callable[[bytes], Made]) -> Made:
        """Return what `finish` makes of the PDF/A-2b, which nobody but it has checked.

        Args:
            docx, deadline_s: as for `convert`.
            finish: raises DocumentRefused for a PDF that is not sound; the paper is then converted again, by
                another office, and finished again. It may be called twice.

        Raises as `convert`.
        """
        ...

    def ready(self) -> Readiness:
        """Return whether papers can be converted now; answers at once."""
        ...

    def close(self) -> None:
        """End every process and remove every temporary file; may be called twice."""
        ...


class Office(Protocol):
    """One process, or tree of them, that converts one paper at a time and knows no deadline but its start's.

    The pool calls `start` and `convert` from one thread and `kill` from any.
    """

    def start(self) -> Readiness:
        """Start, and return what the office says of itself once it, or its parent, has converted a tiny paper.

        Raises:
            OfficeStart: it did not come up in time, or did not pass the self-test.
            StorageFull: no room is left where it works.
        """
        ...

    def convert(self, docx: bytes) -> bytes:
        """Return the PDF as the office made it, unchecked.

        Raises:
            OfficeCrashed: the process tree ended, or was killed, before the answer.
            DocumentRefused: the office refuses the file.
            StorageFull: no room is left where it works.
        """
        ...

    def healthy(self) -> bool:
        """Return whether the office can take one more paper: alive and not swollen."""
        ...

    def kill(self) -> None:
        """End the whole tree and remove its files; a running `convert` raises. May be called twice."""
        ...
