"""The journal as it is read: pages of numbers with their papers, the years, what was left unfinished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.archive.cursors import cursor_place, cursor_text
from service.archive.events import RESERVED
from service.archive.records import Place, Row
from service.database import reading
from service.database.tables import version
from service.database.tables_registration import journal_entry
from service.database.times import time_of
from service.documents import Entry, JournalPage
from service.errors import InputError

MAX_PAGE = 200
_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Filter:
    """Which numbers are asked for; empty values ask for all.

    Attributes:
        year: of the date of the paper.
        series: a kind with all its acts («order»), or one series («order/приказ»).
        state: reserved, registered, superseded or void.
    """

    year: int | None = None
    series: str = ""
    state: str = ""


class JournalPages:
    """Reads the journal of one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def listing(
        self, organisation_id: str, chosen: Filter, *, limit: int = 50, cursor: str | None = None
    ) -> JournalPage:
        """Return a page of the journal, the last number first.

        Args:
            organisation_id: whose journal.
            chosen: which numbers.
            limit: lines on the page, 1 to 200.
            cursor: `next_cursor` of the page before.

        Raises:
            InputError: the cursor or the limit is wrong.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise InputError(f"Размер страницы limit: от 1 до {MAX_PAGE}.")
        before = None if cursor is None else journal_entry.c.sequence < cursor_place(cursor).before
        with reading(self._engine) as connection:
            rows = _rows(connection, organisation_id, chosen, before, limit=limit + 1, last_first=True)
        items = tuple(entry_of(row) for row in rows[:limit])
        if len(rows) <= limit:
            return JournalPage(items, None)
        last = rows[limit - 1]["sequence"]
        return JournalPage(items, cursor_text(Place(last, last)))

    def in_order(self, organisation_id: str, chosen: Filter) -> Iterator[Entry]:
        """Give all numbers of a filter as a journal is printed: in the order in which they were taken."""
        after = 0
        while True:
            behind = journal_entry.c.sequence > after
            with reading(self._engine) as connection:
                rows = _rows(connection, organisation_id, chosen, behind, limit=_ROWS_AT_ONCE)
            yield from map(entry_of, rows)
            if len(rows) < _ROWS_AT_ONCE:
                return
            after = rows[-1]["sequence"]

    def years(self, organisation_id: str) -> list[int]:
        """Return the years that have numbers, the last one first."""
        with reading(self._engine) as connection:
            return list(connection.execute(_different(organisation_id, journal_entry.c.year)).scalars())[::-1]

    def series(self, organisation_id: str) -> list[str]:
        """Return the series that have numbers."""
        with reading(self._engine) as connection:
            return _series(connection, organisation_id)


def expired(connection: sa.Connection, before: str) -> list[tuple[str, str]]:
    """Return (organisation, number) of the reservations that were last touched before a time."""
    query = sa.select(journal_entry.c.organisation_id, journal_entry.c.id)
    query = query.where(journal_entry.c.state == RESERVED, journal_entry.c.changed_at < before)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(journal_entry.c.sequence))]


def entry_of(row: Row) -> Entry:
    """Return the number a row of the journal stands for."""
    return Entry(
        id=row["id"],
        organisation_id=row["organisation_id"],
        sequence=row["sequence"],
        event_number=row["event_number"],
        kind=row["kind"],
        series=row["series"],
        year=row["year"],
        number=row["number"],
        typed=bool(row["typed"]),
        date=dt.date.fromisoformat(row["date"]),
        backdated=bool(row["backdated"]),
        state=row["state"],
        document_id=row["document_id"] or "",
        version_number=row["version_number"] or 0,
        title=row.get("title") or "",
        pages=row.get("pages") or 0,
        actor_name=row["actor_name"],
        reason=row["reason"],
        reserved_at=time_of(row["reserved_at"]),
        changed_at=time_of(row["changed_at"]),
    )


def _rows(
    connection: sa.Connection,
    organisation_id: str,
    chosen: Filter,
    bound: sa.ColumnElement[bool] | None,
    *,
    limit: int,
    last_first: bool = False,
) -> list[Row]:
    """Return numbers with their papers; each series gives its own next ones, found in an index in their order."""
    order = journal_entry.c.sequence.desc() if last_first else journal_entry.c.sequence
    places = sa.select(journal_entry.c.id, journal_entry.c.sequence).order_by(order).limit(limit)
    places = places.where(journal_entry.c.organisation_id == organisation_id)
    if bound is not None:
        places = places.where(bound)
    if chosen.year is not None:
        places = places.where(journal_entry.c.year == chosen.year)
    if chosen.state:
        places = places.where(journal_entry.c.state == chosen.state)
    parts = [places]
    if chosen.series:
        inside = [
            one
            for one in _series(connection, organisation_id)
            if one == chosen.series or one.startswith(f"{chosen.series}/")
        ]
        parts = [places.where(journal_entry.c.series == one) for one in inside]
    if not parts:
        return []
    found = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    same = sa.and_(
        version.c.document_id == journal_entry.c.document_id,
        version.c.number == journal_entry.c.version_number,
    )
    query = sa.select(journal_entry, version.c.title, version.c.pages).outerjoin(version, same)
    query = query.join(found, found.c.id == journal_entry.c.id).order_by(order).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def _series(connection: sa.Connection, organisation_id: str) -> list[str]:
    return list(connection.execute(_different(organisation_id, journal_entry.c.series)).scalars())


def _different(organisation_id: str, column: sa.Column[Any]) -> sa.Select[Any]:
    """Return the different values of a column in their order: a step of an index for each, not a look at all rows."""
    smallest = sa.select(sa.func.min(column).label("value"))
    smallest = smallest.where(journal_entry.c.organisation_id == organisation_id)
    steps = smallest.cte("steps", recursive=True)
    following = smallest.where(column > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(sa.select(following).where(steps.c.value.is_not(None)))
    return sa.select(steps.c.value).where(steps.c.value.is_not(None)).order_by(steps.c.value)
