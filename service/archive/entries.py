"""Rows of the journal, of the states of versions and of their events, always of one organisation.

`Entries` writes an event and what it changes together, so that neither can be without the other. Runs inside a
transaction that holds the lock of the organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from service.archive import events
from service.archive.chain import GENESIS_SHA256
from service.archive.events import SHARED, event_sha256
from service.archive.records import Records, Row
from service.database.tables import search_entry
from service.database.tables_registration import event, journal_entry, numbering, version_state
from service.documents import Actor, ChainHead, Version
from service.errors import Integrity

_COUNTED = ("registered", "superseded", "reserved")


class Entries(Records):
    """The rows of one organisation, seen through one connection."""

    def event_head(self) -> ChainHead:
        """Return the end of the chain of events."""
        last = self._own(event).order_by(event.c.chain_number.desc()).limit(1)
        found = self._first(last.with_only_columns(event.c.chain_number, event.c.chain_sha256))
        if found is None:
            return ChainHead(self._organisation_id, 0, GENESIS_SHA256, "events")
        return ChainHead(self._organisation_id, found["chain_number"], found["chain_sha256"], "events")

    def note(
        self,
        action: str,
        facts: Row,
        *,
        created_at: str,
        entry_id: str | None = None,
        chained: str | None = None,
    ) -> int:
        """Write an event and return its number.

        Args:
            action: reserved, registered, superseded, void or numbering.
            facts: the values of `events.SHARED`.
            created_at: when.
            entry_id: the number it is about.
            chained: the chain hash of the version it is about.
        """
        head = self.event_head()
        row = {
            **{name: facts[name] for name in SHARED},
            "organisation_id": self._organisation_id,
            "chain_number": head.chain_number + 1,
            "action": action,
            "entry_id": entry_id,
            "version_chain_sha256": chained,
            "created_at": created_at,
            "prev_chain_sha256": head.chain_sha256,
        }
        self.add(event, {**row, "chain_sha256": event_sha256(row)})
        return head.chain_number + 1

    def entry(self, entry_id: str) -> Row:
        """Return a number of the journal; raises Integrity when it is gone, which no caller can bring about."""
        found = self._first(self._own(journal_entry).where(journal_entry.c.id == entry_id))
        if found is None:
            raise Integrity("Журнал повреждён: записанного номера в нём нет. Сообщите администратору.")
        return found

    def entry_of_owner(self, owner: str) -> Row | None:
        """Return the reservation that a caller left unfinished."""
        return self._first(self._own(journal_entry).where(journal_entry.c.owner == owner))

    def entry_of_number(self, series: str, year: int, key: str) -> Row | None:
        """Return who has a number."""
        mine = self._of_series(series, year).where(journal_entry.c.number_key == key)
        return self._first(mine)

    def entry_of_document(self, document_id: str) -> Row | None:
        """Return the number under which a document is registered now."""
        query = self._own(journal_entry).join(version_state, version_state.c.entry_id == journal_entry.c.id)
        query = query.where(version_state.c.document_id == document_id)
        return self._first(query.where(version_state.c.state == events.REGISTERED))

    def newest_entry(self, series: str, year: int) -> Row | None:
        """Return the plain number, given by the count, that is the highest."""
        counted = self._of_series(series, year).where(~journal_entry.c.typed, journal_entry.c.suffix == 0)
        # Numbers that follow no pattern have no ordinal, and PostgreSQL puts them at the end that is looked at first.
        counted = counted.where(journal_entry.c.ordinal.is_not(None))
        return self._first(counted.order_by(journal_entry.c.ordinal.desc()).limit(1))

    def last_dated(self, series: str, year: int) -> Row | None:
        """Return the number with the latest date; what never got a paper has no date that counts."""
        counted = self._of_series(series, year).where(
            sa.or_(journal_entry.c.state.in_(_COUNTED), journal_entry.c.document_id.is_not(None))
        )
        latest = counted.order_by(journal_entry.c.date.desc(), journal_entry.c.sequence.desc())
        return self._first(latest.limit(1))

    def ordinal_before(self, series: str, year: int, date: dt.date) -> int | None:
        """Return the highest plain number that the count gave up to a date."""
        counted = self._of_series(series, year).where(
            ~journal_entry.c.typed, journal_entry.c.suffix == 0, journal_entry.c.date <= date.isoformat()
        )
        return self._scalar(counted.with_only_columns(sa.func.max(journal_entry.c.ordinal)))

    def last_suffix(self, series: str, year: int, ordinal: int) -> int:
        """Return how many numbers stand behind a plain one: 2 for «17/2»."""
        beside = self._of_series(series, year).where(journal_entry.c.ordinal == ordinal)
        return self._scalar(beside.with_only_columns(sa.func.max(journal_entry.c.suffix))) or 0

    def later_year_begun(self, series: str, year: int) -> bool:
        """Say whether numbers of a later year were given."""
        later = self._own(journal_entry).where(journal_entry.c.series == series, journal_entry.c.year > year)
        return self._first(later.limit(1)) is not None

    def rule(self, series: str, year: int) -> Row | None:
        """Return the rule of numbering for a year: its own, else that of every year."""
        mine = self._own(numbering).where(numbering.c.series == series, numbering.c.year.in_([0, year]))
        return self._first(mine.order_by(numbering.c.year.desc()).limit(1))

    def rules(self) -> list[Row]:
        """Return all rules of numbering, with who set them and when."""
        same = sa.and_(
            event.c.organisation_id == numbering.c.organisation_id,
            event.c.chain_number == numbering.c.event_number,
        )
        query = self._own(numbering).join(event, same).add_columns(event.c.actor_name, event.c.created_at)
        return list(self._all(query.order_by(numbering.c.series, numbering.c.year)))

    def put_rule(self, values: Row) -> None:
        """Write the rule of a series and year, in place of the one before."""
        mine = sa.and_(
            numbering.c.organisation_id == self._organisation_id,
            numbering.c.series == values["series"],
            numbering.c.year == values["year"],
        )
        if self._connection.execute(sa.update(numbering).where(mine).values(values)).rowcount == 0:
            self.add(numbering, values)

    def add_entry(self, values: Row, *, created_at: str) -> Row:
        """Reserve a number: the event and the row of the journal."""
        number = self.note(events.RESERVED, values, created_at=created_at, entry_id=values["id"])
        row = {
            **values,
            "organisation_id": self._organisation_id,
            "state": events.RESERVED,
            "sequence": number,
            "event_number": number,
            "reserved_at": created_at,
            "changed_at": created_at,
        }
        self.add(journal_entry, row)
        return row

    def change_entry(
        self, entry: Row, action: str, changes: Row, *, created_at: str, chained: str | None = None
    ) -> int:
        """Bring a number into another state; return the number of the event."""
        facts = {**entry, **changes}
        number = self.note(action, facts, created_at=created_at, entry_id=entry["id"], chained=chained)
        after = {**changes, "state": action, "event_number": number, "changed_at": created_at}
        if action != events.RESERVED:
            after["owner"] = None
        mine = self._mine(journal_entry, journal_entry.c.id == entry["id"])
        self._connection.execute(sa.update(journal_entry).where(mine).values(after))
        return number

    def states(self, document_id: str) -> list[Row]:
        """Return the states of the versions of a document, with their numbers."""
        query = self._own(version_state).where(version_state.c.document_id == document_id)
        return list(self._all(query.order_by(version_state.c.version_number)))

    def numbers(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the numbers under which documents are registered now, by document."""
        same = sa.and_(
            event.c.organisation_id == version_state.c.organisation_id,
            event.c.chain_number == version_state.c.event_number,
        )
        query = self._own(version_state).join(event, same).where(version_state.c.state == events.REGISTERED)
        query = query.where(version_state.c.document_id.in_(document_ids))
        rows = self._all(query.add_columns(event.c.number))
        return {row["document_id"]: row["number"] for row in rows}

    def state_events(self, document_id: str) -> list[Row]:
        """Return what is to be said of the versions of a document that are no drafts."""
        same = sa.and_(
            event.c.organisation_id == version_state.c.organisation_id,
            event.c.chain_number == version_state.c.event_number,
        )
        query = self._own(version_state).join(event, same).add_columns(*event.c["number", "date", "reason"])
        query = query.add_columns(event.c.actor_name, event.c.created_at)
        return list(self._all(query.where(version_state.c.document_id == document_id)))

    def put_state(self, made: Version, state: str, *, entry_id: str, event_number: int) -> None:
        """Write the state of a version, also where the search looks for it."""
        place = {"document_id": made.document_id, "version_number": made.number}
        mine = self._mine(
            version_state,
            version_state.c.document_id == place["document_id"],
            version_state.c.version_number == place["version_number"],
        )
        values = {"state": state, "event_number": event_number}
        if self._connection.execute(sa.update(version_state).where(mine).values(values)).rowcount == 0:
            self.add(version_state, {**place, **values, "entry_id": entry_id})
        indexed = self._mine(search_entry, search_entry.c.chain_number == made.chain_number)
        self._connection.execute(sa.update(search_entry).where(indexed).values(state=state))

    def _of_series(self, series: str, year: int) -> sa.Select[Any]:
        return self._own(journal_entry).where(journal_entry.c.series == series, journal_entry.c.year == year)

    def _mine(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.organisation_id == self._organisation_id, *conditions)

    def _scalar(self, query: sa.Select[Any]) -> int | None:
        found: int | None = self._connection.execute(query).scalar()
        return found


def signed(actor: Actor) -> dict[str, str]:
    """Return the columns that say who did it."""
    return {"actor_id": actor.id, "actor_name": actor.name}
