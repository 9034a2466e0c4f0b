"""Many processes at once, and processes killed in the middle."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from archive_parts import ANNA, paper

APPENDER = Path(__file__).with_name("appender.py")
MINE = ANNA.organisation_id


def test_four_processes_with_fifty_appends_each_number_without_gaps(archive, tmp_path):
    """R-11."""
    document_id = archive.append(paper(), actor=ANNA).document_id
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(_appender(tmp_path, document_id, 50)) for _ in range(4)]
        _release(started)
        answers = [process.communicate(timeout=120) for process in started]

    assert [process.returncode for process in started] == [0] * 4, [error for _, error in answers]
    acknowledged = [int(line) for output, _ in answers for line in output.split()]
    assert sorted(acknowledged) == list(range(2, 202))
    history = archive.history(MINE, document_id)
    assert [version.number for version in history] == list(range(1, 202))
    assert [version.chain_number for version in history] == list(range(1, 202))
    assert archive.verify() == []


def test_processes_killed_while_appending_lose_nothing_acknowledged_and_leave_no_dangling_row(
    archive, tmp_path
):
    document_id = archive.append(paper(), actor=ANNA).document_id
    acknowledged = {1}
    for victims in range(1, 7):
        with contextlib.ExitStack() as stack:
            started = [stack.enter_context(_appender(tmp_path, document_id, 10_000)) for _ in range(2)]
            _release(started)
            # Kills at different depths: after the first, the second … acknowledged version.
            for process in started:
                acknowledged.update(int(process.stdout.readline()) for _ in range(victims))
            for process in started:
                process.kill()
            acknowledged.update(int(line) for process in started for line in process.stdout)

        # Reading rolls back what the killed ones left in the journal.
        assert archive.verify() == []

    history = archive.history(MINE, document_id)
    assert [version.number for version in history] == list(range(1, len(history) + 1))
    assert acknowledged <= {version.number for version in history}
    assert len(history) - len(acknowledged) <= 12
    assert archive.append(paper("после"), actor=ANNA, document_id=document_id).number == len(history) + 1


def _appender(directory, document_id, count):
    return subprocess.Popen(
        [sys.executable, "-W", "error", APPENDER, directory, document_id, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _release(started):
    for process in started:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
