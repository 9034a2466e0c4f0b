"""Settings -> the concrete parts: database, storage, archive, accounts, offices, templates.

The only module that chooses an implementation; everything below gets ready-made parts.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from forms._overrides import SEVERITIES, Strictness
from service.accounts import Accounts
from service.archive import Archive
from service.config import Settings
from service.conversion import Converter, OfficeChoice, OfficeKind, OfficePool
from service.database import open_database, upgrade
from service.errors import ConfigError
from service.filling import TemplateCache
from service.pipeline import Press
from service.storage import Storage
from service.storage.local import LocalStorage

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = PROJECT / "templates_docx"
SAMPLES = PROJECT / "fixtures"


@dataclass(frozen=True)
class Backends:
    """The parts of a running service."""

    engine: sa.Engine
    storage: Storage
    archive: Archive
    accounts: Accounts
    press: Press

    def close(self) -> None:
        """End the offices and close the database."""
        self.press.converter.close()
        self.engine.dispose()


def utc_now() -> dt.datetime:
    """Return the time, aware and in UTC."""
    return dt.datetime.now(dt.UTC)


def new_id() -> str:
    """Return a random id of 128 bits, lower hex."""
    return secrets.token_hex(16)


def open_backends(settings: Settings, *, converter: Converter | None = None, eager: bool = False) -> Backends:
    """Return the parts that the settings name; the database is brought up to date.

    Args:
        converter: used instead of offices, for tests.
        eager: start the offices now and not with the first paper.

    Raises:
        ConfigError: a setting names something that does not exist.
    """
    storage = _open_storage(settings.storage_url)
    engine = open_database(settings.database_url)
    upgrade(engine)
    return Backends(
        engine=engine,
        storage=storage,
        archive=Archive(engine, storage, now=utc_now, new_id=new_id),
        accounts=Accounts(engine, now=utc_now, new_id=new_id),
        press=open_press(settings, converter=converter, eager=eager),
    )


def open_press(settings: Settings, *, converter: Converter | None = None, eager: bool = False) -> Press:
    """Return what papers are made with: the templates and the offices."""
    offices = converter or _open_offices(settings, eager=eager)
    strictness = _read_rules(settings.rules_file) if settings.rules_file else {}
    return Press(TemplateCache(TEMPLATES), offices, settings.conversion_deadline_s, strictness)


def _read_rules(file: Path) -> Strictness:
    try:
        rules = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"Настройка RULES_FILE: файл «{file}» не читается как JSON.") from error
    if not isinstance(rules, dict) or any(severity not in SEVERITIES for severity in rules.values()):
        raise ConfigError(
            f"Настройка RULES_FILE: в «{file}» нужен объект {{правило: {', '.join(SEVERITIES)}}}."
        )
    return rules


def _open_offices(settings: Settings, *, eager: bool) -> Converter:
    choice = OfficeChoice(
        OfficeKind(settings.office_kind),
        settings.work_dir.resolve(),
        unsandboxed=settings.unsandboxed,
        papers=settings.office_papers,
    )
    return OfficePool(
        choice,
        offices=settings.offices,
        queue_limit=settings.queue_limit,
        eager=eager,
        on_close=choice.close,
    )


def _open_storage(url: str) -> Storage:
    parts = urlsplit(url)
    if parts.scheme != "file" or not parts.path:
        raise ConfigError(f"Настройка STORAGE_URL: «{url}» не подходит, нужно file:ПУТЬ.")
    return LocalStorage(Path(parts.path))
