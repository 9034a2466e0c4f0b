"""The steps make the tables the program describes, once, and never from the future."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from service.archive import Archive, Wanted
from service.database import open_database, reading, upgrade, writing
from service.database.migrations import _config
from service.database.tables import metadata
from service.documents import Actor
from service.errors import ArchiveError, ConfigError
from service.storage.local import LocalStorage


@pytest.fixture
def database_url(either_database_url):
    return either_database_url


@pytest.fixture
def engine(database_url):
    engine = open_database(database_url, busy_timeout_s=5)
    yield engine
    engine.dispose()


UPGRADER = Path(__file__).with_name("upgrader.py")


def test_the_steps_make_exactly_the_described_tables(engine):
    upgrade(engine)

    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        assert compare_metadata(context, metadata) == []


def test_upgrading_again_changes_nothing(engine):
    upgrade(engine)
    before = _schema(engine)

    upgrade(engine)

    assert _schema(engine) == before


def test_upgrading_needs_no_particular_directory(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    upgrade(engine)

    assert ("table", "version") in _schema(engine)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(engine):
    """R-18."""
    upgrade(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = _schema(engine)

    with pytest.raises(ConfigError, match="9999"):
        upgrade(engine)

    assert _schema(engine) == before


def test_a_step_that_fails_leaves_the_database_as_it_was(engine):
    with writing(engine) as connection:
        # In the way of the last table of the step.
        connection.exec_driver_sql("CREATE TABLE idempotency (x TEXT)")

    with pytest.raises(ArchiveError):
        upgrade(engine)

    assert _schema(engine) == [("table", "idempotency")]


def test_processes_that_start_at_once_upgrade_once(engine, database_url):
    # The service may start the web part and several workers in the same moment.
    starters = [
        subprocess.Popen(
            [sys.executable, "-W", "error", UPGRADER, database_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        for _ in range(4)
    ]
    for starter in starters:
        starter.stdin.write(b"\n")
        starter.stdin.flush()
    errors = [starter.communicate(timeout=60)[1].decode() for starter in starters]

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0], errors
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1


def _is_described(name, kind, _parents):
    """The full-text table of SQLite is virtual and has tables of its own behind it."""
    return kind != "table" or not name.startswith("search_text")


def test_a_database_of_the_first_release_is_upgraded_with_its_papers(engine, tmp_path):
    _upgrade_to(engine, "0001")
    with writing(engine) as connection:
        for table, row in FIRST_RELEASE:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608

    upgrade(engine)

    archive = Archive(engine, LocalStorage(tmp_path / "files"), now=lambda: NOW, new_id=lambda: "e" * 32)
    (shown,) = archive.listing("1" * 32).items
    assert (shown.title, shown.state, shown.number) == ("Приказ", "draft", "")
    entry = archive.journal.reserve(Wanted("order", "order/приказ"), actor=Actor("a", "1" * 32, "Анна"))
    assert entry.number == "1"
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        assert compare_metadata(context, metadata) == []


def test_the_index_of_the_search_learns_kinds_and_states_of_papers_that_are_there(engine, tmp_path):
    _upgrade_to(engine, "0001")
    with writing(engine) as connection:
        for table, row in FIRST_RELEASE:
            names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608
    _upgrade_to(engine, "0007")
    place = {"organisation_id": "1" * 32, "chain_number": 1, "document_id": "d" * 32, "number": 1}
    with writing(engine) as connection:
        names, values = ", ".join(place), ", ".join(f":{name}" for name in place)
        connection.execute(sa.text(f"INSERT INTO search_entry (id, {names}) VALUES (1, {values})"), place)  # noqa: S608

    upgrade(engine)

    with reading(engine) as connection:
        told = connection.exec_driver_sql("SELECT kind, state FROM search_entry").all()
    assert [tuple(row) for row in told] == [("order", "draft")]


NOW = dt.datetime(2021, 3, 19, tzinfo=dt.UTC)
TIME = "2021-03-19T00:00:00.000000Z"
FIRST_RELEASE = (
    ("organisation", {"id": "1" * 32, "name": "Управление", "created_at": TIME}),
    (
        "document",
        {"id": "d", "organisation_id": "1" * 32, "kind": "order", "created_at": TIME, "created_by": "a"},
    ),
    (
        "version",
        {
            "document_id": "d",
            "number": 1,
            "organisation_id": "1" * 32,
            "kind": "order",
            "title": "Приказ",
            "file_name": "Приказ",
            "payload": "{}",
            "payload_sha256": "0" * 64,
            "docx_sha256": "0" * 64,
            "docx_size": 1,
            "pdf_sha256": None,
            "pdf_size": 0,
            "pages": 0,
            "template_sha256": "0" * 64,
            "program_version": "",
            "office_version": "",
            "fonts": "[]",
            "findings": "[]",
            "actor_id": "a",
            "actor_name": "Анна",
            "reason": "",
            "created_at": TIME,
            "chain_number": 1,
            "prev_chain_sha256": "0" * 64,
            "chain_sha256": "0" * 64,
        },
    ),
)


def _upgrade_to(engine, revision):
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _schema(engine):
    with reading(engine) as connection:
        found = sa.inspect(connection)
        tables = [("table", name) for name in found.get_table_names()]
        indexes = [("index", index["name"]) for _, name in tables for index in found.get_indexes(name)]
    return sorted([*tables, *indexes])
