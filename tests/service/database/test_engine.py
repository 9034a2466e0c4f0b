"""The rules of SQLite that keep the record safe, and how their refusals are told."""

from __future__ import annotations

import logging
import sqlite3
import stat
import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa

from service.database import open_database, reading, writing
from service.database.engine import journal_mode
from service.errors import ArchiveError, ConfigError, Conflict, Integrity, StorageError, StorageFull


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),
        ((3, 44, 5), "truncate"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "truncate"),
        ((3, 50, 6), "truncate"),
        ((3, 50, 7), "wal"),
        ((3, 51, 0), "truncate"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "wal"),
    ],
)
def test_wal_is_used_only_with_versions_that_have_no_reset_race(version, mode):
    """R-26."""
    assert journal_mode(version) == mode


def test_a_connection_follows_every_rule(engine):
    with writing(engine) as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "synchronous", "busy_timeout", "journal_mode", "mmap_size")
        }

    assert values == {
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 200,
        "journal_mode": journal_mode(sqlite3.sqlite_version_info),
        "mmap_size": 0,
    }


def test_the_chosen_journal_mode_is_said_at_start(tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="service.database.engine"):
        open_database(f"sqlite:///{tmp_path / 'a.db'}").dispose()

    assert f"SQLite {sqlite3.sqlite_version}" in caplog.text
    assert "journal_mode=" in caplog.text


def test_only_the_owner_can_read_the_file(engine, tmp_path):
    assert stat.S_IMODE((tmp_path / "formulyar.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:a?uri=true",
        "mysql://u:secret@h/d",
        "postgresql://h",
    ],
)
def test_an_address_that_cannot_work_is_refused_with_what_can(url):
    with pytest.raises(ConfigError, match=r"postgresql\+psycopg://") as refusal:
        open_database(url)

    assert "secret" not in str(refusal.value)


def test_a_file_that_cannot_be_made_is_refused_with_its_path(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match=r"file/a\.db"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'a.db'}")


def test_what_is_written_together_is_kept_or_lost_together(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    with pytest.raises(ArchiveError), writing(engine) as connection:  # noqa: PT012 - the second one fails
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        connection.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")
    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (2)")

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT x FROM t").scalars().all() == [2]


def test_a_reader_cannot_write_and_the_same_connection_can_afterwards(engine):
    with pytest.raises(StorageError), reading(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")

    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")


def test_a_locked_database_refuses_a_writer_within_the_busy_timeout_and_is_retryable(engine, tmp_path):
    other = sqlite3.connect(tmp_path / "formulyar.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageError) as refusal, writing(engine):
            pass
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    finally:
        other.close()

    assert (refusal.value.status, refusal.value.retryable) == (503, True)
    assert not isinstance(refusal.value, StorageFull)
    with writing(engine):
        pass


def test_a_commit_held_up_by_a_reader_is_refused_whole_and_the_next_one_passes(engine, tmp_path):
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    other = sqlite3.connect(tmp_path / "formulyar.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM t").fetchall()

    def insert(value):
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (?)", (value,))

    if _journal_mode(engine) == "truncate":
        with pytest.raises(StorageError):
            insert(1)
        other.close()
        insert(2)
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT x FROM t").scalars().all() == [2]
    else:
        insert(1)
        other.close()


def test_two_threads_that_read_and_then_write_wait_for_each_other(database_url):
    engine = open_database(database_url, busy_timeout_s=10)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")
        connection.exec_driver_sql("INSERT INTO t VALUES (0)")

    def count():
        for _ in range(20):
            with writing(engine) as connection:
                (x,) = connection.exec_driver_sql("SELECT x FROM t").one()
                connection.exec_driver_sql("UPDATE t SET x = ?", (x + 1,))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT x FROM t").scalar() == 40
    engine.dispose()


def test_a_full_disk_is_told_as_such_and_nothing_is_half_written(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(StorageFull) as refusal, writing(engine) as connection:  # noqa: PT012 - the second fails
        # SQLite answers SQLITE_FULL when its own limit is reached, as it does when the disk is full.
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")

    assert refusal.value.status == 507
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_question_asked_often_is_planned_for_its_own_values(postgres_url):
    opened = open_database(postgres_url)
    with opened.connect() as connection:
        # Left to itself, the server keeps one plan for all values from the sixth time on.
        connection.execute(
            sa.text("PREPARE asked (integer) AS SELECT n FROM generate_series(1, 9) n WHERE n = $1")
        )
        for number in range(8):
            connection.execute(sa.text(f"EXECUTE asked ({number})"))
        plan = "\n".join(connection.execute(sa.text("EXPLAIN EXECUTE asked (8)")).scalars())
    opened.dispose()
    assert "n = 8" in plan


def test_a_taken_unique_value_is_a_conflict(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x UNIQUE)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")

    with pytest.raises(Conflict), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")


def test_a_damaged_file_is_told_as_such(tmp_path):
    (tmp_path / "a.db").write_bytes(b"this is not a database at all" * 100)
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")

    with pytest.raises(Integrity), reading(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM sqlite_master")
    engine.dispose()


def test_a_mistake_of_the_program_is_not_called_retryable(engine):
    with pytest.raises(ArchiveError) as refusal, reading(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")

    assert not refusal.value.retryable
    assert isinstance(refusal.value.__cause__, sa.exc.OperationalError)


def _journal_mode(engine):
    with reading(engine) as connection:
        return connection.exec_driver_sql("PRAGMA journal_mode").scalar()


def test_a_thread_that_waits_too_long_for_its_turn_is_told_and_the_next_one_writes(engine):
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    holds, ends = threading.Event(), threading.Event()

    def hold():
        with suppress(RuntimeError), writing(engine):
            holds.set()
            ends.wait(30)
            raise RuntimeError("a writer that fails gives its turn back too")

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait(30)
    with pytest.raises(StorageError), writing(engine):
        pass
    ends.set()
    holder.join(30)

    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT x FROM t").scalars().all() == [1]
