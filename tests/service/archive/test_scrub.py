"""The scrub finds everything that was planted and nothing else, goes on after a kill, and takes its time."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, START, open_archive, paper, prepare

from service.archive import Wanted
from service.archive.tidying import BETWEEN_LOOKS_S, Tidying
from service.database import writing
from service.storage.local import LocalStorage

MINE = ANNA.organisation_id
DAY_S = 24 * 3600
TABLES = ("version", "document", "event", "journal_entry", "version_state")


def register(archive, text):
    entry = archive.journal.reserve(Wanted("order", "order/приказ"), actor=ANNA)
    return archive.append(paper(text), actor=ANNA, together=archive.journal.registers(entry, ANNA))


def _tidying(engine, archive, folder, *, clock):
    storage = LocalStorage(folder / "files")
    return Tidying(engine, storage, archive.journal, now=lambda: START, clock=clock)


def by_hand(engine, statement, **values):
    """Change a row as somebody would who owns the database and takes the guards away."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
            for name in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            for table in TABLES:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        assert connection.execute(sa.text(statement), values).rowcount == 1


def codes(problems):
    return {problem.code for problem in problems}


CHANGES = {
    "state of a number": ("UPDATE journal_entry SET state = 'void' WHERE number = '2'", "journal_differs"),
    "number": ("UPDATE journal_entry SET number = '77' WHERE number = '2'", "journal_differs"),
    "reason": ("UPDATE journal_entry SET reason = 'иная' WHERE number = '2'", "journal_differs"),
    "paper of a number": (
        "UPDATE journal_entry SET version_number = NULL WHERE number = '2'",
        "journal_differs",
    ),
    "back to an earlier event": (
        "UPDATE journal_entry SET event_number = 3 WHERE number = '2'",
        "journal_differs",
    ),
    "state of a version": (
        "UPDATE version_state SET state = 'void' WHERE event_number = 4",
        "journal_differs",
    ),
    "event": ("UPDATE event SET reason = 'иная' WHERE chain_number = 4", "event_changed"),
    "time of an event": ("UPDATE event SET created_at = '' WHERE chain_number = 4", "event_changed"),
    "lost event": ("DELETE FROM event WHERE chain_number = 4", "row_missing"),
    "lost state": ("DELETE FROM version_state WHERE event_number = 4", "journal_differs"),
    "cut event": ("DELETE FROM event WHERE chain_number = 6", "journal_differs"),
}


@pytest.mark.parametrize(("statement", "code"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_the_journal_by_hand_is_found(either, statement, code):
    engine, archive = either
    for text in "абв":
        register(archive, text)
    assert archive.verify() == []

    by_hand(engine, statement)

    assert code in codes(archive.verify())


def test_a_cut_end_of_both_chains_is_found_against_exported_heads(either):
    """R-17."""
    engine, archive = either
    register(archive, "а")
    heads = archive.heads(MINE)
    assert archive.verify(heads=heads) == []

    by_hand(engine, "DELETE FROM version_state WHERE event_number = 2")
    by_hand(engine, "DELETE FROM journal_entry WHERE sequence = 1")
    by_hand(engine, "DELETE FROM event WHERE chain_number = 2")
    by_hand(engine, "DELETE FROM event WHERE chain_number = 1")

    assert archive.verify() == []
    assert [problem.code for problem in archive.verify(heads=heads)] == ["row_missing"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Path.unlink, "file_missing"), (lambda file: file.write_bytes(b"another"), "file_damaged")],
)
def test_a_lost_or_damaged_template_is_found_once_for_all_its_papers(either, tmp_path, fault, code):
    _, archive = either
    template = b"template of two papers"
    for text in ("1", "2"):
        archive.append(dataclasses.replace(paper(text), templates=(template,)), actor=ANNA)
    assert archive.scrub().run() == []

    name = hashlib.sha256(template).hexdigest()
    fault(tmp_path / "files" / name[:2] / name[2:4] / name)

    found = archive.scrub().run()
    assert [(problem.code, problem.organisation_id, problem.document_id) for problem in found] == [
        (code, "", "")
    ]
    assert "шаблон" in found[0].text.lower()


def test_a_scrub_that_was_stopped_goes_on_behind_its_place(either, tmp_path):
    """R-16."""
    _, archive = either
    made = [archive.append(paper(str(number)), actor=ANNA) for number in range(450)]
    _file(tmp_path, made[3].docx).unlink()
    pages = archive.scrub().pages()
    seen = [next(pages) for _ in range(4)]
    pages.close()
    _file(tmp_path, made[5].docx).unlink()
    _file(tmp_path, made[440].docx).unlink()

    resumed = archive.scrub().run(resume=True)
    anew = archive.scrub().run(resume=True)

    assert [problem.number for page in seen for problem in page] == [1]
    assert [problem.document_id for problem in resumed] == [made[3].document_id, made[440].document_id]
    assert [problem.document_id for problem in anew] == [made[n].document_id for n in (3, 5, 440)]


def test_a_scrub_reads_no_faster_than_allowed(either):
    """R-16."""
    _, archive = either
    size = 0
    for number in range(5):
        made = archive.append(paper(str(number)), actor=ANNA)
        size += made.docx.size_bytes + made.pdf.size_bytes
    pauses = []

    assert archive.scrub(rate_bytes_s=1, pause=pauses.append).run() == []

    assert size - 5 < sum(pauses) <= size


def test_fifty_faults_of_seven_kinds_are_found_among_a_thousand_documents_and_nothing_else(tmp_path):
    """R-16, T-41."""
    engine, _, archive = open_archive(tmp_path)
    prepare(engine)
    made = [archive.append(paper(str(number)), actor=ANNA) for number in range(997)]
    engine.dispose()
    shutil.copyfile(tmp_path / "formulyar.db", tmp_path / "older.db")
    made += [archive.append(paper(str(number)), actor=ANNA) for number in range(997, 1000)]
    heads = archive.heads(MINE)
    assert archive.scrub(heads=heads).run() == []
    engine.dispose()

    # 1 fault: an older database was put in the place of the newer one.
    shutil.copyfile(tmp_path / "older.db", tmp_path / "formulyar.db")
    chosen = random.Random(500).sample(made[:990], 48)  # noqa: S311 - the same faults every time
    flipped, cut, gone, swapped, edited = (
        [chosen.pop() for _ in range(count)] for count in (10, 10, 8, 10, 8)
    )
    for one in flipped:
        _change(tmp_path, one.docx, lambda data: bytes([data[0] ^ 1]) + data[1:])
    for one in cut:
        _change(tmp_path, one.pdf, lambda data: data[:-1])
    for one in gone:
        _file(tmp_path, one.docx).unlink()
    for left, right in zip(swapped[::2], swapped[1::2], strict=True):
        _swap(_file(tmp_path, left.pdf), _file(tmp_path, right.pdf))
    orphans = [f"{number:064x}" for number in range(1, 9)]
    for name in orphans:
        _plant(tmp_path, name)
    with contextlib.closing(sqlite3.connect(tmp_path / "formulyar.db")) as connection, connection:
        connection.execute("DROP TRIGGER version_no_update")
        for one in edited:
            place = (one.document_id, one.number)
            connection.execute(
                "UPDATE version SET title = 'иной' WHERE document_id = ? AND number = ?", place
            )

    found = archive.scrub(heads=heads).run()

    # 10 flips, 10 cuts, 8 deletions, 5 swaps of two files, 8 orphans, 8 edited rows and the older database.
    assert len(flipped) + len(cut) + len(gone) + len(swapped) // 2 + len(orphans) + len(edited) + 1 == 50
    places = {(problem.code, problem.document_id) for problem in found}
    assert places == (
        {("file_damaged", one.document_id) for one in (*flipped, *cut, *swapped)}
        | {("file_missing", one.document_id) for one in gone}
        | {("row_changed", one.document_id) for one in edited}
        | {("row_missing", ""), ("file_orphan", "")}
    )
    assert {one.text.split()[1] for one in found if one.code == "file_orphan"} == set(orphans)
    assert len(found) == 10 + 10 + 8 + 10 + 8 + 8 + 1
    engine.dispose()


def test_a_keeper_removes_old_files_without_a_row_and_nothing_else(either, tmp_path):
    engine, archive = either
    seconds = [0.0]
    tidying = _tidying(engine, archive, tmp_path, clock=lambda: seconds[0])
    made = register(archive, "а")
    for file in (tmp_path / "files").glob("??/??/*"):
        _age(file)
    _plant(tmp_path, "0" * 64)
    young = tmp_path / "files" / "11" / "11" / ("1" * 64)
    young.parent.mkdir(parents=True)
    young.write_bytes(b"young")

    first = tidying.once().files
    seconds[0] += BETWEEN_LOOKS_S - 1
    soon = tidying.once().files
    seconds[0] += 1

    assert (first, soon, tidying.once().files) == (0, 0, 1)
    assert archive.open_file(made, "docx")
    assert young.exists()
    assert archive.scrub().run() == []
    assert tidying.once().files == 0


def test_a_clock_that_jumps_between_the_file_of_a_paper_and_its_row_takes_no_file(either, tmp_path):
    engine, archive = either
    seconds = [0.0]
    tidying = _tidying(engine, archive, tmp_path, clock=lambda: seconds[0])
    stored = LocalStorage(tmp_path / "files").put(paper("а").docx, "application/pdf")
    _age(tmp_path / "files" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256)

    at_once = tidying.once().files
    made = archive.append(paper("а"), actor=ANNA)
    seconds[0] += BETWEEN_LOOKS_S
    later = tidying.once().files

    assert (at_once, later, archive.open_file(made, "docx")) == (0, 0, "docx а".encode())


def test_a_file_that_somebody_is_about_to_record_is_not_removed(tmp_path):
    engine, storage, _ = open_archive(tmp_path)
    stored = storage.put(b"bytes", "application/pdf")
    _age(tmp_path / "files" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256)
    storage.put(b"bytes", "application/pdf")

    assert not storage.discard(stored.sha256, unused_s=DAY_S, unused=lambda: True)
    assert storage.exists(stored.sha256)
    assert not storage.discard(stored.sha256, unused_s=-1, unused=lambda: False)
    assert storage.exists(stored.sha256)
    assert storage.discard(stored.sha256, unused_s=-1, unused=lambda: True)
    assert not storage.exists(stored.sha256)
    engine.dispose()


def _file(directory, stored):
    return directory / "files" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256


def _change(directory, stored, change):
    file = _file(directory, stored)
    file.write_bytes(change(file.read_bytes()))


def _swap(left, right):
    one, other = left.read_bytes(), right.read_bytes()
    left.write_bytes(other)
    right.write_bytes(one)


def _plant(directory, name):
    file = directory / "files" / name[:2] / name[2:4] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"orphan")
    _age(file)


def _age(file):
    old = file.stat().st_mtime - 2 * DAY_S
    os.utime(file, (old, old))
