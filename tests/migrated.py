"""Databases that have all tables from the beginning: a copy of one that the migrations made in this process.

The steps take longer than most tests. Who opens such a database upgrades it as ever, and finds nothing to do.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from service.database import open_database, upgrade


def migrated(url: str) -> str:
    """Make the tables by the migrations; return the address of the database."""
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
    return url


def migrated_sqlite(path: Path) -> str:
    """Put a database with all tables at the path unless one is there; return its address."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_tables())
    return f"sqlite:///{path}"


@functools.cache
def _tables() -> bytes:
    with tempfile.TemporaryDirectory(prefix="formulyar-migrated-") as folder:
        path = Path(folder) / "formulyar.db"
        migrated(f"sqlite:///{path}")
        return path.read_bytes()
