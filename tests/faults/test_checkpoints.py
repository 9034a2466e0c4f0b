"""R-26: writers and foreign checkpointers at the same time leave a whole database."""

from __future__ import annotations

import sqlite3

from service.database.engine import journal_mode
from tests.faults.checkpoints import stressed

WRITERS, APPENDS, CHECKPOINTERS = 4, 5, 2


def test_r_26_four_writers_and_two_checkpointers_lose_nothing(tmp_path):
    found = stressed(tmp_path, writers=WRITERS, appends=APPENDS, checkpointers=CHECKPOINTERS)

    assert found.numbers == list(range(1, WRITERS * APPENDS + 2))
    assert (found.integrity, found.problems) == ("ok", [])
    assert found.checkpoints >= CHECKPOINTERS
    assert found.mode == journal_mode(sqlite3.sqlite_version_info)
