"""What is done once an hour beside the keeper: forgotten reservations, old keys, files without a row."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from service.errors import ServiceError

EVERY_S = 3600.0

_log = structlog.get_logger(__name__)


class Upkeep:
    """Calls a chore again and again; several hosts may do so at a time.

    Args:
        chore: does everything once; raises ServiceError when it cannot now.
        every_s: seconds from one to the next.
    """

    def __init__(self, chore: Callable[[], object], *, every_s: float = EVERY_S) -> None:
        self._chore, self._every_s = chore, every_s

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop; trouble is logged and tried again the next time."""
        while not stop.wait(self._every_s):
            try:
                _log.info("upkeep", done=str(self._chore()))
            except ServiceError as error:
                _log.warning("upkeep_failed", exc_info=error)
