"""Versions taken out of the record together: which ones, fixed at one moment, and their rows in parts.

A version never changes, so a selection made in one short transaction stays true however long its rows are read;
a long transaction would hold up every commit on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.archive import events
from service.archive.chain import CHAINED
from service.archive.entries import Entries
from service.archive.records import Place, Records, Row
from service.archive.search_index import sought
from service.archive.terms import Sought
from service.database import reading, snapshot
from service.database.tables import version
from service.database.tables_registration import event, version_state
from service.documents import ChainHead
from service.errors import InputError, NotFound
from service.storage import Storage, read_verified

MAX_PICKS = 100_000
_IDS_AT_ONCE = 500
_LINKS_AT_ONCE = 1_000


class Pick(NamedTuple):
    """One version of a selection; a tuple, because a selection may have a hundred thousand."""

    document_id: str
    number: int
    chain_number: int
    newest: int


@dataclass(frozen=True)
class Selection:
    """Versions of one organisation as they were at one moment, in the order of the chain.

    Attributes:
        head: the end of the chain of versions at that moment.
        event_head: the end of the chain of events.
        complete: whether these are all versions from the first one to the head.
    """

    organisation_id: str
    organisation_name: str
    head: ChainHead
    event_head: ChainHead
    picks: tuple[Pick, ...]

    @property
    def complete(self) -> bool:
        """Whether the chain can be followed without a gap."""
        return len(self.picks) == self.head.chain_number


class Extracts:
    """Reads many versions of one organisation at a time."""

    def __init__(self, engine: sa.Engine, storage: Storage) -> None:
        self._engine = engine
        self._storage = storage

    def select(
        self,
        organisation_id: str,
        *,
        document_ids: Sequence[str] | None = None,
        wanted: Sought | None = None,
        every_version: bool = False,
    ) -> Selection:
        """Return the newest versions of documents, or all of them.

        Args:
            organisation_id: whose record.
            document_ids: these documents; None for all.
            wanted: instead of ids, those that are found by this; of ids, the versions in its state.
            every_version: also the versions that newer ones replaced.

        Raises:
            NotFound: one of the documents does not exist in this organisation.
            InputError: nothing fits, or more than 100,000 versions do.
        """
        with snapshot(self._engine) as connection:
            records = Entries(connection, organisation_id)
            name, head, event_head = records.organisation_name(), records.head(), records.event_head()
            if wanted is not None and document_ids is None and (wanted.needs_index or wanted.state):
                place = Place(head.chain_number, head.chain_number + 1)
                places = sought(connection, organisation_id, wanted, place, limit=MAX_PICKS + 1)
                if wanted.state and not every_version:
                    return _selection(name, head, event_head, _picks_at(records, places))
                document_ids = _documents_at(records, places)
            found = _picks_of(records, document_ids, wanted or Sought(), every_version=every_version)
        if document_ids is not None and {pick.document_id for pick in found} != set(document_ids):
            raise NotFound("Документ не найден.")
        return _selection(name, head, event_head, found)

    def rows(self, organisation_id: str, picks: Sequence[Pick], *, payload: bool) -> Mapping[int, Row]:
        """Return chain number -> row as it stands in the database, unverified; what is gone is missing.

        Args:
            organisation_id: whose record.
            picks: a part of a selection, small enough for memory.
            payload: whether the payload is read too.
        """
        names = [*CHAINED, "chain_sha256", *(["payload"] if payload else [])]
        with reading(self._engine) as connection:
            found = Records(connection, organisation_id).at([pick.chain_number for pick in picks], names)
        return {row["chain_number"]: row for row in found}

    def decisions(self, selection: Selection, picks: Sequence[Pick]) -> list[Row]:
        """Return the events that registered, superseded or voided versions, as of the moment of the selection.

        Args:
            selection: whose record, and up to which event.
            picks: a part of it, small enough for one query.
        """
        same = sa.and_(
            *(event.c[name] == version_state.c[name] for name in ("organisation_id", "entry_id")),
            *(event.c[name] == version_state.c[name] for name in ("document_id", "version_number")),
        )
        query = sa.select(event).select_from(version_state).join(event, same)
        query = query.where(
            version_state.c.organisation_id == selection.organisation_id,
            version_state.c.document_id.in_({pick.document_id for pick in picks}),
            event.c.chain_number <= selection.event_head.chain_number,
            event.c.action.in_(events.STATES),
        )
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query.order_by(event.c.chain_number)).mappings()]

    def versions_from(self, selection: Selection, first: int) -> Iterator[Row]:
        """Yield the rows of all versions without their payloads, from a place of the chain to the head."""
        columns = [version.c[name] for name in (*CHAINED, "chain_sha256")]
        yield from self._links(version, columns, selection.organisation_id, first, selection.head)

    def events_from(self, selection: Selection, first: int) -> Iterator[Row]:
        """Yield all events, from a place of their chain to the head."""
        yield from self._links(event, [event], selection.organisation_id, first, selection.event_head)

    def first_event_since(self, selection: Selection, created_at: str) -> int:
        """Return the first event that is not older than a time; the one behind the head when all are."""
        query = sa.select(sa.func.min(event.c.chain_number)).where(
            event.c.organisation_id == selection.organisation_id, event.c.created_at >= created_at
        )
        with reading(self._engine) as connection:
            found: int | None = connection.execute(query).scalar()
        behind = selection.event_head.chain_number + 1
        return behind if found is None else min(found, behind)

    def _links(
        self, table: sa.Table, columns: Sequence[Any], organisation_id: str, first: int, head: ChainHead
    ) -> Iterator[Row]:
        place, upto = table.c.chain_number, head.chain_number
        own = sa.select(*columns).where(table.c.organisation_id == organisation_id).order_by(place)
        while True:
            query = own.where(place >= first, place <= upto).limit(_LINKS_AT_ONCE)
            with reading(self._engine) as connection:
                rows = [dict(row) for row in connection.execute(query).mappings()]
            yield from rows
            if len(rows) < _LINKS_AT_ONCE:
                return
            first = rows[-1]["chain_number"] + 1

    def file(self, sha256: str) -> bytes:
        """Return the bytes of a stored file.

        Raises:
            Integrity: they are damaged or gone.
            StorageError: they cannot be read now.
        """
        return read_verified(self._storage, sha256)


def _selection(name: str, head: ChainHead, event_head: ChainHead, found: Sequence[Pick]) -> Selection:
    if not found:
        raise InputError("По этому отбору документов нет. Измените условия отбора.")
    picks = tuple(sorted(found, key=lambda pick: pick.chain_number))
    return Selection(head.organisation_id, name, head, event_head, picks)


def _picks_of(
    records: Records, document_ids: Sequence[str] | None, wanted: Sought, *, every_version: bool
) -> list[Pick]:
    found: list[Pick] = []
    for ids in _parts(document_ids, _IDS_AT_ONCE):
        rows = records.picks(
            ids,
            kind=wanted.kind or None if document_ids is None else None,
            every_version=every_version,
            limit=MAX_PICKS + 1,
            state="" if every_version else wanted.state,
        )
        found += (Pick(*row) for row in rows)
        if len(found) > MAX_PICKS:
            raise _too_many()
    return found


def _picks_at(records: Records, places: Sequence[int]) -> list[Pick]:
    if len(places) > MAX_PICKS:
        raise _too_many()
    parts = (places[first : first + _IDS_AT_ONCE] for first in range(0, len(places), _IDS_AT_ONCE))
    return [Pick(*row) for part in parts for row in records.picks_at(part)]


def _documents_at(records: Records, places: Sequence[int]) -> list[str]:
    parts = (places[first : first + _IDS_AT_ONCE] for first in range(0, len(places), _IDS_AT_ONCE))
    return [str(row["document_id"]) for part in parts for row in records.at(part, ["document_id"])]


def _too_many() -> InputError:
    return InputError(f"Выбрано больше {MAX_PICKS} версий документов. Сузьте отбор.")


def _parts(ids: Sequence[str] | None, size: int) -> Iterator[list[str] | None]:
    if ids is None:
        yield None
        return
    unique = list(dict.fromkeys(ids))
    for first in range(0, len(unique), size):
        yield unique[first : first + size]
