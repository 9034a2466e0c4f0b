"""Brings a database to the tables this program knows; `versions/` holds one step per change.

Runs from code, without alembic.ini and from any directory. Steps go forward only. All steps of one call are
one transaction, on SQLite as well, so a killed upgrade leaves the database as it was.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.database.engine import reading, writing
from service.errors import ConfigError

# Any constant of our own; it only has to be the same in every process.
_ADVISORY_LOCK = 6_170_150_726


def upgrade(engine: sa.Engine) -> None:
    """Create or upgrade the tables; safe to call in many processes at once and at every start.

    Raises:
        ConfigError: a newer program made this database.
        StorageError: another process held the database longer than the busy timeout.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    with reading(engine) as connection:
        if _current(connection, script) == script.get_current_head():
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        # Looked at again: the process that held the lock before may have been a newer program.
        _current(connection, script)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    # ConfigParser reads % as interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _current(connection: sa.Connection, script: ScriptDirectory) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in script.walk_revisions()}
    if current is not None and current not in known:
        raise ConfigError(
            f"База данных создана более новой версией программы (ревизия {current}). "
            "Обновите программу или восстановите копию базы, сделанную до обновления."
        )
    return current
