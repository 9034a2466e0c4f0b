"""What is done once an hour beside the keeper: chores, each by itself; one in trouble does not stop the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import structlog

from service.errors import ServiceError

EVERY_S = 3600.0

_log = structlog.get_logger(__name__)


class Upkeep:
    """Does its chores again and again; several hosts may do so at a time.

    Args:
        chores: name for the log -> does everything once; raises ServiceError when it cannot now.
        every_s: seconds from one round to the next.
    """

    def __init__(self, chores: Mapping[str, Callable[[], object]], *, every_s: float = EVERY_S) -> None:
        self._chores, self._every_s = dict(chores), every_s

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop; trouble is logged and tried again the next time."""
        while not stop.wait(self._every_s):
            self.once()

    def once(self) -> None:
        """Do every chore once."""
        for name, chore in self._chores.items():
            try:
                _log.info("upkeep", chore=name, done=str(chore()))
            except ServiceError as error:
                _log.warning("upkeep_failed", chore=name, exc_info=error)
