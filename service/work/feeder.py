"""The feeder: tells the broker of a few items at a time, in the order in which claims would take them.

So the broker never holds a batch: fairness between organisations and an instant cancel stay in the database.
Several feeders may run; a lock of the database lets one at a time choose.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from service.errors import ServiceError, StorageError
from service.work.keeper import Watch
from service.work.leases import Leases

PER_WORKER = 2
TICK_S = 0.2
# Longer in the broker than its few papers ahead can take: the message is believed lost and sent again.
AGAIN_S = 60.0

_log = structlog.get_logger(__name__)


class Feeder:
    """Feeds one broker.

    Args:
        leases: where items are chosen.
        publish: tells the broker of an item; raises StorageError when it is not reached.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        leases: Leases,
        publish: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leases, self._publish, self._clock = leases, publish, clock
        self._watch: Watch[str] = Watch()
        self._again: dict[str, float] = {}

    def feed(self) -> int:
        """Tell the broker of what there is room for; return how many items that were.

        Raises:
            StorageError: the database or the broker does not answer; nothing is lost.
        """
        chosen = self._leases.tell(PER_WORKER)
        for place, item_id in enumerate(chosen):
            self._send(item_id, unsent=chosen[place:])
        told = self._watch.look(self._leases.told(), self._clock())
        self._again = {item_id: since for item_id, since in self._again.items() if item_id in told}
        for item_id, waited_s in told.items():
            if waited_s - self._again.get(item_id, 0.0) > AGAIN_S:
                _log.warning("told_again", job=item_id)
                self._publish(item_id)
                self._again[item_id] = waited_s
        return len(chosen)

    def run(self, stop: threading.Event) -> None:
        """Feed until told to stop; trouble is logged and waited out."""
        while not stop.wait(TICK_S):
            try:
                self.feed()
            except ServiceError as error:
                _log.warning("not_fed", exc_info=error)
                stop.wait(1.0)

    def _send(self, item_id: str, *, unsent: list[str]) -> None:
        try:
            self._publish(item_id)
        except StorageError:
            for one in unsent:
                self._leases.untell(one)
            raise
