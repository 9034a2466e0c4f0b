"""The supervisor: starts the processes of the service, starts again what dies, and ends them together.

With conversion the only part that may start processes. Its children ask the kernel to die with it
(`service.work.process`), so not even SIGKILL leaves one behind. What a dead worker held is free at once,
because a child that was waited for is surely dead; no lease has to run out.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from service.errors import ServiceError
from service.work.keeper import Keeper
from service.work.leases import Leases

STOP_S = 35.0
_POLL_S = 0.1
# Short even at the longest: what is killed again and again from outside must still get its work done.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
# Whoever lives this long has started well: the next start need not wait.
_SETTLED_S = 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Role:
    """One kind of child.

    Attributes:
        name: for the log.
        command: gives program and arguments for the id of a start; the id of a worker is its worker id.
        count: how many of them run.
        essential: a child that cannot start at all ends the whole service with its exit code.
    """

    name: str
    command: Callable[[str], Sequence[str]]
    count: int = 1
    essential: bool = False


@dataclass
class _Place:
    role: Role
    process: subprocess.Popen[bytes] | None = None
    child_id: str = ""
    started: float = 0.0
    start_at: float = 0.0
    pause_s: float = _FIRST_PAUSE_S
    settled: bool = field(default=False)


class Supervisor:
    """Runs until it is told to stop.

    Args:
        roles: what to start.
        leases: where dead workers are struck out.
        new_id: gives the id of each start.
        beside: runs in threads beside the keeper until the event is set, such as a feeder.
        stop_s: seconds the children have to end by themselves.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        *,
        leases: Leases,
        new_id: Callable[[], str],
        beside: Sequence[Callable[[threading.Event], None]] = (),
        stop_s: float = STOP_S,
    ) -> None:
        self._places = [_Place(role) for role in roles for _ in range(role.count)]
        self._leases, self._new_id, self._stop_s = leases, new_id, stop_s
        self._beside = [Keeper(leases).run, *beside]

    def run(self, stop: threading.Event) -> int:
        """Keep every place filled until the event is set; return the exit code of the service.

        Called from the main thread: when the thread that started a child ends, so does the child.
        """
        threads = [threading.Thread(target=_go_on, args=(run, stop), daemon=True) for run in self._beside]
        for thread in threads:
            thread.start()
        code = 0
        try:
            while not stop.is_set() and not code:
                code = self._look()
                stop.wait(_POLL_S)
        finally:
            stop.set()
            self._end_all()
            for thread in threads:
                thread.join(self._stop_s)
        return code

    def _look(self) -> int:
        for place in self._places:
            if place.process is None:
                if time.monotonic() >= place.start_at:
                    self._start(place)
                continue
            code = place.process.poll()
            if code is not None:
                self._bury(place, code)
                if place.role.essential and not place.settled and code > 0:
                    return code
            elif time.monotonic() - place.started > _SETTLED_S:
                place.settled, place.pause_s = True, _FIRST_PAUSE_S
        return 0

    def _start(self, place: _Place) -> None:
        place.child_id = self._new_id()
        place.started = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which then asks the children.
        place.process = subprocess.Popen(
            list(place.role.command(place.child_id)), stdin=subprocess.DEVNULL, start_new_session=True
        )

    def _bury(self, place: _Place, code: int) -> None:
        _log.warning("child_ended", role=place.role.name, child=place.child_id, code=code)
        place.process = None
        place.start_at = time.monotonic() + place.pause_s
        place.pause_s = min(place.pause_s * 2, _LONGEST_PAUSE_S)
        self._strike_out(place)

    def _strike_out(self, place: _Place) -> None:
        try:
            self._leases.sign_off(place.child_id)
        except ServiceError as error:
            # The keeper will see its silence.
            _log.warning("not_struck_out", child=place.child_id, exc_info=error)

    def _end_all(self) -> None:
        living = [place for place in self._places if place.process is not None]
        deadline = time.monotonic() + self._stop_s
        for place in living:
            _of(place).terminate()
        for place in living:
            try:
                _of(place).wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _log.warning("child_killed", role=place.role.name, child=place.child_id)
                _of(place).kill()
                _of(place).wait()
            self._strike_out(place)


def _go_on(run: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Run until the event is set, anew after a mistake of the program: without a keeper papers would be stuck."""
    while not stop.is_set():
        try:
            run(stop)
        except Exception:
            _log.exception("thread_broke", thread=getattr(run, "__qualname__", ""))
            stop.wait(_LONGEST_PAUSE_S)


def _of(place: _Place) -> subprocess.Popen[bytes]:
    assert place.process is not None  # noqa: S101 - only living places are asked
    return place.process
