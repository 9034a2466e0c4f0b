"""One paper on its way through the pool, and one place in the pool that an office fills.

Plain state without decisions: `service.conversion.pool` changes it, always under the pool's one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from service.conversion.converter import Office
from service.errors import ServiceError

# What the paper before it left behind may end an office, so a second one gets a try; a paper that
# ends two offices is to blame itself.
ATTEMPTS = 2
# A parent ends with the papers of all its offices, and only one of them can be to blame.
PARENTS = 4


class Ticket:
    """A paper from the moment it is accepted until its caller has an answer.

    Attributes:
        changed: the caller sleeps on it until something happens to the paper.
        wait_until: when it stops waiting for its turn.
        slot: where it is converted now; None while it waits.
        attempts: how many offices have failed with it.
        parents: how many times all offices ended together while it was in work.
        spent_s: seconds of conversion in earlier attempts.
    """

    def __init__(self, lock: threading.Lock, docx: bytes, *, deadline_s: float) -> None:
        self.changed = threading.Condition(lock)
        self.docx = docx
        self.deadline_s = deadline_s
        self.wait_until = 0.0
        self.slot: Slot | None = None
        self.attempts = self.parents = 0
        self.spent_s = 0.0
        self.done = False
        self._since = 0.0
        self._made_by: tuple[Slot, Office | None] | None = None
        self._answer: bytes | ServiceError = b""

    def left_s(self, now: float) -> float:
        """Return the seconds until somebody must give up, on the queue or on the office."""
        if self.slot is None:
            return self.wait_until - now
        return self.deadline_s - self.spent_s - (now - self._since)

    def begin(self, slot: Slot, now: float) -> None:
        """Note that an attempt begins."""
        self.slot, slot.ticket = slot, self
        self._made_by = slot, slot.office
        slot.used_at = now
        self._since = now
        self.changed.notify()

    def end(self, now: float) -> None:
        """Note that the attempt is over, whatever came out of it."""
        if self.slot is not None:
            self.slot.ticket = None
        self.slot = None
        self.spent_s += now - self._since

    def answer(self, answer: bytes | ServiceError) -> None:
        """Give the caller its PDF or its error; the first answer stays."""
        if not self.done:
            self._answer, self.done = answer, True
            self.changed.notify()

    def may_go_on(self, *, alone: bool = True) -> bool:
        """Count an attempt that failed; return whether there may be another one.

        Args:
            alone: no other office ended with the one that it was on.
        """
        self.attempts += alone
        self.parents += not alone
        return self.attempts < ATTEMPTS and self.parents < PARENTS

    def suspect_office(self) -> None:
        """Take back an answer that was not sound, and have the office that gave it replaced."""
        self.done = False
        if self._made_by is not None:
            slot, office = self._made_by
            slot.suspect(office)

    def result(self) -> bytes:
        """Return the PDF or raise the error."""
        if isinstance(self._answer, ServiceError):
            raise self._answer
        return self._answer


class Slot:
    """A place for one office.

    Attributes:
        changed: the thread of the slot sleeps on it.
        office: the office, up or starting; None while there is none.
        warm: the office is up.
        called: told to start an office, and not there yet.
        asleep: has nothing to do and was not woken; an awake slot looks at the queue by itself.
        condemned: the office must be replaced before the next paper.
        ticket: the paper in work.
        kept: the paper that ended the office before; it is the first for the next one.
        papers: papers that the present office has seen.
        used_at: when it began its last paper; the warmest office is used first.
    """

    def __init__(self, lock: threading.Lock, *, called: bool) -> None:
        self.changed = threading.Condition(lock)
        self.called = called
        self.asleep = not called
        self.office: Office | None = None
        self.warm = False
        self.condemned = False
        self.ticket: Ticket | None = None
        self.kept: Ticket | None = None
        self.papers = 0
        self.used_at = 0.0

    @property
    def busy(self) -> bool:
        """Whether a paper is in work here or will be as soon as the office is replaced."""
        return self.ticket is not None or self.kept is not None

    def must_act(self, *, papers_wait: bool) -> bool:
        """Return whether the thread of the slot has anything to do."""
        if self.kept is not None and self.kept.done:
            self.kept = None  # its caller has given up
        return self.condemned or (papers_wait or self.kept is not None if self.warm else self.called)

    def take_kept(self) -> Ticket | None:
        """Return the kept paper, if any, and keep it no longer."""
        kept, self.kept = self.kept, None
        return kept

    def refuse_kept(self, error: ServiceError) -> None:
        """Answer the kept paper with an error."""
        kept = self.take_kept()
        if kept is not None:
            kept.answer(error)

    def sleep(self) -> None:
        """Wait until something changes."""
        self.asleep = True
        self.changed.wait()
        self.asleep = False

    def call(self) -> None:
        """Wake the thread: to look for a paper, or to start an office first."""
        self.called, self.asleep = not self.warm, False
        self.changed.notify()

    def notice_death(self) -> None:
        """Condemn a sleeping office that has died."""
        if self.asleep and self.office is not None and not self.office.healthy():
            self.suspect(self.office)

    def suspect(self, office: Office | None) -> None:
        """Condemn this office, unless another one is here by now."""
        if office is not None and self.office is office:
            self.condemned = True
            if self.asleep:
                self.asleep = False
                self.changed.notify()

    def up(self) -> None:
        """Note that the office has started."""
        self.warm, self.called, self.papers = True, False, 0

    def down(self, *, called: bool) -> None:
        """Note that the office is gone; `called` when another must be started at once."""
        self.office, self.warm, self.condemned = None, False, False
        self.called, self.asleep = called, not called


def call_one(slots: Sequence[Slot], *, papers: int) -> None:
    """Wake one more sleeping slot if waiting papers outnumber those awake; a warm one if there is any."""
    asleep = [slot for slot in slots if slot.asleep]
    coming = sum(not (slot.asleep or slot.busy) for slot in slots)
    if asleep and coming < papers:
        max(asleep, key=lambda slot: (slot.warm, slot.used_at)).call()
