"""A backup of a running service and the way back, also into the other database."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import stat
import threading

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, START, open_archive, paper, prepare

from service.archive import Archive, Sought
from service.backup import back_up, restore
from service.database import open_database, reading, upgrade
from service.database.tables import organisation
from service.errors import Conflict, InputError, Integrity
from service.storage.local import LocalStorage
from service.work import Leases, Order, Work

MINE = ANNA.organisation_id


@pytest.fixture
def running(tmp_path, either_database_url):
    engine, storage, archive = open_archive(tmp_path / "running", database_url=either_database_url)
    prepare(engine)
    yield engine, storage, archive
    engine.dispose()


@pytest.fixture
def empty(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'restored.db'}")
    storage = LocalStorage(tmp_path / "restored")
    yield engine, storage, Archive(engine, storage, now=_now, new_id=lambda: "f" * 32)
    engine.dispose()


def test_what_was_recorded_comes_back_and_proves_itself(running, empty, tmp_path):
    engine, storage, archive = running
    first = archive.append(paper("один"), actor=ANNA)
    second = archive.append(paper("два"), actor=ANNA, document_id=first.document_id)
    other = archive.append(paper("чужой", pdf=False), actor=BORIS)

    made = back_up(engine, storage, tmp_path / "backup", now=_now)
    back, problems = restore(tmp_path / "backup", empty[0], empty[1], archive=empty[2])

    assert (made.files, made.copied, back.files, problems) == (5, 5, 5, [])
    assert empty[2].history(MINE, first.document_id) == [first, second]
    assert empty[2].get(BORIS.organisation_id, other.document_id) == other
    assert empty[2].open_file(second, "pdf") == "pdf два".encode()
    assert empty[2].append(paper("три"), actor=ANNA, document_id=first.document_id).number == 3


def test_an_installation_moves_from_sqlite_to_postgresql(tmp_path, empty_postgres_url):
    engine, storage, archive = open_archive(tmp_path / "old")
    prepare(engine)
    made = archive.append(paper(), actor=ANNA)
    back_up(engine, storage, tmp_path / "backup", now=_now)
    engine.dispose()

    target, files, other = open_archive(tmp_path / "new", database_url=empty_postgres_url)
    try:
        _, problems = restore(tmp_path / "backup", target, files, archive=other)
        assert (problems, other.get(MINE, made.document_id)) == ([], made)
        # Rows that the database numbers by itself go on behind those that came.
        assert other.append(paper("два"), actor=ANNA).chain_number == 2
    finally:
        target.dispose()


def test_after_a_restore_papers_are_found_and_the_work_goes_on(tmp_path, either_database_url):
    engine, storage, archive = open_archive(tmp_path / "old")
    prepare(engine)
    made = archive.append(paper("Одуванчик"), actor=ANNA)
    waiting = [_work(engine).enqueue(ANNA, [Order("order", {})]) for _ in range(3)]
    back_up(engine, storage, tmp_path / "backup", now=_now)
    engine.dispose()

    target, files, other = open_archive(tmp_path / "new", database_url=either_database_url)
    try:
        restore(tmp_path / "backup", target, files, archive=other)
        waiting.append(_work(target).enqueue(ANNA, [Order("order", {})]))
        leases = Leases(target, now=_now)
        found = other.listing(MINE, wanted=Sought(text="одуванчику")).items
        claims = [leases.claim("w-1") for _ in waiting]
    finally:
        target.dispose()

    assert [item.id for item in found] == [made.document_id]
    assert [claim.item_id for claim in claims] == waiting


def test_papers_made_during_a_backup_do_not_spoil_it(running, empty, tmp_path):
    """R-15."""
    engine, storage, archive = running
    before = [archive.append(paper(f"до {number}"), actor=ANNA) for number in range(3)]
    stop = threading.Event()
    failures = []

    def go_on():
        number = 0
        while not stop.is_set():
            number += 1
            try:
                archive.append(paper(f"во время {number}"), actor=ANNA)
            except Exception as error:
                failures.append(error)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for _ in range(3):
            back_up(engine, storage, tmp_path / "backup", now=_now)
    finally:
        stop.set()
        writer.join(30)
    _, problems = restore(tmp_path / "backup", empty[0], empty[1], archive=empty[2])

    assert (failures, problems) == ([], [])
    assert [empty[2].get(MINE, made.document_id) for made in before] == before


def test_the_next_backup_copies_only_what_is_new(running, tmp_path):
    engine, storage, archive = running
    archive.append(paper("один"), actor=ANNA)
    back_up(engine, storage, tmp_path / "backup", now=_now)
    archive.append(paper("два"), actor=ANNA)

    made = back_up(engine, storage, tmp_path / "backup", now=lambda: _now() + dt.timedelta(days=1))

    assert (made.files, made.copied) == (4, 2)
    assert len(list((tmp_path / "backup").glob("database-*"))) == 1


def test_a_backup_is_for_its_owner_alone(running, tmp_path):
    """T-48."""
    engine, storage, archive = running
    archive.append(paper(), actor=ANNA)

    back_up(engine, storage, tmp_path / "backup", now=_now)

    paths = [tmp_path / "backup", *(tmp_path / "backup").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths} == {0}


def test_a_file_that_the_storage_lost_is_named_and_the_rest_is_saved(running, tmp_path):
    engine, storage, archive = running
    made = archive.append(paper(), actor=ANNA)
    _path(tmp_path / "running" / "files", made.pdf.sha256).unlink()

    copy = back_up(engine, storage, tmp_path / "backup", now=_now)

    assert (copy.missing, copy.copied) == ((made.pdf.sha256,), 1)


def test_a_damaged_backup_is_not_restored_in_silence(running, empty, tmp_path):
    engine, storage, archive = running
    made = archive.append(paper(), actor=ANNA)
    folder = tmp_path / "backup"
    back_up(engine, storage, folder, now=_now)
    _path(folder / "files", made.docx.sha256).write_bytes(b"damaged")

    back, problems = restore(folder, empty[0], empty[1], archive=empty[2])

    assert back.missing == (made.docx.sha256,)
    assert [problem.code for problem in problems] == ["file_missing"]


def test_a_changed_copy_of_the_database_is_refused(running, empty, tmp_path):
    engine, storage, archive = running
    archive.append(paper(), actor=ANNA)
    folder = tmp_path / "backup"
    back_up(engine, storage, folder, now=_now)
    (copy,) = folder.glob("database-*.sqlite3")
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")

    with pytest.raises(Integrity):
        restore(folder, empty[0], empty[1], archive=empty[2])

    assert _organisations(empty[0]) == 0


def test_an_older_database_under_the_same_backup_is_found_by_its_heads(running, empty, tmp_path):
    engine, storage, archive = running
    archive.append(paper("один"), actor=ANNA)
    folder = tmp_path / "backup"
    back_up(engine, storage, folder, now=_now)
    older = json.loads((folder / "manifest.json").read_text())
    archive.append(paper("два"), actor=ANNA)
    newer = back_up(engine, storage, tmp_path / "newer", now=_now)
    older["heads"] = [vars(head) for head in newer.heads]
    (folder / "manifest.json").write_text(json.dumps(older))

    _, problems = restore(folder, empty[0], empty[1], archive=empty[2])

    assert [problem.code for problem in problems] == ["row_missing"]


def test_a_restore_never_touches_what_is_there(running, tmp_path):
    engine, storage, archive = running
    made = archive.append(paper(), actor=ANNA)
    back_up(engine, storage, tmp_path / "backup", now=_now)

    with pytest.raises(Conflict):
        restore(tmp_path / "backup", engine, storage, archive=archive)

    assert archive.history(MINE, made.document_id) == [made]


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"format": "other"}'])
def test_a_folder_that_is_no_backup_is_said_so(empty, tmp_path, text):
    folder = tmp_path / "folder"
    folder.mkdir()
    if text is not None:
        (folder / "manifest.json").write_text(text)

    with pytest.raises(InputError, match=r"manifest\.json"):
        restore(folder, empty[0], empty[1], archive=empty[2])


def _now():
    return START


def _path(root, sha256):
    return root / sha256[:2] / sha256[2:4] / sha256


def _organisations(engine):
    upgrade(engine)
    with reading(engine) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(organisation)).scalar()


@pytest.mark.parametrize(
    "spoiled", [{"database": None}, {"database": "../other.sqlite3"}, {"heads": [{"a": 1}]}, {"heads": None}]
)
def test_a_spoiled_manifest_is_refused_before_anything_is_done(running, empty, tmp_path, spoiled):
    engine, storage, archive = running
    archive.append(paper(), actor=ANNA)
    folder = tmp_path / "backup"
    back_up(engine, storage, folder, now=_now)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **spoiled}), encoding="utf-8")

    with pytest.raises(InputError, match="изменена или неполна"):
        restore(folder, empty[0], empty[1], archive=empty[2])

    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert restore(folder, empty[0], empty[1], archive=empty[2])[1] == []


def _work(engine):
    return Work(engine, now=_now, new_id=lambda: secrets.token_hex(16))
