"""The one place where what a database driver raises becomes a ServiceError.

SQLite answers with result codes (https://www.sqlite.org/rescode.html), PostgreSQL with SQLSTATE
(https://www.postgresql.org/docs/current/errcodes-appendix.html); both are read here and nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from service.errors import (
    AppendOnly,
    ArchiveError,
    Conflict,
    Integrity,
    ServiceError,
    StorageError,
    StorageFull,
)

APPEND_ONLY_SQLSTATE = "FM001"  # raised by the trigger function of the first migration

_BUSY = "База данных занята другой операцией. Повторите попытку через несколько секунд."
_FULL = "На диске базы данных нет места. Сообщите администратору; данные не изменены."
_UNAVAILABLE = "База данных недоступна. Повторите попытку позже или сообщите администратору."
_DAMAGED = "Файл базы данных повреждён. Сообщите администратору."
_APPEND_ONLY = "Записи архива не изменяются и не удаляются. Исправление записывается новой версией."
_DUPLICATE = "Такая запись уже есть."
_FAILED = "База данных не выполнила запрос. Сообщите администратору."

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SQLITE = {
    sqlite3.SQLITE_BUSY: (StorageError, _BUSY),
    sqlite3.SQLITE_LOCKED: (StorageError, _BUSY),
    sqlite3.SQLITE_FULL: (StorageFull, _FULL),
    sqlite3.SQLITE_IOERR: (StorageError, _UNAVAILABLE),
    sqlite3.SQLITE_CANTOPEN: (StorageError, _UNAVAILABLE),
    sqlite3.SQLITE_READONLY: (StorageError, _UNAVAILABLE),
    sqlite3.SQLITE_CORRUPT: (Integrity, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (Integrity, _DAMAGED),
}
# Prefixes of SQLSTATE, the longest first.
_POSTGRESQL: tuple[tuple[str, type[ServiceError], str], ...] = (
    (APPEND_ONLY_SQLSTATE, AppendOnly, _APPEND_ONLY),
    ("23505", Conflict, _DUPLICATE),
    ("53100", StorageFull, _FULL),
    ("40001", StorageError, _BUSY),
    ("40P01", StorageError, _BUSY),
    ("55P03", StorageError, _BUSY),
    ("57014", StorageError, _BUSY),
    ("25006", StorageError, _UNAVAILABLE),
    ("XX001", Integrity, _DAMAGED),
    ("XX002", Integrity, _DAMAGED),
    ("08", StorageError, _UNAVAILABLE),
    ("53", StorageError, _UNAVAILABLE),
    ("57P", StorageError, _UNAVAILABLE),
    ("58", StorageError, _UNAVAILABLE),
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn driver errors inside the block into service errors.

    Raises:
        StorageError: the database is locked or unreachable; the call may be repeated.
        StorageFull: no room for the database.
        AppendOnly: a trigger refused a change of the record.
        Conflict: a unique value is taken.
        Integrity: the database file is damaged.
        ArchiveError: anything else, which is a mistake of the program.
    """
    try:
        yield
    except exc.DBAPIError as error:
        raise _service_error(error) from error
    except exc.TimeoutError as error:
        raise StorageError(_BUSY) from error


def _service_error(error: exc.DBAPIError) -> ServiceError:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _from_sqlite(original)
    state = getattr(original, "sqlstate", None)
    if state is None:
        # A connection that was never made has no SQLSTATE.
        unreachable = error.connection_invalidated or isinstance(error, exc.OperationalError)
        return StorageError(_UNAVAILABLE) if unreachable else ArchiveError(_FAILED)
    for prefix, kind, text in _POSTGRESQL:
        if state.startswith(prefix):
            return kind(text)
    return ArchiveError(_FAILED)


def _from_sqlite(original: sqlite3.Error) -> ServiceError:
    # Errors of the sqlite3 module itself, such as a closed connection, carry no code.
    code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return AppendOnly(_APPEND_ONLY)
    if code in _UNIQUE:
        return Conflict(_DUPLICATE)
    kind, text = _SQLITE.get(code & 0xFF, (ArchiveError, _FAILED))
    return kind(text)
