"""Fifty registrations at once while their processes are killed: unique numbers, every gap explained."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.archive import Archive, Filter
from service.backends import new_id, utc_now
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.storage.local import LocalStorage
from tests.samples import PROJECT
from tests.service.registrar import ANNA, open_archive

REGISTRAR = Path(__file__).with_name("registrar.py")
MINE = ANNA.organisation_id
PROCESSES = 5


@pytest.fixture
def archive(tmp_path, either_database_url):
    engine = open_database(either_database_url, busy_timeout_s=60)
    upgrade(engine)
    with writing(engine) as connection:
        values = {"id": MINE, "name": "Управление образования", "created_at": "2021"}
        connection.execute(sa.insert(organisation).values(values))
    engine.dispose()
    engine, archive = open_archive(tmp_path, either_database_url)
    yield archive
    engine.dispose()


def test_fifty_registrations_with_killed_processes_get_unique_numbers_and_explain_every_gap(
    archive, tmp_path, either_database_url
):
    keys = [f"key-{number}" for number in range(40)]
    mixed = [name for number in range(40) for name in (f"once-{number}", keys[number])]
    told: dict[str, set[str]] = {}
    for round_ in range(2):
        with _running(tmp_path, either_database_url, mixed) as started:
            for count, process in enumerate(started):
                _listen(process, told, lines=1 + count + round_)
                process.kill()
            for process in started:
                _listen(process, told)
    left = archive.journal.listing(MINE, Filter(state="reserved"), limit=200).items
    with _running(tmp_path, either_database_url, keys) as started:
        for process in started:
            _listen(process, told)
    assert [process.returncode for process in started] == [0] * PROCESSES

    assert left, "no process was killed between the two steps: the test proves nothing"
    assert {len(numbers) for key, numbers in told.items() if key in keys} == {1}
    assert set(keys) <= set(told)
    _sweep_tomorrow(archive, tmp_path, either_database_url)
    entries = list(archive.journal.in_order(MINE, Filter()))
    assert [int(entry.number) for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.state for entry in entries} == {"registered", "void"}
    assert all("Документ не создан" in one.reason for one in entries if one.state == "void")
    registered = {entry.number for entry in entries if entry.state == "registered"}
    assert set().union(*told.values()) <= registered
    for entry in entries:
        if entry.state == "registered":
            assert archive.get(MINE, entry.document_id).payload["number"] == entry.number
    assert archive.verify() == []


def _sweep_tomorrow(archive, folder, url):
    engine = open_database(url)
    later = Archive(
        engine, LocalStorage(folder / "files"), now=lambda: utc_now() + dt.timedelta(hours=25), new_id=new_id
    )
    later.journal.sweep()
    engine.dispose()


@contextlib.contextmanager
def _running(folder, url, keys):
    """Five processes of ten threads, every key in one of them, let loose at the same moment."""
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-W", "error", REGISTRAR, folder, url, *keys[part::PROCESSES]],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PROJECT)},
                )
            )
            for part in range(PROCESSES)
        ]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        yield started


def _listen(process, told, *, lines=None):
    """Note what a process acknowledged, up to a number of lines or to its end."""
    while lines is None or lines > 0:
        line = process.stdout.readline()
        if not line:
            return
        key, _, number = line.strip().partition(" ")
        told.setdefault(key, set()).add(number)
        lines = None if lines is None else lines - 1
