"""The journal: numbers are reserved, printed, registered, superseded and voided, and never given twice.

A number is taken in two steps, because it stands on the paper: `reserve` in a transaction of its own, then the
paper is made, then `registers` inside the transaction that records it. What a crash leaves between them is taken
up by a retry of the same owner, or becomes void with a reason after a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from service.archive.appending import NEWER_VERSION
from service.archive.counting import Wanted, find_number, suits
from service.archive.entries import Entries, signed
from service.archive.events import REGISTERED, RESERVED, SUPERSEDED, VOID
from service.archive.journal_listing import entry_of, expired
from service.archive.numbering_rules import NumberingRules
from service.archive.records import Row
from service.archive.rows import version_of
from service.database import reading, writing
from service.database.times import time_of, time_text
from service.documents import Actor, Entry, Version, VersionState
from service.errors import Conflict, FormInvalid

# A reservation lives longer than any paper is made and retried.
RESERVATION_LIFE = dt.timedelta(days=1)
_MAX_REASON = 2000
_CORRECTED = "Документ не создан: его данные исправлены, и номер взят заново."
_IDS_AT_ONCE = 500


class Journal(NumberingRules):
    """Numbers and states of one database; `Archive.journal` gives it.

    Args:
        engine: from `service.database.open_database`, upgraded.
        now: gives the time, aware.
        new_id: gives a new random id.
        zone: the time zone of the organisations; the day of a registration is the day there.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        zone: dt.tzinfo = dt.UTC,
    ) -> None:
        super().__init__(engine, now=now, zone=zone)
        self._new_id = new_id

    def reserve(self, wanted: Wanted, *, actor: Actor, owner: str = "") -> Entry:
        """Return a number that nobody else gets, kept for one paper.

        Args:
            wanted: for which paper.
            actor: who asks.
            owner: at most 64 letters; the same owner gets the same number until its paper is recorded, unless it
                asks for another one now: the number it left becomes void.

        Raises:
            Conflict: the typed number is taken.
            FormInvalid: the date lies ahead, or is out of order without a reason.
        """
        with writing(self._engine) as connection:
            entries = Entries(connection, actor.organisation_id)
            entries.lock()
            return entry_of(self._reserved(entries, wanted, actor, owner or self._new_id()))

    def registers(self, entry: Entry, actor: Actor) -> Callable[[sa.Connection, Version], None]:
        """Return what `Archive.append(together=…)` calls to register the new version under a number."""

        def register(connection: sa.Connection, made: Version) -> None:
            entries = Entries(connection, actor.organisation_id)
            row = entries.entry(entry.id)
            if row["state"] == RESERVED and row["event_number"] != entry.event_number:
                raise Conflict(_gone(row))
            self._register(entries, row, made, actor, date=entry.date)

        return register

    def register(self, document_id: str, wanted: Wanted, *, actor: Actor, number: int | None = None) -> Entry:
        """Register the newest version of a document as it is, without printing anything anew.

        Args:
            document_id: the document.
            wanted: its number; the one on the paper when there is one.
            actor: who registers.
            number: the version that was looked at; another newest one is refused.

        Raises:
            NotFound: no such document.
            Conflict: the version is no draft, a newer one was made meanwhile, or the number is taken.
        """
        with writing(self._engine) as connection:
            entries = Entries(connection, actor.organisation_id)
            entries.lock()
            newest = version_of(entries.version(document_id, None))
            if number is not None and newest.number != number:
                raise Conflict(NEWER_VERSION)
            if any(one["version_number"] == newest.number for one in entries.states(document_id)):
                raise Conflict("Эта версия документа уже зарегистрирована или аннулирована.")
            row = self._reserved(entries, wanted, actor, self._new_id())
            date = wanted.date.isoformat() if wanted.date else row["date"]
            self._register(entries, row, newest, actor, date=dt.date.fromisoformat(date))
            return entry_of({**entries.entry(row["id"]), "title": newest.title, "pages": newest.pages})

    def void(self, document_id: str, *, actor: Actor, reason: str) -> Entry:
        """Void the registration of a document; its number stays in the journal and is never given again.

        Raises:
            NotFound: no such document.
            Conflict: no version of it is registered.
            FormInvalid: no reason is given.
        """
        reason = _checked_reason(reason)
        with writing(self._engine) as connection:
            entries = Entries(connection, actor.organisation_id)
            entries.lock()
            entries.document(document_id)
            row = entries.entry_of_document(document_id)
            if row is None:
                raise Conflict("Документ не зарегистрирован: аннулировать нечего.")
            made = version_of(entries.version(document_id, row["version_number"]))
            changes = {**signed(actor), "reason": reason}
            at = time_text(self._now())
            event = entries.change_entry(row, VOID, changes, created_at=at, chained=made.chain_sha256)
            entries.put_state(made, VOID, entry_id=row["id"], event_number=event)
            voided = {**row, **changes, "state": VOID, "changed_at": at}
            return entry_of({**voided, "title": made.title, "pages": made.pages})

    def abandon(self, entry: Entry, *, actor: Actor, reason: str) -> None:
        """Void a reservation whose paper will not be made; one that is finished, or by now another's, stays."""
        with writing(self._engine) as connection:
            entries = Entries(connection, actor.organisation_id)
            entries.lock()
            row = entries.entry(entry.id)
            if row["state"] == RESERVED and row["event_number"] == entry.event_number:
                why = {**signed(actor), "reason": reason[:_MAX_REASON]}
                entries.change_entry(row, VOID, why, created_at=time_text(self._now()))

    def sweep(self) -> int:
        """Void the reservations that nobody finished within a day; return how many."""
        before = time_text(self._now() - RESERVATION_LIFE)
        with reading(self._engine) as connection:
            left = expired(connection, before)
        for organisation_id, entry_id in left:
            with writing(self._engine) as connection:
                entries = Entries(connection, organisation_id)
                entries.lock()
                row = entries.entry(entry_id)
                if row["state"] == RESERVED and row["changed_at"] < before:
                    when = time_of(row["changed_at"]).astimezone(self.zone)
                    reason = f"Документ не создан: номер оставлен без действия с {when:%d.%m.%Y %H:%M}."
                    entries.change_entry(row, VOID, {"reason": reason}, created_at=time_text(self._now()))
        return len(left)

    def states(self, organisation_id: str, document_id: str) -> dict[int, VersionState]:
        """Return the states of the versions of a document that are no drafts, by number of the version."""
        with reading(self._engine) as connection:
            rows = Entries(connection, organisation_id).state_events(document_id)
        return {row["version_number"]: _state_of(row) for row in rows}

    def numbers(self, organisation_id: str, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the numbers under which these documents are registered now."""
        found: dict[str, str] = {}
        with reading(self._engine) as connection:
            entries = Entries(connection, organisation_id)
            for start in range(0, len(document_ids), _IDS_AT_ONCE):
                found |= entries.numbers(document_ids[start : start + _IDS_AT_ONCE])
        return found

    def _reserved(self, entries: Entries, wanted: Wanted, actor: Actor, owner: str) -> Row:
        left, at = entries.entry_of_owner(owner), time_text(self._now())
        if left is not None:
            if suits(left, wanted, self._today()):
                return left
            entries.change_entry(left, VOID, {**signed(actor), "reason": _CORRECTED}, created_at=at)
        found = find_number(entries, wanted, self._today())
        if found.row is None:
            values = {**found.values, **signed(actor), "id": self._new_id(), "owner": owner}
            return entries.add_entry(values, created_at=at)
        row = found.row
        if row["state"] == VOID:
            changes = {name: found.values[name] for name in ("date", "typed", "backdated", "reason")}
            changes |= {**signed(actor), "owner": owner}
            event = entries.change_entry(row, RESERVED, changes, created_at=at)
            return {**row, **changes, "state": RESERVED, "changed_at": at, "event_number": event}
        return {**row, **found.values}

    def _register(self, entries: Entries, row: Row, made: Version, actor: Actor, *, date: dt.date) -> None:
        """Register a version under a number; what was registered of its document before is superseded."""
        mine = row["state"] == REGISTERED and row["document_id"] == made.document_id
        if row["state"] != RESERVED and not mine:
            raise Conflict(_gone(row))
        at = time_text(self._now())
        for state in entries.states(made.document_id):
            if state["state"] == REGISTERED:
                self._supersede(entries, state, made, actor, at=at, kept=row["id"])
        place = {"document_id": made.document_id, "version_number": made.number}
        changes = {**signed(actor), "date": date.isoformat(), **place}
        event = entries.change_entry(row, REGISTERED, changes, created_at=at, chained=made.chain_sha256)
        entries.put_state(made, REGISTERED, entry_id=row["id"], event_number=event)

    def _supersede(
        self, entries: Entries, state: Row, by: Version, actor: Actor, *, at: str, kept: str
    ) -> None:
        """Supersede a registered version; the number `kept` goes over to the new version."""
        old = version_of(entries.version(by.document_id, state["version_number"]))
        row = entries.entry(state["entry_id"])
        why = {**signed(actor), "reason": f"Заменена версией {by.number}."}
        if row["id"] == kept:
            facts, number = {**row, **why}, row["id"]
            event = entries.note(SUPERSEDED, facts, created_at=at, entry_id=number, chained=old.chain_sha256)
        else:
            event = entries.change_entry(row, SUPERSEDED, why, created_at=at, chained=old.chain_sha256)
        entries.put_state(old, SUPERSEDED, entry_id=row["id"], event_number=event)


def _gone(row: Row) -> str:
    return f"Номер {row['number']} больше не зарезервирован. Повторите регистрацию."


def _checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not 0 < len(text) <= _MAX_REASON or not text.isprintable():
        told = f"Укажите причину: от 1 до {_MAX_REASON} символов."
        raise FormInvalid(told, messages={"reason": [told]})
    return text


def _state_of(row: Row) -> VersionState:
    return VersionState(
        state=row["state"],
        number=row["number"],
        date=dt.date.fromisoformat(row["date"]),
        reason=row["reason"],
        actor_name=row["actor_name"],
        changed_at=time_of(row["created_at"]),
    )
