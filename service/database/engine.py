"""Engines and transactions, with the rules that keep SQLite safe.

Every statement runs inside `reading` or `writing`. On SQLite a write opens with BEGIN IMMEDIATE, because a
transaction that reads first and writes later is refused at once when another one wrote in between, whatever
the busy timeout. Reads should be short: with `journal_mode=TRUNCATE` a commit waits until readers are done.

An engine belongs to the process that opened it: open it after a fork, never before.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from service.database.failures import translated
from service.errors import ConfigError

log = logging.getLogger(__name__)

_READ_ONLY = "formulyar_read_only"
_TURN = "formulyar_turn"
_VALID = "Допустимо: sqlite:////полный/путь/к/файлу или postgresql+psycopg://имя:пароль@узел/база."
# As many as threads of one web process; a connection of SQLite is an open file and little memory.
_POOL_SIZE = 32


def journal_mode(version: tuple[int, int, int]) -> str:
    """Return the journal mode that is safe with this version of SQLite.

    Versions 3.7.0 to 3.51.2 can lose commits when a WAL checkpoint races a commit of another connection;
    the repair is in 3.51.3, 3.50.7 and 3.44.6 (https://www.sqlite.org/wal.html).
    """
    safe = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return "wal" if safe else "truncate"


def open_database(url: str, *, busy_timeout_s: float = 5.0) -> sa.Engine:
    """Return an engine for the address; nothing is created but an empty SQLite file.

    Args:
        url: `sqlite:////path/file` or `postgresql+psycopg://user:password@host/name`.
        busy_timeout_s: how long a transaction waits for a lock before StorageError.

    Raises:
        ConfigError: the address cannot be used; the text says what is valid.
    """
    address = _address(url)
    try:
        if address.get_backend_name() == "sqlite":
            return _open_sqlite(address, busy_timeout_s)
        return _open_postgresql(address, busy_timeout_s)
    except ImportError as error:
        raise ConfigError("Для PostgreSQL установите драйвер: pip install 'formulyar[postgres]'.") from error


def is_absent(url: str) -> bool:
    """Say whether the address names a SQLite file that nobody has made yet.

    Raises:
        ConfigError: the address cannot be used.
    """
    address = _address(url)
    return address.get_backend_name() == "sqlite" and not Path(str(address.database)).is_file()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection that sees one state of the database and cannot change it.

    Raises:
        StorageError: the database stayed locked or is unreachable.
    """
    with translated(), engine.connect() as connection:
        connection = connection.execution_options(**{_READ_ONLY: True, "postgresql_readonly": True})
        with connection.begin():
            yield connection


def snapshot(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """Give a connection as `reading`, of which all queries see the database as it was at the first one."""
    if engine.dialect.name == "sqlite":
        return reading(engine)
    return reading(engine.execution_options(isolation_level="REPEATABLE READ"))


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection whose changes are committed together when the block ends without an error.

    Raises:
        StorageError: another writer held the lock longer than the busy timeout.
        StorageFull: no room is left; nothing was changed.
        AppendOnly: the change was of a row that never changes.
        Conflict: a unique value is taken.
    """
    with translated(), _turn(engine), engine.begin() as connection:
        yield connection


@dataclass(frozen=True)
class _Turn:
    """Lets one thread of a process write to SQLite at a time.

    Threads that wait here start at once when it is their turn; SQLite's own waiters sleep up to 100 ms between
    looks and are overtaken by newcomers, which cost sixteen threads half their throughput and seconds of waiting.
    """

    wait_s: float
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def _turn(engine: sa.Engine) -> Iterator[None]:
    turn: _Turn | None = engine.get_execution_options().get(_TURN)
    if turn is None:
        yield
        return
    if not turn.lock.acquire(timeout=turn.wait_s):
        raise exc.TimeoutError
    try:
        yield
    finally:
        turn.lock.release()


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except exc.ArgumentError as error:
        # The text of the cause may hold the password: it is not repeated.
        raise ConfigError(f"DATABASE_URL не разобран. {_VALID}") from error
    if address.drivername == "postgresql+psycopg" and address.database:
        return address
    path = address.database or ""
    plain_file = path not in ("", ":memory:") and not path.startswith("file:") and not address.query
    if address.drivername in ("sqlite", "sqlite+pysqlite") and plain_file:
        return address
    shown = address.render_as_string(hide_password=True)
    raise ConfigError(f"DATABASE_URL={shown} не поддерживается. {_VALID}")


def _open_sqlite(address: sa.URL, busy_timeout_s: float) -> sa.Engine:
    path = Path(str(address.database)).absolute()
    _create_private_file(path)
    mode = journal_mode(sqlite3.sqlite_version_info)
    engine = sa.create_engine(
        address.set(database=str(path)),
        connect_args={"timeout": busy_timeout_s, "isolation_level": None},
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_SIZE,
        pool_timeout=busy_timeout_s,
        hide_parameters=True,
        execution_options={_TURN: _Turn(busy_timeout_s)},
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # Damaged text must reach `verify`, which reports it; the driver would refuse to read the row.
        connection.text_factory = _text
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA mmap_size=0")
        (chosen,) = connection.execute(f"PRAGMA journal_mode={mode}").fetchone()
        if chosen != mode:
            raise ConfigError(f"База данных {path} не переходит в режим журнала {mode}: осталась в {chosen}.")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    reason = "" if mode == "wal" else ", because this version has the WAL-reset race (repaired in 3.51.3)"
    log.info("SQLite %s at %s: journal_mode=%s%s", sqlite3.sqlite_version, path, mode, reason)
    return engine


def _create_private_file(path: Path) -> None:
    # SQLite would make the file readable by everybody; its journals take the rights of the file.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"DATABASE_URL: файл {path} нельзя создать: {error.strerror}.") from error


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(_READ_ONLY, False):
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN DEFERRED")
    else:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_postgresql(address: sa.URL, busy_timeout_s: float) -> sa.Engine:
    # A plan kept for all values knows nothing of them: of a million papers it read every row for one number.
    options = f"-c lock_timeout={round(busy_timeout_s * 1000)} -c plan_cache_mode=force_custom_plan"
    engine = sa.create_engine(
        address,
        connect_args={"connect_timeout": 5, "options": options},
        pool_size=_POOL_SIZE,
        pool_timeout=busy_timeout_s,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    log.info("PostgreSQL at %s", address.render_as_string(hide_password=True))
    return engine
