"""Settings -> the concrete parts: database, storage, archive, accounts, offices, templates.

The only module that chooses an implementation; everything below gets ready-made parts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from forms._overrides import SEVERITIES, Strictness
from forms._rules import RULES, unknown_rule_text
from service.accounts import Accounts
from service.archive import Archive
from service.config import Settings
from service.conversion import Converter, OfficePool, PlainOffice
from service.conversion.office import SYSTEM_PYTHON
from service.conversion.sandbox import Bubblewrap, bubblewrap
from service.database import open_database, upgrade, writing
from service.errors import ConfigError, OfficeStart, StorageFull
from service.filling import TemplateCache
from service.pipeline import Press
from service.rule_choices import RuleChoices
from service.storage import Storage
from service.storage.local import LocalStorage
from service.template_check import TemplateChecker

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
    rules: RuleChoices
    template_checker: TemplateChecker
    folders: tuple[Path, ...] = ()
    min_free_bytes: int = 0

    def check_database(self) -> None:
        """Take the lock of a writer and give it back.

        Raises:
            StorageError: nothing can be recorded now.
        """
        with writing(self.engine) as connection:
            connection.execute(sa.select(sa.literal(1)))

    def check_disk(self) -> None:
        """Look at the room that is left where this machine writes.

        Raises:
            StorageFull: less than the setting MIN_FREE_BYTES.
        """
        for folder in self.folders:
            existing = next(path for path in (folder, *folder.parents) if path.exists())
            if shutil.disk_usage(existing).free < self.min_free_bytes:
                raise StorageFull(f"Мало места на диске: папка {folder}. Освободите место.")

    def press_for(self, organisation_id: str) -> Press:
        """Return what papers of an organisation are made with: its severities win over the installation's."""
        chosen = self.rules.strictness(organisation_id)
        return dataclasses.replace(self.press, strictness={**self.press.strictness, **chosen})

    def close(self) -> None:
        """End the offices and close the database."""
        self.press.converter.close()
        self.engine.dispose()


def kind_samples(kind_name: str) -> dict[str, Any]:
    """Return the samples of a kind: file name -> payload, the main one first."""
    files = [*SAMPLES.glob(f"{kind_name}.json"), *sorted(SAMPLES.glob(f"{kind_name}.*.json"))]
    return {file.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


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
    storage = open_storage(settings.storage_url)
    engine = open_database(settings.database_url)
    upgrade(engine)
    return Backends(
        engine=engine,
        storage=storage,
        archive=Archive(engine, storage, now=utc_now, new_id=new_id),
        accounts=Accounts(engine, now=utc_now, new_id=new_id),
        press=open_press(settings, converter=converter, eager=eager),
        folders=_written_folders(settings),
        min_free_bytes=settings.min_free_bytes,
        rules=RuleChoices(engine, now=utc_now),
        template_checker=TemplateChecker(),
    )


def _written_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of this machine that papers are written to."""
    database, files = sa.make_url(settings.database_url), urlsplit(settings.storage_url)
    folders = [settings.work_dir]
    if database.get_backend_name() == "sqlite":
        folders.append(Path(str(database.database)).parent)
    if files.scheme == "file":
        folders.append(Path(files.path))
    return tuple(folder.absolute() for folder in folders)


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
    unknown = [unknown_rule_text(rule) for rule in rules if rule not in RULES]
    if unknown:
        raise ConfigError(f"Настройка RULES_FILE, файл «{file}»: {' '.join(unknown)}")
    return rules


def _open_offices(settings: Settings, *, eager: bool) -> Converter:
    work = settings.work_dir.resolve()

    def make() -> PlainOffice:
        """Try the sandbox when the first office is made: a paper without PDF needs neither."""
        return PlainOffice(work, sandbox=sandbox(work))

    @functools.cache
    def sandbox(work: Path) -> Bubblewrap | None:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = bubblewrap(python=SYSTEM_PYTHON, work=work)
        if found is None and not settings.unsandboxed:
            raise OfficeStart(
                "Песочница bubblewrap не запускается, а без неё преобразование запрещено. "
                "Разрешите пространства имён или задайте OFFICE_UNSANDBOXED=yes."
            )
        return found

    return OfficePool(
        make,
        offices=settings.offices,
        queue_limit=settings.queue_limit,
        eager=eager,
    )


def open_storage(url: str) -> Storage:
    """Return the storage of an address.

    Raises:
        ConfigError: the address cannot be used; the text says what is valid.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        # Only who uses it needs boto3, which takes a second to import.
        from service.storage.s3 import S3Storage, bucket_of

        storage = S3Storage(bucket_of(url))
        storage.check()
        return storage
    if parts.scheme != "file" or not parts.path:
        raise ConfigError("Настройка STORAGE_URL не подходит: нужно file:ПУТЬ или s3://контейнер?endpoint=…")
    return LocalStorage(Path(parts.path))
