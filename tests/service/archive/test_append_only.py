"""The database itself refuses to change the record, whoever asks."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, paper

from service.database import reading, writing
from service.database.tables import version
from service.errors import AppendOnly, ArchiveError

COLUMNS = ", ".join(column.name for column in version.columns)


def copy(verb, *, number="number", chain_number="chain_number", rowid="", end=""):
    """Return a statement that writes every version once more, with other numbers where asked."""
    values = COLUMNS.replace(" number,", f" {number},").replace(" chain_number,", f" {chain_number},")
    return f"{verb} INTO version ({rowid}{COLUMNS}) SELECT {rowid}{values} FROM version {end}"  # noqa: S608


FORBIDDEN = {
    "update": "UPDATE version SET title = 'иной'",
    "update to the same": "UPDATE version SET title = title",
    "update or replace": "UPDATE OR REPLACE version SET number = 1",
    "update or ignore": "UPDATE OR IGNORE version SET title = 'иной'",
    "delete": "DELETE FROM version",
    "insert or replace": copy("INSERT OR REPLACE"),
    "insert or ignore": copy("INSERT OR IGNORE"),
    "replace": copy("REPLACE"),
    "replace by the place in the chain": copy("REPLACE", number="number + 10"),
    "replace by the number": copy("REPLACE", chain_number="chain_number + 10"),
    "replace by the hidden row number": copy(
        "REPLACE", number="number + 10", chain_number="chain_number + 10", rowid="rowid, "
    ),
    "upsert": copy("INSERT", end="WHERE true ON CONFLICT DO UPDATE SET title = 'иной'"),
    "update of a document": "UPDATE document SET kind = 'roadmap'",
    "update of the time of a document": "UPDATE document SET created_at = ''",
    "delete of a document": "DELETE FROM document",
    "replace of a document": (
        "REPLACE INTO document (id, organisation_id, kind, created_at, created_by) "
        "SELECT id, organisation_id, 'roadmap', created_at, created_by FROM document"
    ),
    "replace of a document by the hidden row number": (
        "REPLACE INTO document (rowid, id, organisation_id, kind, created_at, created_by) "
        "SELECT rowid, 'other', organisation_id, 'roadmap', created_at, created_by FROM document"
    ),
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_version_and_its_document_never_change(archive, engine, statement):
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.exec_driver_sql(statement)

    assert archive.get(ANNA.organisation_id, made.document_id) == made
    assert archive.verify() == []


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_foreign_program_with_the_defaults_of_sqlite_is_refused_too(archive, engine, tmp_path, statement):
    archive.append(paper(), actor=ANNA)

    with contextlib.closing(sqlite3.connect(tmp_path / "formulyar.db")) as foreign:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            foreign.execute(statement)
        foreign.commit()

    assert archive.verify() == []


def test_a_new_row_beside_the_old_ones_passes(archive, engine):
    archive.append(paper("один"), actor=ANNA)
    archive.append(paper("два"), actor=ANNA)

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM version").scalar() == 2


@pytest.mark.parametrize(
    ("column", "value"), [("organisation_id", BORIS.organisation_id), ("kind", "roadmap")]
)
def test_a_version_of_another_organisation_or_kind_than_its_document_cannot_exist(
    archive, engine, column, value
):
    archive.append(paper(), actor=ANNA)
    with reading(engine) as connection:
        row = dict(connection.execute(sa.select(version)).mappings().one())
    row |= {"number": 2, "chain_number": 2, column: value}

    with pytest.raises(ArchiveError), writing(engine) as connection:
        connection.execute(sa.insert(version).values(row))

    assert archive.verify() == []


def test_the_same_row_for_its_own_organisation_and_kind_can_be_written(archive, engine):
    archive.append(paper(), actor=ANNA)
    with reading(engine) as connection:
        row = dict(connection.execute(sa.select(version)).mappings().one())
    row |= {"number": 2, "chain_number": 2}

    with writing(engine) as connection:
        connection.execute(sa.insert(version).values(row))

    assert [problem.code for problem in archive.verify()] == ["row_changed", "chain_broken"]
