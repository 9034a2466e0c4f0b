"""The steps make the tables the program describes, once, and never from the future."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from service.database import reading, upgrade, writing
from service.database.tables import metadata
from service.errors import ArchiveError, ConfigError

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
        connection.exec_driver_sql("CREATE TABLE idempotency (x)")

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


def _schema(engine):
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        )
        return sorted(tuple(row) for row in rows)
