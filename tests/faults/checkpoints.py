"""Writers and foreign checkpointers on one SQLite file: in the suite for moments, in `bench.faults` for minutes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.service.archive import archive_parts

APPENDER = Path(archive_parts.__file__).with_name("appender.py")


@dataclass(frozen=True)
class Stressed:
    """What is left after the stress.

    Attributes:
        numbers: of all versions that the record has.
        integrity: what SQLite says of its file.
        problems: what `verify` finds.
        checkpoints: how many the foreigners made.
        mode: the journal mode that the file ended with.
    """

    numbers: list[int]
    integrity: str
    problems: list
    checkpoints: int
    mode: str


def stressed(folder: Path, *, writers: int, appends: int, checkpointers: int) -> Stressed:
    """Append from several processes while others checkpoint without a pause."""
    engine, _, archive = archive_parts.open_archive(folder, busy_timeout_s=60)
    archive_parts.prepare(engine)
    document_id = archive.append(archive_parts.paper(), actor=archive_parts.ANNA).document_id
    over, made = threading.Event(), [0] * checkpointers
    threads = [
        threading.Thread(target=_checkpoint, args=(folder / "formulyar.db", over, made, place))
        for place in range(checkpointers)
    ]
    command = [sys.executable, str(APPENDER), str(folder), document_id, str(appends)]
    with ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(writers)]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for thread in threads:
            thread.start()
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=3600)[0] for process in started]
        over.set()
        for thread in threads:
            thread.join(60)
    assert [len(answer.split()) for answer in answers] == [appends] * writers
    history = archive.history(archive_parts.ANNA.organisation_id, document_id)
    problems = archive.verify()
    engine.dispose()
    with closing(sqlite3.connect(folder / "formulyar.db")) as file:
        ((integrity,),) = file.execute("PRAGMA integrity_check").fetchall()
        ((mode,),) = file.execute("PRAGMA journal_mode").fetchall()
    # Rollback modes are no property of the file: a foreign connection says «delete».
    return Stressed(
        [one.number for one in history],
        integrity,
        problems,
        sum(made),
        "wal" if mode == "wal" else "truncate",
    )


def _checkpoint(path: Path, over: threading.Event, made: list[int], place: int) -> None:
    pause = threading.Event()
    while not over.is_set():
        with closing(sqlite3.connect(path, timeout=0.05)) as foreign, suppress(sqlite3.OperationalError):
            foreign.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            made[place] += 1
        pause.wait(0.002)
