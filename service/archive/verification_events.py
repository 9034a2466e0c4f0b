"""Compares the journal with its events: the chain, the rows after the last event, gaps between numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from service.archive import events
from service.archive.events import entry_matches, event_intact
from service.archive.records import Row
from service.database.tables import version
from service.database.tables_registration import event, journal_entry, numbering, version_state

Found = tuple[str, str]


def events_after(connection: sa.Connection, organisation_id: str, *, after: int, limit: int) -> Sequence[Row]:
    """Return events in the order of their chain, with the rows that they are about."""
    own = event.c.organisation_id == organisation_id
    query = (
        sa.select(event).where(own, event.c.chain_number > after).order_by(event.c.chain_number).limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def of_event(connection: sa.Connection, row: Row) -> Iterator[Found]:
    """Give (code, text) of everything wrong with an event and with what it left behind."""
    if not event_intact(row):
        yield "event_changed", "Событие журнала отличается от записанного."
    if row["action"] == events.NUMBERING:
        yield from _of_rule(connection, row)
        return
    entry = _one(connection, sa.select(journal_entry).where(journal_entry.c.id == row["entry_id"]))
    if entry is None or entry["organisation_id"] != row["organisation_id"]:
        yield "journal_differs", f"Номера {row['number']} нет в журнале."
    elif not _follows(entry, row) or (
        entry["event_number"] == row["chain_number"] and not entry_matches(entry, row)
    ):
        yield "journal_differs", f"Номер {row['number']} в журнале отличается от своего события."
    if row["document_id"] is not None and row["action"] in events.STATES:
        yield from _of_state(connection, row)


def of_journal(connection: sa.Connection, organisation_id: str) -> Iterator[Found]:
    """Give (code, text) of rows that no event explains, and of gaps between numbers."""
    for table, name in ((journal_entry, "number"), (version_state, "state"), (numbering, "pattern")):
        for row in connection.execute(_unexplained(table, organisation_id)).mappings():
            yield "journal_differs", f"Запись журнала ({table.name}: {row[name]}) не подтверждена событием."
    gaps = [dict(row) for row in connection.execute(_gaps(organisation_id)).mappings()]
    for gap in gaps:
        if not _gap_explained(connection, organisation_id, gap):
            where = f"{gap['series']} за {gap['year']} год"
            text = f"В журнале {where} нет номеров между {gap['before']} и {gap['ordinal']}."
            yield "number_missing", text


def _of_state(connection: sa.Connection, row: Row) -> Iterator[Found]:
    same = (row["document_id"], row["version_number"])
    made = sa.select(version.c.chain_sha256).where(
        version.c.document_id == same[0], version.c.number == same[1]
    )
    if connection.execute(made).scalar() != row["version_chain_sha256"]:
        yield "journal_differs", f"Событие номера {row['number']} говорит о другой версии документа."
    state = _one(
        connection,
        sa.select(version_state).where(
            version_state.c.document_id == same[0], version_state.c.version_number == same[1]
        ),
    )
    if state is None or not _follows(state, row):
        yield "journal_differs", f"Состояние версии документа под номером {row['number']} утрачено."
    elif state["event_number"] == row["chain_number"] and state["state"] != row["action"]:
        yield "journal_differs", f"Состояние версии документа под номером {row['number']} изменено."


def _of_rule(connection: sa.Connection, row: Row) -> Iterator[Found]:
    mine = sa.select(numbering).where(
        numbering.c.organisation_id == row["organisation_id"],
        numbering.c.series == row["series"],
        numbering.c.year == row["year"],
    )
    rule = _one(connection, mine)
    same = rule is not None and (rule["pattern"], rule["first"]) == (row["number"], row["ordinal"])
    if rule is None or not _follows(rule, row) or (rule["event_number"] == row["chain_number"] and not same):
        yield "journal_differs", f"Правило нумерации «{row['series']}» отличается от своего события."


def _follows(left: Row, row: Row) -> bool:
    """Say whether a row was last changed by this event or a later one."""
    return bool(left["event_number"] >= row["chain_number"])


def _unexplained(table: sa.Table, organisation_id: str) -> sa.Select[Any]:
    same = sa.and_(
        event.c.organisation_id == table.c.organisation_id, event.c.chain_number == table.c.event_number
    )
    about = {
        "journal_entry": lambda: event.c.entry_id == journal_entry.c.id,
        "version_state": lambda: sa.and_(
            event.c.document_id == version_state.c.document_id,
            event.c.version_number == version_state.c.version_number,
        ),
        "numbering": lambda: event.c.series == numbering.c.series,
    }[table.name]()
    query = sa.select(table).outerjoin(event, sa.and_(same, about))
    return query.where(table.c.organisation_id == organisation_id, event.c.chain_number.is_(None))


def _gaps(organisation_id: str) -> sa.Select[Any]:
    """Return the numbers of the count that do not follow the one before."""
    before = sa.func.lag(journal_entry.c.ordinal, 1, 0).over(
        partition_by=(journal_entry.c.series, journal_entry.c.year),
        order_by=(journal_entry.c.ordinal, journal_entry.c.suffix),
    )
    counted = sa.select(
        journal_entry.c.series, journal_entry.c.year, journal_entry.c.ordinal, before.label("before")
    ).where(journal_entry.c.organisation_id == organisation_id, ~journal_entry.c.typed)
    found = counted.subquery()
    return sa.select(found).where(found.c.ordinal - found.c.before > 1)


def _gap_explained(connection: sa.Connection, organisation_id: str, gap: Row) -> bool:
    """Say whether the count was told to begin there, or people typed every number between."""
    started = sa.select(sa.func.count()).select_from(event).where(
        event.c.organisation_id == organisation_id,
        event.c.action == events.NUMBERING,
        event.c.series == gap["series"],
        event.c.year.in_([0, gap["year"]]),
        event.c.ordinal > gap["before"],
        event.c.ordinal <= gap["ordinal"],
    )  # fmt: skip
    if connection.execute(started).scalar():
        return True
    typed = sa.select(sa.func.count(sa.distinct(journal_entry.c.ordinal))).where(
        journal_entry.c.organisation_id == organisation_id,
        journal_entry.c.series == gap["series"],
        journal_entry.c.year == gap["year"],
        journal_entry.c.ordinal > gap["before"],
        journal_entry.c.ordinal < gap["ordinal"],
    )
    return bool(connection.execute(typed).scalar() == gap["ordinal"] - gap["before"] - 1)


def _one(connection: sa.Connection, query: sa.Select[Any]) -> Row | None:
    found = connection.execute(query).mappings().first()
    return None if found is None else dict(found)
