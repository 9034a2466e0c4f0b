"""The keeper: takes items back from workers that went silent, and ends the pauses of those that wait.

Measures silence and pauses by its own monotonic clock from the moment it saw them first, so neither clocks
that jump nor processes with a used-again number mislead it. Several keepers do no harm: each change says what
it expects to find.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

import structlog

from service.errors import ServiceError
from service.work.leases import Leases

LEASE_S = 15.0
TICK_S = 1.0
# Longer between two looks means that the keeper itself was stopped, or could not reach the database.
_GAP_S = 5.0

_log = structlog.get_logger(__name__)
_Key = TypeVar("_Key", bound=Hashable)


class Watch(Generic[_Key]):
    """How long values have stayed the same, as far as one has looked."""

    def __init__(self) -> None:
        self._seen: dict[_Key, tuple[int, float]] = {}
        self._last: float | None = None

    def look(self, values: Mapping[_Key, int], now: float) -> dict[_Key, float]:
        """Return the seconds for which each value has been watched without a change."""
        gap = 0.0 if self._last is None else now - self._last
        # Nobody is judged by a time in which nobody looked.
        unseen_s = gap if gap > _GAP_S else 0.0
        before = {key: (value, since + unseen_s) for key, (value, since) in self._seen.items()}
        self._last = now
        self._seen = {
            key: before[key] if key in before and before[key][0] == value else (value, now)
            for key, value in values.items()
        }
        return {key: now - since for key, (_, since) in self._seen.items()}


class Keeper:
    """Looks again and again.

    Args:
        leases: what it looks after.
        lease_s: seconds without a beat after which a worker is given up.
        clock: monotonic seconds.
    """

    def __init__(
        self, leases: Leases, *, lease_s: float = LEASE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._leases = leases
        self._lease_s = lease_s
        self._clock = clock
        self._beats: Watch[str] = Watch()
        self._pauses: Watch[tuple[str, int]] = Watch()

    def look(self) -> None:
        """Look once and put right what is found; raises StorageError when the database does not answer."""
        beats = self._leases.beats()
        for worker_id, silent_s in self._beats.look(beats, self._clock()).items():
            if silent_s > self._lease_s:
                freed = self._leases.sign_off(worker_id, beat=beats[worker_id])
                _log.warning("worker_given_up", worker=worker_id, items=freed)
        pauses = self._leases.pauses()
        for (item_id, number), waited_s in self._pauses.look(pauses, self._clock()).items():
            if waited_s >= pauses[item_id, number]:
                self._leases.wake(item_id, number)
        self._leases.close_batches()

    def run(self, stop: threading.Event) -> None:
        """Look every second until told to stop; trouble with the database is logged and waited out."""
        while not stop.wait(TICK_S):
            try:
                self.look()
            except ServiceError as error:
                _log.warning("keeper_blind", exc_info=error)
