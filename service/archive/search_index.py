"""The search: which versions have which terms, in an inverted index of the database itself.

FTS5 on SQLite, a GIN index over tsvector on PostgreSQL; both get finished terms (`service.archive.terms`) and
split or stem nothing themselves. Index rows are written in the transaction of their version. The index is no part
of the record: it can be made anew at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from service.archive.records import Place, Row
from service.archive.terms import Sought, Terms, paper_terms, wanted_terms
from service.database import reading, writing
from service.database.tables import search_entry, version
from service.database.tables_registration import version_state

DRAFT = "draft"
_ROWS_AT_ONCE = 200
# Any constant of our own, so that two processes that start at once do not both fill an empty index.
_ADVISORY_LOCK = 6_170_150_727

_ADD = {
    "sqlite": "INSERT INTO search_text (rowid, terms) VALUES (:id, :terms)",
    "postgresql": "INSERT INTO search_text (id, terms) VALUES (:id, array_to_tsvector(:terms))",
}
_CLEAR = {
    "sqlite": "INSERT INTO search_text (search_text) VALUES ('delete-all')",
    "postgresql": "DELETE FROM search_text",
}
# The organisation stands in front of the terms, for speed, and in the rows, for certainty.
_FIND = """
SELECT e.chain_number FROM {source} JOIN search_entry e ON e.id = t.id
WHERE e.organisation_id = :organisation_id AND t.id <= :last_id {only}
ORDER BY t.id DESC LIMIT :limit
"""
_NEWEST = """
AND NOT EXISTS (SELECT 1 FROM version newer WHERE newer.document_id = e.document_id
                AND newer.number > e.number AND newer.chain_number <= :upto)
"""
_LISTED = """
SELECT e.chain_number FROM search_entry e
WHERE e.organisation_id = :organisation_id AND e.chain_number <= :before AND e.state = :state {only}
ORDER BY e.chain_number DESC LIMIT :limit
"""
# PostgreSQL cannot tell a word that every paper has from one that none has, and takes the wrong way for one of
# them: so the newest rows are looked through first (a millisecond for 1,000), and only when they hold too few is the
# whole index asked, which reads every row it finds: of a million, no more than some thousands then.
_SOURCES = {
    "sqlite": (
        (
            "(SELECT rowid AS id FROM search_text WHERE search_text MATCH :asked AND rowid <= :last_id"
            " ORDER BY rowid DESC) t"
        ),
    ),
    "postgresql": (
        (
            "(SELECT id FROM (SELECT id, terms FROM search_text WHERE id <= :last_id ORDER BY id DESC LIMIT 5000) w"
            " WHERE terms @@ CAST(:asked AS tsquery)) t"
        ),
        (
            "(WITH found AS MATERIALIZED (SELECT id FROM search_text WHERE terms @@ CAST(:asked AS tsquery))"
            " SELECT id FROM found) t"
        ),
    ),
}


# Words and a state: neither index knows of the other. First the newest papers with the words are looked through. Then
# SQLite goes on with them, beside the list of the state where that is short; PostgreSQL, which reads its whole answer
# before it can sort it, looks through the newest papers of the state before it does so.
_NEWEST_WITH_WORDS = """
(SELECT rowid AS id FROM search_text WHERE search_text MATCH :asked AND rowid <= :last_id
 ORDER BY rowid DESC LIMIT 500) t
"""
_WITH_WORDS_IN_STATE = """
(SELECT rowid AS id FROM search_text WHERE search_text MATCH :asked AND rowid <= :last_id AND +rowid IN
 (SELECT id FROM search_entry WHERE organisation_id = :organisation_id AND state = :state) ORDER BY rowid DESC) t
"""
_IN_STATE = """
(SELECT w.id FROM (SELECT id FROM search_entry WHERE organisation_id = :organisation_id AND state = :state
 AND chain_number <= :before ORDER BY chain_number DESC LIMIT 2000) w
 JOIN search_text x ON x.id = w.id AND x.terms @@ CAST(:asked AS tsquery)) t
"""
_COUNT_STATE = """
SELECT count(*) FROM (SELECT 1 FROM search_entry WHERE organisation_id = :organisation_id AND state = :state
 AND chain_number <= :before LIMIT :few) w
"""


def add_to_index(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write the index rows of versions, in the order of the chain; each row is whole."""
    dialect = connection.dialect.name
    names = ("organisation_id", "chain_number", "document_id", "number", "kind")
    entries = [{**{name: row[name] for name in names}, "state": row.get("state") or DRAFT} for row in rows]
    insert = sa.insert(search_entry).returning(search_entry.c.id, sort_by_parameter_order=True)
    ids = connection.execute(insert, entries).scalars().all()
    texts = []
    for key, row in zip(ids, rows, strict=True):
        terms = paper_terms(row, _payload(row))
        texts.append({"id": key, "terms": " ".join(terms) if dialect == "sqlite" else terms})
    connection.execute(sa.text(_ADD[dialect]), texts)


def sought(
    connection: sa.Connection, organisation_id: str, wanted: Sought, place: Place, *, limit: int
) -> Sequence[int]:
    """Return chain numbers of the versions that are asked for, the last recorded first, as of `place.upto`.

    They are the newest ones of their documents; with a state, all versions in it, but of drafts the newest ones.

    Raises:
        InputError: the question is too long, or has no word to look for.
    """
    values = {
        "organisation_id": organisation_id,
        "before": min(place.before - 1, place.upto),
        "upto": place.upto,
        "state": wanted.state,
        "kind": wanted.kind,
        "limit": limit,
    }
    if wanted.needs_index:
        return _find(connection, wanted_terms(wanted, organisation_id), values)
    only = "AND e.kind = :kind" if wanted.kind else ""
    only += _NEWEST if wanted.state in ("", DRAFT) else ""
    return [int(row[0]) for row in connection.execute(sa.text(_LISTED.format(only=only)), values)]


def _find(connection: sa.Connection, asked: Terms, values: dict[str, Any]) -> Sequence[int]:
    mine = search_entry.c.organisation_id == values["organisation_id"]
    newest = sa.select(search_entry.c.id).where(mine, search_entry.c.chain_number <= values["before"])
    last_id = connection.execute(newest.order_by(search_entry.c.chain_number.desc()).limit(1)).scalar()
    if last_id is None:
        return []
    dialect = connection.dialect.name
    values |= {"asked": _question(asked, dialect), "last_id": last_id}
    found: list[int] = []
    for source in _state_sources(connection, values) if values["state"] else _SOURCES[dialect]:
        found = _asked(connection, source, values)
        if len(found) == values["limit"]:
            break
    return found


def _state_sources(connection: sa.Connection, values: dict[str, Any]) -> Sequence[str]:
    """Return where to look for words and a state, one after the other; the last one knows all."""
    sqlite = connection.dialect.name == "sqlite"
    few = 20_000 if sqlite else 2_000
    is_short = (connection.execute(sa.text(_COUNT_STATE), {**values, "few": few}).scalar() or 0) < few
    if sqlite:
        return _NEWEST_WITH_WORDS, _WITH_WORDS_IN_STATE if is_short else _SOURCES["sqlite"][-1]
    newest, everything = _SOURCES["postgresql"]
    return (newest, _IN_STATE) if is_short else (newest, _IN_STATE, everything)


def _asked(connection: sa.Connection, source: str, values: dict[str, Any]) -> list[int]:
    state = values["state"]
    only = ("AND e.state = :state" if state else "") + (_NEWEST if state in ("", DRAFT) else "")
    rows = connection.execute(sa.text(_FIND.format(source=source, only=only)), values)
    return [int(row[0]) for row in rows]


def reindex(engine: sa.Engine, *, only_if_empty: bool = False) -> int:
    """Make the whole index anew, in one transaction; return how many versions it has.

    Args:
        only_if_empty: leave an index alone that has any rows.
    """
    if only_if_empty and not _needs_filling(engine):
        return 0
    count = 0
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        if only_if_empty and connection.execute(sa.select(search_entry.c.id).limit(1)).first():
            return 0
        connection.execute(sa.text(_CLEAR[connection.dialect.name]))
        connection.execute(sa.delete(search_entry))
        after: tuple[str, int] = ("", 0)
        while rows := _rows_after(connection, after):
            add_to_index(connection, rows)
            after = (rows[-1]["organisation_id"], rows[-1]["chain_number"])
            count += len(rows)
    return count


def _needs_filling(engine: sa.Engine) -> bool:
    with reading(engine) as connection:
        filled = connection.execute(sa.select(search_entry.c.id).limit(1)).first()
        return filled is None and connection.execute(sa.select(version.c.number).limit(1)).first() is not None


def _rows_after(connection: sa.Connection, after: tuple[str, int]) -> Sequence[Row]:
    place = sa.tuple_(version.c.organisation_id, version.c.chain_number)
    columns = [version.c[name] for name in _NEEDED]
    same = sa.and_(
        version_state.c.document_id == version.c.document_id,
        version_state.c.version_number == version.c.number,
    )
    query = (
        sa.select(*columns, version_state.c.state)
        .outerjoin_from(version, version_state, same)
        .where(place > sa.tuple_(*map(sa.literal, after)))
    )
    query = query.order_by(version.c.organisation_id, version.c.chain_number).limit(_ROWS_AT_ONCE)
    return [dict(row) for row in connection.execute(query).mappings()]


_NEEDED = (
    "organisation_id",
    "chain_number",
    "document_id",
    "number",
    "kind",
    "title",
    "created_at",
    "payload",
)


def _payload(row: Row) -> Mapping[str, Any]:
    try:
        payload = json.loads(row["payload"])
    except (TypeError, ValueError):
        return {}  # a damaged row is found by its title; `verify` says that it is damaged
    return payload if isinstance(payload, dict) else {}


def _question(asked: Terms, dialect: str) -> str:
    # Terms are letters, digits and «_» only, so quotes around them cannot end early.
    quote, either, both = ('"', " OR ", " AND ") if dialect == "sqlite" else ("'", " | ", " & ")
    return both.join(f"({either.join(f'{quote}{term}{quote}' for term in group)})" for group in asked)
