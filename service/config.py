"""Settings: each a name, a default and a help text; the only reader of the environment.

A missing or impossible setting is a ConfigError that names the variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.errors import ConfigError

LEASE_ENGINE = "lease:"

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("DATABASE_URL", "sqlite:///var/formulyar.sqlite3", "Where the record is kept."),
    ("STORAGE_URL", "file:var/files", "Where the bytes of papers are kept."),
    ("OFFICES", "0", "LibreOffice processes; 0 means one for each processor."),
    ("QUEUE_LIMIT", "64", "Papers that may wait for an office before the answer is 429."),
    ("CONVERSION_DEADLINE_S", "60", "Seconds a conversion may take before its office is killed."),
    (
        "ENGINE_URL",
        LEASE_ENGINE,
        "What tells workers of papers: lease: (the database) or amqp://… (RabbitMQ).",
    ),
    ("WORKERS", "auto", "Worker processes for batches and jobs; auto means one for each processor, 0 none."),
    ("WORK_QUOTA", "200000", "Papers of one organisation that may wait before the answer is 429."),
    (
        "UNUSED_DAYS",
        "30",
        "Days after which files of batches nobody started and Idempotency-Keys of jobs are forgotten.",
    ),
    ("WORK_DIR", "var/work", "Private temporary files of the offices."),
    (
        "MIN_FREE_BYTES",
        "200000000",
        "Free disk space below which /readyz says that the service is not ready.",
    ),
    (
        "OFFICE_KIND",
        "auto",
        "'fork': offices are copies of one warm LibreOffice; 'plain': one LibreOffice each; 'auto': what works.",
    ),
    (
        "OFFICE_PAPERS",
        "0",
        "Papers after which an office is replaced; 0 means 50 for copies, 200 for others.",
    ),
    ("OFFICE_UNSANDBOXED", "no", "'yes' lets offices run where bubblewrap cannot; they say so in /readyz."),
    (
        "METRICS_KEY_FILE",
        "",
        "File of the key, 32 characters at least, with which Prometheus may read /metrics; empty: nobody may.",
    ),
    ("SECRET_KEY_FILE", "var/secret_key", "File of the key that signs sessions; made at first start."),
    ("HOST", "127.0.0.1", "Address to listen on."),
    ("PORT", "8000", "Port to listen on."),
    ("THREADS", "16", "Requests served at the same time."),
    ("BODY_LIMIT_BYTES", "10000000", "Largest request body, bytes."),
    ("SECURE_COOKIES", "no", "'yes' when the service stands behind HTTPS."),
    (
        "TIME_ZONE",
        "Europe/Moscow",
        "Time zone of the organisations: the day of a registration and every time on a page or in the journal.",
    ),
    (
        "RULES_FILE",
        "",
        "JSON file {rule: error, warning, info or off}: severities other than the built-in ones.",
    ),
    ("TRUSTED_PROXIES", "0", "Proxies before the service whose X-Forwarded-For and -Proto are believed."),
    ("TRUSTED_HOSTS", "", "Comma-separated host names to answer to; empty answers to any."),
)


@dataclass(frozen=True)
class Settings:
    """Values read once at start; passed down as plain values."""

    database_url: str
    storage_url: str
    offices: int
    queue_limit: int
    conversion_deadline_s: float
    engine_url: str
    workers: int
    work_quota: int
    unused_days: int
    work_dir: Path
    min_free_bytes: int
    office_kind: str
    office_papers: int
    unsandboxed: bool
    metrics_key_file: Path | None
    secret_key_file: Path
    host: str
    port: int
    threads: int
    body_limit_bytes: int
    secure_cookies: bool
    time_zone: ZoneInfo
    rules_file: Path | None
    trusted_proxies: int
    trusted_hosts: tuple[str, ...]


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the environment.

    Raises:
        ConfigError: a value cannot be used; the text names the variable and what it accepts.
    """
    source = os.environ if environment is None else environment
    value = {name: source.get(name, default) for name, default, _ in SETTINGS}
    return Settings(
        database_url=value["DATABASE_URL"],
        storage_url=value["STORAGE_URL"],
        offices=_whole("OFFICES", value["OFFICES"], 0, 256) or os.cpu_count() or 1,
        queue_limit=_whole("QUEUE_LIMIT", value["QUEUE_LIMIT"], 1, 100_000),
        conversion_deadline_s=_whole("CONVERSION_DEADLINE_S", value["CONVERSION_DEADLINE_S"], 1, 3600),
        engine_url=_engine(value["ENGINE_URL"], value["DATABASE_URL"]),
        workers=_workers(value["WORKERS"]),
        work_quota=_whole("WORK_QUOTA", value["WORK_QUOTA"], 1, 10_000_000),
        unused_days=_whole("UNUSED_DAYS", value["UNUSED_DAYS"], 1, 3650),
        work_dir=Path(value["WORK_DIR"]),
        min_free_bytes=_whole("MIN_FREE_BYTES", value["MIN_FREE_BYTES"], 0, 10**15),
        office_kind=_one_of("OFFICE_KIND", value["OFFICE_KIND"], ("auto", "fork", "plain")),
        office_papers=_whole("OFFICE_PAPERS", value["OFFICE_PAPERS"], 0, 10_000),
        unsandboxed=_yes("OFFICE_UNSANDBOXED", value["OFFICE_UNSANDBOXED"]),
        metrics_key_file=Path(value["METRICS_KEY_FILE"]) if value["METRICS_KEY_FILE"] else None,
        secret_key_file=Path(value["SECRET_KEY_FILE"]),
        host=value["HOST"],
        port=_whole("PORT", value["PORT"], 1, 65_535),
        threads=_whole("THREADS", value["THREADS"], 1, 512),
        body_limit_bytes=_whole("BODY_LIMIT_BYTES", value["BODY_LIMIT_BYTES"], 1_000, 1_000_000_000),
        secure_cookies=_yes("SECURE_COOKIES", value["SECURE_COOKIES"]),
        time_zone=_zone(value["TIME_ZONE"]),
        rules_file=Path(value["RULES_FILE"]) if value["RULES_FILE"] else None,
        trusted_proxies=_whole("TRUSTED_PROXIES", value["TRUSTED_PROXIES"], 0, 10),
        trusted_hosts=tuple(host.strip() for host in value["TRUSTED_HOSTS"].split(",") if host.strip()),
    )


def _whole(name: str, text: str, fewest: int, most: int) -> int:
    if not text.isdecimal() or not fewest <= int(text) <= most:
        raise ConfigError(f"Настройка {name}: «{text}» не подходит, нужно целое число от {fewest} до {most}.")
    return int(text)


def _engine(url: str, database_url: str) -> str:
    if url != LEASE_ENGINE and not url.startswith(("amqp://", "amqps://")):
        # The address may hold a password: it is not repeated.
        raise ConfigError("Настройка ENGINE_URL не подходит, нужно lease: или amqp://имя:пароль@узел/.")
    if url != LEASE_ENGINE and database_url.startswith("sqlite"):
        raise ConfigError(
            "Настройка ENGINE_URL: RabbitMQ работает только с PostgreSQL. "
            "Задайте DATABASE_URL=postgresql+psycopg://… или ENGINE_URL=lease:."
        )
    return url


def _workers(text: str) -> int:
    if text == "auto":
        return os.cpu_count() or 1
    try:
        return _whole("WORKERS", text, 0, 256)
    except ConfigError as error:
        raise ConfigError(f"{error} Или auto: по одному на процессор.") from error


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            f"Настройка TIME_ZONE: «{text}» не подходит, нужен часовой пояс, например Asia/Yekaterinburg."
        ) from error


def _one_of(name: str, text: str, words: tuple[str, ...]) -> str:
    if text.lower() not in words:
        raise ConfigError(f"Настройка {name}: «{text}» не подходит, нужно одно из: {', '.join(words)}.")
    return text.lower()


def _yes(name: str, text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise ConfigError(f"Настройка {name}: «{text}» не подходит, нужно yes или no.")
    return text.lower() == "yes"
