"""Settings -> the concrete parts: database, storage, archive, accounts, offices, templates.

The only module that chooses an implementation; everything below gets ready-made parts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from forms._overrides import SEVERITIES, Strictness
from forms._rules import RULES, unknown_rule_text
from service.accounts import Accounts
from service.archive import Archive
from service.archive.search_index import reindex
from service.batches.batches import Batches
from service.batches.files import Files
from service.config import LEASE_ENGINE, Settings
from service.conversion import Converter, OfficeChoice, OfficeKind, OfficePool
from service.database import open_database, upgrade
from service.errors import ConfigError
from service.filling import TemplateCache
from service.pipeline import Press
from service.rule_choices import RuleChoices
from service.storage import Storage
from service.storage.local import LocalStorage
from service.template_check import TemplateChecker
from service.vitals import Vitals, written_folders
from service.work import Leases, Work
from service.work.feeder import Feeder
from service.work.making import Maker
from service.work.waiting import Waiting
from service.work.worker import Worker

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
    vitals: Vitals
    work: Work
    waiting: Waiting
    leases: Leases
    batches: Batches

    def press_for(self, organisation_id: str) -> Press:
        """Return what papers of an organisation are made with: its severities win over the installation's."""
        chosen = self.rules.strictness(organisation_id)
        return dataclasses.replace(self.press, strictness={**self.press.strictness, **chosen})

    def close(self) -> None:
        """End the checker of files and the offices, and close the database."""
        self.batches.close()
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
    reindex(engine, only_if_empty=True)
    archive = Archive(engine, storage, now=utc_now, new_id=new_id, zone=settings.time_zone)
    press = open_press(settings, converter=converter, eager=eager)
    work = Work(engine, now=utc_now, new_id=new_id, quota=settings.work_quota)
    rules = RuleChoices(engine, now=utc_now)
    return Backends(
        engine=engine,
        storage=storage,
        archive=archive,
        accounts=Accounts(engine, now=utc_now, new_id=new_id),
        press=press,
        vitals=Vitals(engine, _folders(settings), settings.min_free_bytes),
        rules=rules,
        template_checker=TemplateChecker(),
        work=work,
        # Half of the threads of the web server stay free for everybody else.
        waiting=Waiting(work, most=max(1, settings.threads // 2)),
        leases=Leases(engine, now=utc_now),
        batches=Batches(
            Files(engine),
            work,
            strictness_of=lambda one: {**press.strictness, **rules.strictness(one)},
            numbers_of=archive.journal.numbers,
            now=utc_now,
            new_id=new_id,
        ),
    )


def _folders(settings: Settings) -> tuple[Path, ...]:
    return written_folders(
        database_url=settings.database_url, storage_url=settings.storage_url, work_dir=settings.work_dir
    )


def chores(settings: Settings, backends: Backends) -> dict[str, Callable[[], object]]:
    """Return what the upkeep does; every chore may be broken off and is done anew the next time."""
    unused = dt.timedelta(days=settings.unused_days)
    return {
        "archive": backends.archive.tidy,
        "uploads": lambda: backends.batches.clear(after=unused),
        "keys": lambda: backends.work.forget_keys(after=unused),
    }


def make_papers(settings: Settings, backends: Backends, worker_id: str, stop: threading.Event) -> None:
    """Be a worker until the event is set: take papers from the database, or as the broker names them."""
    maker = Maker(backends.leases, archive=backends.archive, press_for=backends.press_for)
    worker = Worker(worker_id, leases=backends.leases, maker=maker, host=socket.gethostname())
    if settings.engine_url == LEASE_ENGINE:
        worker.run(stop)
    else:
        from service.work.broker import open_broker, work_from_broker  # Celery is an extra

        work_from_broker(worker, open_broker(settings.engine_url), stop)


def feeders(settings: Settings, leases: Leases) -> list[Callable[[threading.Event], None]]:
    """Return what must run beside the keeper for the engine of the settings.

    Raises:
        ConfigError: Celery is not installed.
    """
    if settings.engine_url == LEASE_ENGINE:
        return []
    try:
        from service.work.broker import open_broker, publisher
    except ImportError as error:
        raise ConfigError("Для RabbitMQ установите Celery: pip install 'formulyar[amqp]'.") from error
    return [Feeder(leases, publisher(open_broker(settings.engine_url))).run]


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
    choice = OfficeChoice(
        OfficeKind(settings.office_kind),
        settings.work_dir.resolve(),
        unsandboxed=settings.unsandboxed,
        papers=settings.office_papers,
        spare=eager,  # people wait there
    )
    return OfficePool(
        choice,
        offices=settings.offices,
        queue_limit=settings.queue_limit,
        eager=eager,
        on_close=choice.close,
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
