"""R-12: another process holds the lock of SQLite: writers wait, then are told to come again; nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from service.database.engine import journal_mode
from service.errors import ServiceError, StorageFull
from tests.service.archive.archive_parts import ANNA, open_archive, paper, prepare

READERS, WRITERS, WAIT_S = 20, 5, 0.5
HOLDER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
other.execute("COMMIT")
"""


@pytest.fixture
def parts(tmp_path):
    engine, _, archive = open_archive(tmp_path, busy_timeout_s=WAIT_S)
    prepare(engine)
    yield archive, tmp_path / "formulyar.db"
    engine.dispose()


@contextmanager
def held(path, lock):
    """Let another process hold this lock while the block runs."""
    command = [sys.executable, "-c", HOLDER, str(path), lock]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.stdin.write("\n")
            holder.stdin.flush()


def asked(archive, document_id):
    """What twenty readers and five writers got, and how long the slowest took."""

    def outcome(call):
        began = time.monotonic()
        try:
            return call(), time.monotonic() - began
        except ServiceError as error:
            return error, time.monotonic() - began

    reading = [lambda: archive.get(ANNA.organisation_id, document_id).number] * READERS
    writing = [lambda: archive.append(paper("вместе"), actor=ANNA, document_id=document_id).number] * WRITERS
    with ThreadPoolExecutor(READERS + WRITERS) as pool:
        found = list(pool.map(outcome, [*writing, *reading]))
    answers = [answer for answer, _ in found]
    return answers[WRITERS:], answers[:WRITERS], max(spent_s for _, spent_s in found)


def test_r_12_a_foreign_writer_delays_writers_only(parts):
    archive, path = parts
    document_id = archive.append(paper(), actor=ANNA).document_id

    with held(path, "IMMEDIATE"):
        read, written, slowest_s = asked(archive, document_id)
    after_read, after_written, _ = asked(archive, document_id)

    assert read == [1] * READERS
    assert {(error.status, error.retryable) for error in written} == {(503, True)}
    assert slowest_s < WRITERS * WAIT_S + 10
    # The twin: without the lock the same calls all pass.
    assert sorted(after_written) == [2, 3, 4, 5, 6]
    assert all(1 <= number <= 6 for number in after_read)
    assert archive.verify() == []


def test_r_12_a_lock_that_shuts_readers_out_is_told_to_them_too_and_loses_nothing(parts):
    """With journal_mode=TRUNCATE an EXCLUSIVE lock keeps readers out; they hear 503 in time and no damage."""
    archive, path = parts
    document_id = archive.append(paper(), actor=ANNA).document_id

    with held(path, "EXCLUSIVE"):
        read, written, slowest_s = asked(archive, document_id)

    if journal_mode(sqlite3.sqlite_version_info) == "wal":
        assert read == [1] * READERS
    else:
        assert {(error.status, error.retryable) for error in read} == {(503, True)}
    assert {error.status for error in written} == {503}
    assert not any(isinstance(error, StorageFull) for error in written)
    assert slowest_s < WRITERS * WAIT_S + 10
    assert archive.append(paper("после"), actor=ANNA, document_id=document_id).number == 2
    assert archive.verify() == []
