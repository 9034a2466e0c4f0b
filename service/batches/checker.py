"""The thread that looks at large files after they were accepted; every web process has one.

It begins with the first file, or with the start of the server, which may find files of a process that was killed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from service.batches.checks import MOST_ATTEMPTS, Check, Checks
from service.errors import InputError, NotFound, ServiceError
from service.work.keeper import Watch

# Without a beat for so long, whoever looked at the file is given up.
SILENCE_S = 10.0
_BEAT_S = 0.5
# Seconds between two looks for files: while some are looked at elsewhere, and while there are none.
_SOON_S, _LATER_S = 1.0, 15.0
_INSIDE = "Файл не удалось проверить из-за внутренней ошибки. Сообщите администратору, когда это было."
_TOO_MUCH = (
    "Проверка файла несколько раз прервалась. Разделите его на несколько файлов и загрузите их по одному."
)

# Looks at a file: gets the claim and what to tell of the rows that are done and of all of them.
Look = Callable[[Check, Callable[[int, int], None]], None]

_log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The process ends; another one will look at the file."""


class Checker:
    """Looks at one file at a time until it is told to stop.

    Args:
        checks: which files wait.
        look: looks at a file and writes down what it found.
        silence_s: seconds without a beat after which the file of another process is taken.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        checks: Checks,
        look: Look,
        *,
        silence_s: float = SILENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks, self._look, self._silence_s, self._clock = checks, look, silence_s, clock
        self._stop, self._awake = threading.Event(), threading.Event()
        self._beats: Watch[str] = Watch()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def wake(self) -> None:
        """Look for files now; the first call starts the thread."""
        self._awake.set()
        with self._starting:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="checker", daemon=True)
                self._thread.start()

    def stop(self, *, within_s: float = 10.0) -> None:
        """Leave the file that is looked at to another process and end the thread."""
        self._stop.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(within_s)

    def once(self) -> bool:
        """Look at the next file that nobody looks at; False when there is none."""
        waiting = self._checks.waiting()
        beats = {one.file_id: (one.fence << 32) + one.beat for one in waiting}
        silent_s = self._beats.look(beats, self._clock())
        for seen in waiting:
            if seen.fence and silent_s[seen.file_id] <= self._silence_s:
                continue
            if mine := self._checks.claim(seen):
                self._guarded(mine)
                return True
        return False

    def _run(self) -> None:
        while not self._stop.is_set():
            self._awake.clear()
            try:
                pause_s = 0.0 if self.once() else _SOON_S if self._checks.waiting() else _LATER_S
            except ServiceError as error:
                _log.warning("checker_blind", exc_info=error)
                pause_s = _SOON_S
            self._awake.wait(pause_s)

    def _guarded(self, mine: Check) -> None:
        """Look at a file; whatever is wrong with it is said of it."""
        began, error = self._clock(), None
        try:
            if mine.fence > MOST_ATTEMPTS:
                error = _TOO_MUCH
            else:
                with _Pulse(self._checks, mine, self._stop) as pulse:
                    self._look(mine, pulse.tell)
        except InputError as refusal:
            error = str(refusal)
        except (NotFound, Stopped):  # removed meanwhile; or another process will look at it
            return
        except ServiceError:  # the database or the queue: the file is taken again when its beat is silent
            raise
        except Exception as cause:  # nothing may end the thread: other files wait
            _log.error("check_failed", file=mine.file_id, exc_info=cause)
            error = _INSIDE
        if error is not None:
            self._checks.fail(mine, error)
        _log.info("file_checked", file=mine.file_id, ms=round((self._clock() - began) * 1000))


class _Pulse:
    """Writes the progress of one look down, again and again, from a thread of its own."""

    def __init__(self, checks: Checks, mine: Check, stop: threading.Event) -> None:
        self._checks, self._mine, self._stop = checks, mine, stop
        self._done = self._total = 0
        self._ended = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> _Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def tell(self, done: int, total: int) -> None:
        """Take the progress; raises Stopped when the look is of no use any more."""
        self._done, self._total = done, total
        if self._lost or self._stop.is_set():
            raise Stopped

    def _run(self) -> None:
        while not self._ended.wait(_BEAT_S):
            try:
                self._lost = not self._checks.beat(self._mine, done=self._done, total=self._total)
            except ServiceError as error:  # a beat that is missed does no harm
                _log.warning("beat_missed", exc_info=error)
