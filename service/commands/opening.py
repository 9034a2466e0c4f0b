"""The installation that a command works on: opened from the settings, closed whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.accounts.lookup import organisations
from service.backends import Backends, open_backends
from service.config import read_settings
from service.database import is_absent
from service.errors import ConfigError


@contextmanager
def opened(*, existing: bool = False) -> Iterator[Backends]:
    """Give the parts of the installation.

    Args:
        existing: for commands that only look at what is there. On an empty database, which a mistyped address
            makes, they would say that all is well.

    Raises:
        ConfigError: a setting cannot be used, or there is nothing to look at.
    """
    settings = read_settings()
    if existing and is_absent(settings.database_url):
        raise ConfigError("Базы данных по адресу DATABASE_URL нет. Проверьте DATABASE_URL и рабочую папку.")
    backends = open_backends(settings)
    try:
        if existing and not organisations(backends.engine):
            raise ConfigError("В базе данных нет ни одной организации. Проверьте DATABASE_URL.")
        yield backends
    finally:
        backends.close()
