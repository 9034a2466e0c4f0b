"""Upgrades a database in a process of its own: `upgrader.py URL`, after a line on standard input."""

from __future__ import annotations

import sys

from service.database import open_database, upgrade

if __name__ == "__main__":
    engine = open_database(sys.argv[1], busy_timeout_s=30)
    sys.stdin.readline()
    upgrade(engine)
    engine.dispose()
