"""Rows of documents and versions, always of one organisation.

`Records` is the only place that writes the organisation filter: every query of the archive starts in it, so
that a row of another organisation is the same as no row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.archive.chain import GENESIS_SHA256
from service.database.tables import document, idempotency, organisation, search_entry, version
from service.database.tables_registration import journal_entry, version_state
from service.documents import (
    ChainHead,
)
from service.errors import NotFound

Row = Mapping[str, Any]

# What comes in addresses is looked up only when it could be an id: drivers refuse NUL and lone surrogates.
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAX_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Place:
    """Where a page of the list starts: the state of the record it shows, and the last line before it."""

    upto: int
    before: int


class Records:
    """The rows of one organisation, seen through one connection."""

    def __init__(self, connection: sa.Connection, organisation_id: str) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def lock(self) -> None:
        """Let one append at a time take the next numbers; raises NotFound for an unknown organisation.

        SQLite holds its only write lock already and ignores FOR UPDATE. On PostgreSQL it is a lock beside which
        rows that name the organisation may be written: a large batch that is being enqueued stops no append.
        """
        mine = sa.select(organisation.c.id).where(organisation.c.id == self._organisation_id)
        if self._connection.execute(mine.with_for_update(key_share=True)).first() is None:
            raise NotFound("Организация не найдена.")

    def document(self, document_id: str) -> Row:
        """Return the row of a document; raises NotFound."""
        found = None
        if _ID.fullmatch(document_id):
            found = self._first(self._own(document).where(document.c.id == document_id))
        if found is None:
            raise NotFound("Документ не найден.")
        return found

    def version(self, document_id: str, number: int | None) -> Row:
        """Return a version, or the newest one when `number` is None; raises NotFound."""
        query = self._of_document(document_id)
        if number is not None:
            if not 1 <= number <= _MAX_NUMBER:
                raise NotFound("Документ не найден.")
            query = query.where(version.c.number == number)
        found = self._first(query.order_by(version.c.number.desc()).limit(1))
        if found is None:
            raise NotFound("Документ не найден.")
        return found

    def versions(self, document_id: str) -> Sequence[Row]:
        """Return all versions of a document, the first one first; raises NotFound."""
        found = self._all(self._of_document(document_id).order_by(version.c.number))
        if not found:
            raise NotFound("Документ не найден.")
        return found

    def newest_number(self, document_id: str) -> int:
        """Return the number of the newest version of a document, 0 without one."""
        query = self._of_document(document_id).with_only_columns(sa.func.max(version.c.number))
        return self._connection.execute(query).scalar() or 0

    def head(self) -> ChainHead:
        """Return the end of the chain."""
        last = self._own(version).order_by(version.c.chain_number.desc()).limit(1)
        found = self._first(last.with_only_columns(version.c.chain_number, version.c.chain_sha256))
        if found is None:
            return ChainHead(self._organisation_id, 0, GENESIS_SHA256)
        return ChainHead(self._organisation_id, found["chain_number"], found["chain_sha256"])

    def chain(self, *, after: int, limit: int) -> Sequence[Row]:
        """Return versions in the order of the chain, behind a chain number, with what their document says."""
        same = (
            (document.c.id == version.c.document_id)
            & (document.c.organisation_id == version.c.organisation_id)
            & (document.c.kind == version.c.kind)
        )
        before = version.alias("before")
        follows = before.c.number == version.c.number - 1
        query = (
            self._own(version)
            .outerjoin(document, same)
            .outerjoin(before, sa.and_(before.c.document_id == version.c.document_id, follows))
            .add_columns(
                document.c.created_at.label("document_created_at"),
                document.c.created_by.label("document_created_by"),
                before.c.number.label("version_before"),
            )
            .where(version.c.chain_number > after)
        )
        return self._all(query.order_by(version.c.chain_number).limit(limit))

    def summaries(self, place: Place, *, kind: str | None, limit: int) -> Sequence[Row]:
        """Return documents by their newest change, the newest first, as the record was at `place.upto`."""
        if kind is not None and not _ID.fullmatch(kind):
            return []
        newer = version.alias("newer")
        superseded = (
            sa.select(sa.literal(1))
            .where(newer.c.document_id == version.c.document_id)
            .where(newer.c.number > version.c.number)
            .where(newer.c.chain_number <= place.upto)
            .exists()
        )
        query = (
            self._lines()
            # One bound: of two, SQLite takes the first for its index and walks over the rows up to the other.
            .where(version.c.chain_number <= min(place.upto, place.before - 1), ~superseded)
            .order_by(version.c.chain_number.desc())
            .limit(limit)
        )
        return self._all(query if kind is None else query.where(version.c.kind == kind))

    def organisation_name(self) -> str:
        """Return the name of the organisation; raises NotFound."""
        mine = sa.select(organisation.c.name).where(organisation.c.id == self._organisation_id)
        name = self._connection.execute(mine).scalar()
        if name is None:
            raise NotFound("Организация не найдена.")
        return str(name)

    def picks(
        self,
        document_ids: Sequence[str] | None,
        *,
        kind: str | None,
        every_version: bool,
        limit: int,
        state: str = "",
    ) -> Sequence[Sequence[Any]]:
        """Return (document, number, chain number, newest number of the document) of versions.

        Args:
            document_ids: of these documents, at most 500; None for all.
            kind: only of this kind.
            every_version: also the versions that newer ones replaced.
            limit: at most so many.
            state: only the versions in this state, of drafts the newest ones.
        """
        query = self._own(version)
        if document_ids is not None:
            query = query.where(
                version.c.document_id.in_([one for one in document_ids if _ID.fullmatch(one)])
            )
        if kind is not None:
            query = query.where(version.c.kind == kind)
        if state:
            query = query.join(search_entry, _same_place).where(search_entry.c.state == state)
        if not every_version and state in ("", "draft"):
            query = query.where(version.c.number == _newest)
        return self._shown(query.limit(limit))

    def picks_at(self, chain_numbers: Sequence[int]) -> Sequence[Sequence[Any]]:
        """Return the same of the versions at these places of the chain."""
        return self._shown(self._own(version).where(version.c.chain_number.in_(chain_numbers)))

    def _shown(self, query: sa.Select[Any]) -> Sequence[Sequence[Any]]:
        shown = (version.c.document_id, version.c.number, version.c.chain_number, _newest)
        return [tuple(row) for row in self._connection.execute(query.with_only_columns(*shown))]

    def at(self, chain_numbers: Sequence[int], names: Sequence[str]) -> Sequence[Row]:
        """Return these columns of the versions at these places of the chain."""
        query = self._own(version).where(version.c.chain_number.in_(chain_numbers))
        return self._all(query.with_only_columns(*(version.c[name] for name in names)))

    def summaries_at(self, chain_numbers: Sequence[int]) -> Sequence[Row]:
        """Return the versions at these places of the chain as lines of the list, the newest first."""
        query = self._lines().where(version.c.chain_number.in_(chain_numbers))
        return self._all(query.order_by(version.c.chain_number.desc()))

    def idempotency(self, key: str) -> Row | None:
        """Return what is kept of an earlier call under this key."""
        return self._first(self._own(idempotency).where(idempotency.c.key == key))

    def add(self, table: sa.Table, values: Row) -> None:
        """Insert a row of this organisation."""
        row = {**values, "organisation_id": self._organisation_id}
        # Values apart from the statement: SQLAlchemy then knows the statement again without walking over them.
        self._connection.execute(sa.insert(table), row)

    def _own(self, table: sa.Table) -> sa.Select[Any]:
        return sa.select(table).where(table.c.organisation_id == self._organisation_id)

    def _lines(self) -> sa.Select[Any]:
        """Return what the list shows of versions, with their states."""
        return (
            self._own(version)
            .join(document, document.c.id == version.c.document_id)
            .outerjoin(version_state, _same_version)
            .outerjoin(journal_entry, journal_entry.c.id == version_state.c.entry_id)
            .with_only_columns(*_SUMMARY)
        )

    def _of_document(self, document_id: str) -> sa.Select[Any]:
        query = self._own(version)
        if not _ID.fullmatch(document_id):
            return query.where(sa.false())
        return query.where(version.c.document_id == document_id)

    def _first(self, query: sa.Select[Any]) -> Row | None:
        found = self._connection.execute(query).mappings().first()
        return None if found is None else dict(found)

    def _all(self, query: sa.Select[Any]) -> Sequence[Row]:
        return [dict(row) for row in self._connection.execute(query).mappings()]


_SUMMARY = (
    version.c.document_id,
    version.c.kind,
    version.c.title,
    version.c.number,
    version.c.created_at,
    version.c.actor_name,
    version.c.chain_number,
    document.c.created_at.label("document_created_at"),
    version_state.c.state,
    journal_entry.c.number.label("registered_as"),
)
_newer = version.alias("newer")
_newest = (
    sa.select(sa.func.max(_newer.c.number))
    .where(_newer.c.document_id == version.c.document_id)
    .scalar_subquery()
)
_same_place = sa.and_(
    search_entry.c.organisation_id == version.c.organisation_id,
    search_entry.c.chain_number == version.c.chain_number,
)
_same_version = sa.and_(
    version_state.c.document_id == version.c.document_id,
    version_state.c.version_number == version.c.number,
)
