"""A warm parent in reserve: started in the background, looked after, given away when it is needed.

Owns the thread that starts it: the kernel ends a parent together with the thread that started it, so this one lives
until `close`, also when its parent has been given away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from service.conversion.parent import WarmParent
from service.errors import ServiceError

# How soon the death of a spare is noticed, and how long a start that failed twice is not tried again.
LOOK_S, PAUSE_S = 1.0, 30.0

_log = structlog.get_logger(__name__)


class Spare:
    """Keeps one parent ready from the moment it is wanted.

    Args:
        make: returns a parent that is not started yet.
    """

    def __init__(self, make: Callable[[], WarmParent]) -> None:
        self._make = make
        self._changed = threading.Condition()
        self._wanted = self._closed = self._coming = False
        self._parent: WarmParent | None = None
        self._thread: threading.Thread | None = None

    def want(self) -> None:
        """Have one started when there is none."""
        with self._changed:
            if self._closed:
                return
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="spare-office", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def take(self) -> WarmParent | None:
        """Give the spare away, waiting for one that is on its way; None when there is none alive.

        No other is started before the next `want`: whoever takes it needs the processors now.
        """
        with self._changed:
            while self._coming and not self._closed:
                self._changed.wait()
            parent, self._parent, self._wanted = self._parent, None, False
        if parent is not None and not parent.alive():
            parent.kill()
            return None
        return parent

    def close(self) -> None:
        """End the spare, also while it starts."""
        with self._changed:
            self._closed = True
            parent, thread = self._parent, self._thread
            self._changed.notify_all()
        if parent is not None:
            parent.kill()
        if thread is not None:
            thread.join()

    def _keep(self) -> None:
        failures = 0
        while True:
            with self._changed:
                # The first one may have been killed like the parent that it was to replace.
                self._changed.wait_for(lambda: self._closed, PAUSE_S if failures > 1 else 0)
                while not (self._closed or self._missing()):
                    self._changed.wait(LOOK_S if self._parent else None)
                if self._closed:
                    return
                dead, self._parent, self._coming = self._parent, self._make(), True
                parent = self._parent
            if dead is not None:
                dead.kill()
            failures = 0 if self._started(parent) else failures + 1

    def _missing(self) -> bool:
        return self._wanted and (self._parent is None or not self._parent.alive())

    def _started(self, parent: WarmParent) -> bool:
        try:
            parent.start()
        except ServiceError as e:
            if not self._closed:
                _log.warning("spare_office_not_started", error=str(e), cause=str(e.__cause__))
            started = False
        else:
            started = True
        with self._changed:
            self._coming = False
            if not started:
                self._parent = None
            self._changed.notify_all()
        return started
