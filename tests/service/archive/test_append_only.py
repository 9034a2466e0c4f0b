"""The database itself refuses to change the record, whoever asks."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from archive_parts import ANNA, paper

from service.database import reading, writing
from service.errors import AppendOnly

COLUMNS = (
    "document_id, number, organisation_id, kind, title, file_name, payload, payload_sha256, docx_sha256, "
    "docx_size, pdf_sha256, pdf_size, pages, template_sha256, program_version, office_version, fonts, findings, "
    "actor_id, actor_name, reason, created_at, chain_number, prev_chain_sha256, chain_sha256"
)
FORBIDDEN = [
    "UPDATE version SET title = 'иной'",
    "UPDATE version SET title = title",
    "UPDATE OR REPLACE version SET number = 1",
    "UPDATE OR IGNORE version SET title = 'иной'",
    "DELETE FROM version",
    f"INSERT OR REPLACE INTO version ({COLUMNS}) SELECT {COLUMNS} FROM version",
    f"REPLACE INTO version ({COLUMNS}) SELECT {COLUMNS} FROM version",
    # The same place in the chain, another document number.
    f"REPLACE INTO version ({COLUMNS}) SELECT {COLUMNS.replace(' number,', ' number + 10,')} FROM version",
    # The same number, another place in the chain.
    f"REPLACE INTO version ({COLUMNS}) SELECT {COLUMNS.replace('chain_number,', 'chain_number + 10,')} FROM version",
    # Neither, but the hidden row number.
    f"REPLACE INTO version (rowid, {COLUMNS}) SELECT rowid, "
    + COLUMNS.replace(" number,", " number + 10,").replace("chain_number,", "chain_number + 10,")
    + " FROM version",
    f"INSERT INTO version ({COLUMNS}) SELECT {COLUMNS} FROM version WHERE true "
    "ON CONFLICT DO UPDATE SET title = 'иной'",
    "UPDATE document SET kind = 'roadmap'",
    "UPDATE document SET created_at = ''",
    "DELETE FROM document",
    "REPLACE INTO document (id, organisation_id, kind, created_at, created_by) "
    "SELECT id, organisation_id, 'roadmap', created_at, created_by FROM document",
    "REPLACE INTO document (rowid, id, organisation_id, kind, created_at, created_by) "
    "SELECT rowid, 'other', organisation_id, 'roadmap', created_at, created_by FROM document",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_version_and_its_document_never_change(archive, engine, statement):
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.exec_driver_sql(statement)

    assert archive.get(ANNA.organisation_id, made.document_id) == made
    assert archive.verify() == []


@pytest.mark.parametrize("statement", FORBIDDEN)
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
    "change", [" organisation_id, '22222222222222222222222222222222'", " kind, 'roadmap'"], ids=["organisation", "kind"]
)
def test_a_version_of_another_organisation_or_kind_than_its_document_cannot_exist(archive, engine, change):
    archive.append(paper(), actor=ANNA)
    old, new = change.split(", ")
    values = COLUMNS.replace(f"{old},", f" {new},").replace(" number,", " number + 10,")
    values = values.replace("chain_number,", "chain_number + 10,")

    with pytest.raises(Exception, match="База данных"), writing(engine) as connection:
        connection.exec_driver_sql(f"INSERT INTO version ({COLUMNS}) SELECT {values} FROM version")

    assert archive.verify() == []
