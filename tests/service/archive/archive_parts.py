"""Parts the archive tests share, also in the processes they start."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from service.archive import Archive
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor, Paper, Provenance
from service.storage.local import LocalStorage
from tests.migrated import migrated_sqlite

START = dt.datetime(2021, 3, 19, 8, 15, 30, tzinfo=dt.UTC)
ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
BORIS = Actor(id="b" * 32, organisation_id="2" * 32, name="Борис Петрович Кузнецов")


def open_archive(
    directory: Path,
    *,
    busy_timeout_s: float = 5.0,
    database_url: str = "",
    now: Callable[[], dt.datetime] | None = None,
    zone: dt.tzinfo = dt.UTC,
) -> tuple[sa.Engine, LocalStorage, Archive]:
    """Return the parts over one directory; time passes one second a call, ids are random."""
    url = database_url or migrated_sqlite(directory / "formulyar.db")
    engine = open_database(url, busy_timeout_s=busy_timeout_s)
    storage = LocalStorage(directory / "files")
    seconds = itertools.count()
    archive = Archive(
        engine,
        storage,
        now=now or (lambda: START + dt.timedelta(seconds=next(seconds))),
        new_id=lambda: secrets.token_hex(16),
        zone=zone,
    )
    return engine, storage, archive


def prepare(engine: sa.Engine) -> None:
    """Create the tables and the organisations of Anna and Boris."""
    upgrade(engine)
    with writing(engine) as connection:
        for actor in (ANNA, BORIS):
            values = {"id": actor.organisation_id, "name": actor.name, "created_at": "2021"}
            connection.execute(sa.insert(organisation).values(values))


def paper(text: str = "Об утверждении", *, kind: str = "order", pdf: bool = True) -> Paper:
    """Return a paper whose files differ with its text."""
    return Paper(
        kind=kind,
        title=f"Приказ «{text}»",
        file_name=f"Приказ {text}",
        payload={"title": text, "number": "376", "clauses": [{"text": "Утвердить"}, {"text": "Контроль"}]},
        docx=f"docx {text}".encode(),
        pdf=f"pdf {text}".encode() if pdf else None,
        pages=2 if pdf else 0,
        provenance=Provenance("c" * 64, "0.1.0", "LibreOffice 7.4.7", ("Liberation Serif",)),
        findings=({"rule": "QUOTES", "severity": "warning"},),
    )
