"""A whole database as one SQLite file, and back: what backups and a change of the database are made of.

SQLite copies itself; PostgreSQL is read row by row in one snapshot, so writers are not held up. A copy may be
restored into either database: that is how an installation grows from one to the other. The index of the search is
not copied row by row, because it looks different in each of them: `reindex` makes it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from service.database.engine import open_database, snapshot, writing
from service.database.failures import translated
from service.database.migrations import upgrade
from service.database.tables import metadata, search_entry
from service.errors import Conflict

_ROWS_AT_ONCE = 1000
_COPIED = [table for table in metadata.sorted_tables if table is not search_entry]


def copy_out(engine: sa.Engine, target: Path) -> None:
    """Write everything committed so far into a new SQLite file, while the service runs.

    Raises:
        StorageError: the database stayed locked, or the file cannot be written.
    """
    if engine.dialect.name == "sqlite":
        _copy_file(engine, target)
        return
    with opened(target) as made:
        upgrade(made)
        _copy_rows(engine, made)


def copy_in(source: Path, engine: sa.Engine) -> None:
    """Fill an empty, upgraded database from a file that `copy_out` wrote; an older one is upgraded first.

    The index of the search stays empty.

    Raises:
        Conflict: the database holds rows already; nothing was changed.
        ConfigError: a newer program made the file.
    """
    with opened(source) as kept:
        upgrade(kept)
        _copy_rows(kept, engine)


def require_empty(connection: sa.Connection) -> None:
    """Refuse a database that holds rows already.

    Raises:
        Conflict: it does; the text says what to do.
    """
    for table in metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise Conflict(
                "База данных не пуста: восстановление возможно только в пустую. "
                "Укажите в DATABASE_URL новую базу."
            )


@contextmanager
def opened(path: Path) -> Iterator[sa.Engine]:
    """Give an engine over a SQLite file."""
    engine = open_database(f"sqlite:///{path.absolute()}")
    try:
        yield engine
    finally:
        engine.dispose()


def _copy_file(engine: sa.Engine, target: Path) -> None:
    with translated(), closing(sqlite3.connect(target)) as copy, closing(engine.raw_connection()) as source:
        # In one go: between steps another process could write, and the copy would begin anew each time.
        source.driver_connection.backup(copy, pages=-1)  # type: ignore[union-attr]  # sqlite3 behind SQLAlchemy


def _copy_rows(source: sa.Engine, target: sa.Engine) -> None:
    with snapshot(source) as reader, writing(target) as writer:
        require_empty(writer)
        for table in _COPIED:
            rows = reader.execution_options(yield_per=_ROWS_AT_ONCE).execute(sa.select(table))
            for part in rows.mappings().partitions():
                writer.execute(sa.insert(table), [dict(row) for row in part])
            _count_on(writer, table)


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number the next rows behind those that were copied; SQLite does so by itself."""
    numbered = table.autoincrement_column
    if connection.dialect.name != "postgresql" or numbered is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, numbered.name)
    highest = sa.select(sa.func.max(numbered)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, highest)))
