"""Upgrades a database again and again and is killed each time, one statement later: `killed_upgrader.py URL`.

Reads numbers of statements, one a line; for each it forks a child that upgrades and kills itself before that
statement. Answers `killed`, or `upgraded` when there were not so many statements.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile

import sqlalchemy as sa

from service.database import open_database, upgrade


def upgrade_until(url: str, number: int) -> None:
    """Upgrade, and end by SIGKILL before the statement with this number, from 1; commits count as well."""
    engine = open_database(url, busy_timeout_s=30)
    reached = 0

    def count(*_: object) -> None:
        nonlocal reached
        reached += 1
        if reached == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def spill(connection, _record) -> None:
        # With so small a cache SQLite writes into its file long before the commit: only its journal knows better.
        connection.execute("PRAGMA cache_size=1")

    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", spill)
    sa.event.listen(engine, "before_cursor_execute", count)
    sa.event.listen(engine, "commit", count)
    upgrade(engine)


def answer(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def warm_up(url: str) -> None:
    """Import whatever an upgrade needs, once and not in every child."""
    open_database(url).dispose()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/warm.db")
        upgrade(engine)
        engine.dispose()


def main() -> None:
    warm_up(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            upgrade_until(sys.argv[1], int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            answer("killed")
        else:
            assert status == 0, status
            answer("upgraded")


if __name__ == "__main__":
    main()
