"""The Supervisor: a bounded queue, deadlines and replacement around any kind of office.

Knows nothing of LibreOffice and processes: offices come from a factory and are started, asked and
killed through the `Office` protocol. One thread of the pool belongs to each office for the whole
life of the pool, because the kernel ties "die with the parent" to the thread that started a process.
Callers wait in their own threads and are the watchdogs of their own papers.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Self

import structlog

from service.conversion.attempt import attempt
from service.conversion.converter import Made, Office, Readiness
from service.conversion.pdf import check_frame, check_pdf
from service.conversion.refusals import closed, mistaken, overdue, too_many, waited_too_long
from service.conversion.tickets import Slot, Ticket, call_one
from service.errors import DocumentRefused, OfficeStart, ServiceError

# Resident memory of 7.4.7 grows by a third over the first 200 papers and is flat afterwards.
PAPERS_PER_OFFICE = 200
QUEUE_LIMIT = 100
WAIT_S = 60.0
# An office that has answered waits until its thread may run; by itself Python takes turns every 5 ms.
SWITCH_S = 0.001
# A killed office is gone in milliseconds; longer means the kernel holds it, and nobody can hurry that.
CLOSE_S = 10.0

_log = structlog.get_logger(__name__)


class OfficePool:
    """Converts papers on several offices at once; a Converter, safe to call from any thread.

    Args:
        make: returns a new office that is not started yet.
        offices: how many; one for each processor we may use when not given.
        queue_limit: papers that may wait while every office is busy.
        wait_s: seconds a paper may wait for its turn, the start of an office included.
        papers_per_office: papers after which an office is replaced.
        eager: start all offices now, in the background; otherwise as papers come. A process that
            forks after making its pool needs a lazy one: threads do not survive a fork.
        check: raises DocumentRefused for a PDF that is not sound.
        on_close: ends what the offices have in common, after they are told to end.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        make: Callable[[], Office],
        *,
        offices: int | None = None,
        queue_limit: int = QUEUE_LIMIT,
        wait_s: float = WAIT_S,
        papers_per_office: int = PAPERS_PER_OFFICE,
        eager: bool = False,
        check: Callable[[bytes], object] = check_pdf,
        on_close: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._check, self._clock = make, check, clock
        self._on_close = on_close
        self._queue_limit, self._wait_s, self._papers_per_office = queue_limit, wait_s, papers_per_office
        self._lock = threading.Lock()
        self._waiting: deque[Ticket] = deque()
        self._slots = [Slot(self._lock, called=eager) for _ in range(offices or len(os.sched_getaffinity(0)))]
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._last_start = Readiness(ok=False, office_version="", detail="LibreOffice запускается.")
        if eager:
            with self._lock:
                self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        """Return the checked PDF/A-2b of a .docx; see `Converter.convert` for the errors.

        The deadline covers all attempts together, but neither waiting nor the start of an office.
        """
        return self.finished(docx, deadline_s=deadline_s, finish=self._sound)

    def finished(self, docx: bytes, *, deadline_s: float, finish: Callable[[bytes], Made]) -> Made:
        """Return what `finish` makes of the PDF; see `Converter.finished`."""
        ticket = Ticket(self._lock, docx, deadline_s=deadline_s)
        while True:
            pdf = self._made(ticket)
            try:
                # In the thread of the caller: meanwhile the office is at its next paper.
                return finish(pdf)
            except DocumentRefused:
                if not self._sent_back(ticket):
                    raise

    def ready(self) -> Readiness:
        """Return whether an office is up; a pool without one begins to start it."""
        with self._lock:
            if self._closed:
                return Readiness(ok=False, office_version="", detail=str(closed()))
            self._open()
            for slot in self._slots:
                slot.notice_death()
            up = sum(slot.warm and not slot.condemned for slot in self._slots)
            if not up and not any(slot.called or slot.condemned for slot in self._slots):
                self._slots[0].call()
            last = self._last_start
            count = f"Готово офисов: {up} из {len(self._slots)}. " if up else ""
            return Readiness(up > 0, last.office_version, f"{count}{last.detail}", offices=up)

    def close(self) -> None:
        """Refuse what waits, end every office at once and remove its files."""
        with self._lock:
            self._closed = True
            self._refuse_waiting(closed())
            for slot in self._slots:
                slot.refuse_kept(closed())
                slot.changed.notify()
            offices = [slot.office for slot in self._slots if slot.office is not None]
            threads, self._threads = self._threads, []
        for office in offices:
            office.kill()
        self._on_close()
        for thread in threads:
            thread.join(CLOSE_S)

    def _sound(self, pdf: bytes) -> bytes:
        self._check(pdf)
        return pdf

    def _made(self, ticket: Ticket) -> bytes:
        late: Office | None = None
        with self._lock:
            self._admit(ticket)
            while not ticket.done:
                left_s = ticket.left_s(self._clock())
                if left_s > 0:
                    ticket.changed.wait(left_s)
                else:
                    late = self._give_up(ticket)
        if late is not None:
            late.kill()
        return ticket.result()

    def _sent_back(self, ticket: Ticket) -> bool:
        """Have the office of an unsound PDF replaced; return whether its paper may be tried once more."""
        with self._lock:
            ticket.suspect_office()
            return ticket.may_go_on()

    def _admit(self, ticket: Ticket) -> None:
        if self._closed:
            raise closed()
        busy = sum(slot.busy for slot in self._slots)
        # An office that is being replaced counts as a place: its papers wait a second longer.
        if not ticket.attempts and busy + len(self._waiting) >= len(self._slots) + self._queue_limit:
            raise too_many(len(self._waiting))
        self._open()
        ticket.wait_until = self._clock() + self._wait_s
        (self._waiting.appendleft if ticket.attempts else self._waiting.append)(ticket)
        call_one(self._slots, papers=len(self._waiting))

    def _open(self) -> None:
        if self._threads:
            return
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_S))
        for number, slot in enumerate(self._slots):
            thread = threading.Thread(target=self._serve, args=(slot,), name=f"office-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _give_up(self, ticket: Ticket) -> Office | None:
        """Answer a paper whose time is over; return the office to kill if one was at work on it."""
        if ticket.slot is None:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            ticket.answer(waited_too_long())
            return None
        ticket.slot.condemned = True
        ticket.answer(overdue(ticket.deadline_s))
        return ticket.slot.office

    def _refuse_waiting(self, error: ServiceError) -> None:
        for ticket in self._waiting:
            ticket.answer(error)
        self._waiting.clear()

    def _serve(self, slot: Slot) -> None:
        """Keep one place filled: start an office when called, give it papers, replace it when told."""
        while True:
            with self._lock:
                while not self._closed and not slot.must_act(papers_wait=bool(self._waiting)):
                    slot.sleep()
                closed = self._closed
                office = slot.office if slot.warm and not (slot.condemned or closed) else None
                if office is not None:
                    ticket = slot.take_kept() or self._waiting.popleft()
                    ticket.begin(slot, self._clock())
            if office is not None:
                self._work(slot, ticket, office)
                continue
            self._end(slot)
            if closed:
                return
            self._start(slot)

    def _work(self, slot: Slot, ticket: Ticket, office: Office) -> None:
        # An office that died while idle is no fault of the paper: that is no attempt.
        outcome = attempt(office, ticket.docx, check=check_frame) if office.healthy() else None
        sick = not office.healthy()
        with self._lock:
            ticket.end(self._clock())
            slot.papers += 1
            slot.condemned |= sick or slot.papers >= self._papers_per_office
            slot.condemned |= outcome is not None and outcome.suspect
            if outcome is None:
                self._keep(slot, ticket)
            elif outcome.suspect and ticket.may_go_on(alone=outcome.alone):
                ticket.wait_until = self._clock() + self._wait_s
                self._keep(slot, ticket)
            else:
                ticket.answer(outcome.answer)

    def _keep(self, slot: Slot, ticket: Ticket) -> None:
        """Try a paper again on the office that replaces this one: what killed one may have killed all."""
        if self._closed:
            ticket.answer(closed())
        elif not ticket.done:
            slot.kept = ticket

    def _start(self, slot: Slot) -> None:
        """Fill an empty place; after a failure the next paper that finds no office tries again."""
        started = self._clock()
        try:
            readiness = self._launched_at_last(slot)
        except ServiceError as e:
            self._not_started(slot, e)
        except Exception as e:  # the thread must outlive every mistake of an office
            self._not_started(slot, mistaken(e))
        else:
            with self._lock:
                slot.up()
                self._last_start = readiness
            _log.info("office_started", duration_ms=round((self._clock() - started) * 1000))

    def _launched_at_last(self, slot: Slot) -> Readiness:
        """Start an office, and another one if it was killed on the way up: papers must not pay for that."""
        try:
            return self._launched(slot)
        except OfficeStart as e:
            if self._closed:
                raise
            _log.warning("office_start_repeated", exc_info=e)
            if slot.office is not None:
                slot.office.kill()
        return self._launched(slot)

    def _launched(self, slot: Slot) -> Readiness:
        office = self._make()
        with self._lock:
            if self._closed:
                raise closed()
            slot.office = office  # from here on `close` can reach it
        return office.start()

    def _not_started(self, slot: Slot, error: ServiceError) -> None:
        if slot.office is not None:
            slot.office.kill()
        with self._lock:
            slot.down(called=False)
            slot.refuse_kept(error)
            if self._closed:
                return
            _log.error("office_not_started", error=str(error), cause=str(error.__cause__))
            if not any(other.warm or other.called for other in self._slots):
                self._last_start = Readiness(ok=False, office_version="", detail=str(error))
                self._refuse_waiting(error)

    def _end(self, slot: Slot) -> None:
        if slot.office is not None:
            slot.office.kill()
        with self._lock:
            slot.down(called=True)
