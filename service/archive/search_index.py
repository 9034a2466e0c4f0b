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
_WINDOW = 20_000
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


# Words and a state: neither index knows of the other. The newest papers with the words are looked through, then the
# newest papers of the state, and only when both hold too few, all papers with the words. On SQLite a paper with the
# words costs a microsecond or two, the question whether one paper has them some hundred.
_WITH_WORDS = "(SELECT rowid AS id FROM search_text WHERE search_text MATCH :asked AND rowid <= :last_id"
_IN_STATE = """
(SELECT w.id FROM (SELECT id FROM search_entry WHERE organisation_id = :organisation_id AND state = :state
 AND chain_number <= :before ORDER BY chain_number DESC LIMIT :window) w JOIN search_text x ON {same}) t
"""
_SAME = {
    "sqlite": "x.rowid = w.id AND x.search_text MATCH :asked",
    "postgresql": "x.id = w.id AND x.terms @@ CAST(:asked AS tsquery)",
}
_STATE_ROWS = """
SELECT count(*), min(chain_number) FROM (SELECT chain_number FROM search_entry
WHERE organisation_id = :organisation_id AND state = :state AND chain_number <= :before
ORDER BY chain_number DESC LIMIT :window) w
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
    if values["state"]:
        return _find_in_state(connection, values)
    found: list[int] = []
    for source in _SOURCES[dialect]:
        found = _asked(connection, source, values)
        if len(found) == values["limit"]:
            break
    return found


def _find_in_state(connection: sa.Connection, values: dict[str, Any]) -> Sequence[int]:
    """Return versions with the words and in the state, by the way that takes the least time."""
    dialect = connection.dialect.name
    words = [_SOURCES[dialect][0]]
    if dialect == "sqlite":
        words = [f"{_WITH_WORDS} ORDER BY rowid DESC LIMIT {size}) t" for size in (500, _WINDOW)]
    found: list[int] = []
    for source in words:
        found = _asked(connection, source, values)
        if len(found) == values["limit"]:
            return found
    if dialect == "sqlite":
        counted = sa.text(f"SELECT count(*) FROM {_WITH_WORDS} LIMIT {_WINDOW}) t")  # noqa: S608 - constants
        if connection.execute(counted, values).scalar() != _WINDOW:
            return found
    found, whole = _of_state(connection, values)
    return found if whole else _asked(connection, _SOURCES[dialect][-1], values)


def _of_state(connection: sa.Connection, values: dict[str, Any]) -> tuple[list[int], bool]:
    """Return which of the newest versions in the state have the words, and whether that answers the question."""
    dialect, found = connection.dialect.name, list[int]()
    source, below = _IN_STATE.format(same=_SAME[dialect]), values["before"]
    size, steps = (100, 10) if dialect == "sqlite" else (2_000, 1)
    for _ in range(steps):
        part = {**values, "before": below, "window": size}
        found += _asked(connection, source, part)
        count, last = connection.execute(sa.text(_STATE_ROWS), part).one()
        if len(found) >= values["limit"] or count < size:
            return found[: values["limit"]], True
        below = last - 1
    return found, False


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
