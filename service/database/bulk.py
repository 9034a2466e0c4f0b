"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

Past SQLAlchemy's own way, whose work for each row takes longer than the database does: values must be what the
driver takes, which text, whole numbers and None are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy import exc

# From here on fresh statistics are worth their tenth of a second.
_MANY = 1_000


def insert_many(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows inside the transaction of the connection.

    Args:
        connection: from `service.database.writing`.
        table: where they go.
        names: of the columns, in the order of the values.
        rows: the values.
    """
    if not rows:
        return
    columns = ", ".join(table.c[name].name for name in names)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", rows)
    else:
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our tables
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def renew_statistics(engine: sa.Engine, tables: Iterable[sa.Table], added: int) -> None:
    """Tell PostgreSQL what its tables hold after so many new rows.

    Sessions that planned their statements when a table was small plan them anew; by itself it would look within
    a minute or so.
    """
    if engine.dialect.name != "postgresql" or added < _MANY:
        return
    with engine.begin() as connection:
        for table in tables:
            connection.execute(sa.text(f"ANALYZE {table.name}"))


def _copy(connection: sa.Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    driver = connection.dialect.dbapi
    raw = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - every dialect in use has one
    assert raw is not None  # noqa: S101 - the connection is open
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        # As SQLAlchemy would wrap it, so that `failures` knows it.
        lost = isinstance(error, driver.OperationalError)
        kind = exc.OperationalError if lost else exc.DBAPIError
        raise kind(statement, None, error, hide_parameters=True) from error
