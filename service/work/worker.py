"""A worker: one process that takes one paper after the other until it is told to stop.

A thread of its own, the heart, shows that the process lives. It also ends the process when a paper takes
hopelessly long, or when a stop was asked for and the paper at hand does not finish in time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from service.errors import LeaseLost, ServiceError, StorageError
from service.work.leases import Leases
from service.work.making import Maker
from service.work.values import Claim

IDLE_S = 0.5
BEAT_S = 2.0
GRACE_S = 30.0
# Far above any conversion deadline with its second try: only a loop without end takes longer.
JOB_S = 900.0
EXIT_STUCK = 70

_log = structlog.get_logger(__name__)


class Worker:
    """Claims and makes papers.

    Args:
        worker_id: unlike any other worker's, also of the past.
        leases: where claims come from.
        maker: makes the papers.
        host: for people who look at the table.
        beat_s: seconds between two beats.
        grace_s: seconds the paper at hand may take once a stop was asked for.
        job_s: seconds a paper may take at all.
        end_process: ends the process at once, without a return.
    """

    def __init__(
        self,
        worker_id: str,
        *,
        leases: Leases,
        maker: Maker,
        host: str,
        beat_s: float = BEAT_S,
        grace_s: float = GRACE_S,
        job_s: float = JOB_S,
        end_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._id, self._host = worker_id, host
        self._leases, self._maker = leases, maker
        self._beat_s, self._grace_s, self._job_s = beat_s, grace_s, job_s
        self._end_process = end_process
        self._ended = threading.Event()
        self._hand: tuple[Claim, float] | None = None

    def run(self, stop: threading.Event) -> None:
        """Work through the queue until the event is set, then finish the paper at hand.

        Raises:
            StorageError: what became of a paper could not be written down.
        """
        with self.alive(stop):
            in_doubt = False
            while not stop.is_set():
                try:
                    if in_doubt:
                        # A claim may be written although its answer was lost; the heart would hold it for ever.
                        self._leases.sign_off(self._id)
                        in_doubt = False
                    claim = self._leases.claim(self._id)
                except StorageError as error:
                    in_doubt = True
                    _log.warning("no_claim", exc_info=error)
                    stop.wait(IDLE_S)
                    continue
                if claim is None:
                    stop.wait(IDLE_S)
                elif self.make(claim) == "paused":
                    # The machine is in trouble: the next paper would meet it too.
                    stop.wait(IDLE_S)

    def take(self, item_id: str, *, redelivered: bool) -> str:
        """Make the one paper a message names; return how that ended, "none" when it is not to be made.

        Ends the process when that could not be written down: its heart would hold the item for ever.
        """
        claim = self._leases.take(item_id, self._id, redelivered=redelivered)
        if claim is None:
            return "none"
        try:
            return self.make(claim)
        except Exception:
            _log.exception("job_not_ended", job=item_id)
            self._end_process(EXIT_STUCK)
            raise

    def make(self, claim: Claim) -> str:
        """Make a claimed paper while the heart watches the time."""
        self._hand = (claim, time.monotonic())
        try:
            return self._maker.make(claim)
        finally:
            self._hand = None

    @contextmanager
    def alive(self, stop: threading.Event) -> Iterator[None]:
        """Sign on and beat while the block runs; whatever is still held afterwards is given back."""
        self._leases.sign_on(self._id, self._host)
        heart = threading.Thread(target=self._beat, args=(stop,), name="heart", daemon=True)
        heart.start()
        try:
            yield
        finally:
            self._ended.set()
            heart.join()
            self._leases.sign_off(self._id)

    def _beat(self, stop: threading.Event) -> None:
        stopped_at: float | None = None
        while not self._ended.wait(self._beat_s):
            if stop.is_set() and stopped_at is None:
                stopped_at = time.monotonic()
            self._end_if_hopeless(stopped_at)
            try:
                if not self._leases.beat(self._id):
                    # Given up while it lived, perhaps stopped for a while: its papers are others' now.
                    self._leases.sign_on(self._id, self._host)
            except ServiceError as error:
                _log.warning("no_beat", exc_info=error)

    def _end_if_hopeless(self, stopped_at: float | None) -> None:
        hand, now = self._hand, time.monotonic()
        if hand is None:
            return
        claim, began = hand
        if stopped_at is not None and now - stopped_at > self._grace_s:
            _log.warning("stopped_in_the_middle", job=claim.item_id)
            self._give_back(claim)
            self._end_process(0)
        elif now - began > self._job_s:
            _log.error("job_without_end", job=claim.item_id, kind=claim.kind)
            self._end_process(EXIT_STUCK)

    def _give_back(self, claim: Claim) -> None:
        try:
            self._leases.give_back(claim)
            self._leases.sign_off(self._id)
        except (LeaseLost, StorageError) as error:
            # The keeper will take it back.
            _log.warning("not_given_back", job=claim.item_id, exc_info=error)
