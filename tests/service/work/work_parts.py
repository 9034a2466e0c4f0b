"""Parts the tests of the work share: both databases, two organisations, papers made with the double."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.archive import Archive
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor
from service.pipeline import Press
from service.storage.local import LocalStorage
from service.work import BatchFacts, Leases, Order, Work
from service.work.making import Maker
from tests.samples import read_sample

ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
BORIS = Actor(id="b" * 32, organisation_id="2" * 32, name="Борис Петрович Кузнецов")
KIND = "acquaintance_sheet"
FACTS = BatchFacts(kind=KIND, file_name="листы.xlsx", source_sha256="c" * 64)


@dataclass
class Clock:
    """A wall clock that a test sets as it likes."""

    moment: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def __call__(self) -> dt.datetime:
        return self.moment


@dataclass
class Parts:
    engine: sa.Engine
    archive: Archive
    work: Work
    leases: Leases
    maker: Maker
    clock: Clock

    def count(self, actor: Actor = ANNA) -> int:
        """How many versions the organisation has."""
        return self.archive.head(actor.organisation_id).chain_number


def open_parts(url: str, folder: Path, press: Press, *, quota: int = 200_000) -> Parts:
    engine = open_database(url)
    upgrade(engine)
    with writing(engine) as connection:
        for actor in (ANNA, BORIS):
            values = {"id": actor.organisation_id, "name": actor.name, "created_at": "2021"}
            connection.execute(sa.insert(organisation).values(values))
    clock = Clock()
    archive = Archive(engine, LocalStorage(folder / "files"), now=clock, new_id=_new_id)
    leases = Leases(engine, now=clock)
    work = Work(engine, now=clock, new_id=_new_id, quota=quota)
    return Parts(
        engine, archive, work, leases, Maker(leases, archive=archive, press_for=lambda _: press), clock
    )


def orders(count: int) -> list[Order]:
    payload = read_sample(KIND)
    return [Order(kind=KIND, payload=payload) for _ in range(count)]


def correct(parts: Parts, batch_id: str, payload: object, *, actor: Actor = ANNA, **order: Any) -> set[int]:
    """Put a corrected payload into a row; return its seq when it could be corrected."""
    replaced: list[set[int]] = []
    orders = [Order(KIND, payload, **order)]
    parts.work.amend(
        actor, batch_id, corrected=orders, added=[], together=lambda _, seqs: replaced.append(seqs)
    )
    return replaced[0]


def _new_id() -> str:
    return secrets.token_hex(16)
