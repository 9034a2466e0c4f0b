"""The scrub: a walk over the whole record that may be killed and goes on where it was, not faster than allowed.

Its place and what it found are kept in the table `scrub`, so that a kill costs one page.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from service.archive.canonical import canonical_json
from service.archive.verification import FILE_MISSING, Examination, Reached, look_at, organisations
from service.database import reading, writing
from service.database.tables import STORED_FILES, kept_file
from service.database.tables_registration import scrub
from service.database.times import time_text
from service.documents import ChainHead, Problem
from service.storage import ListedStorage, Storage

# A file is kept before its row: younger ones may still get theirs.
ORPHAN_AGE_S = 600
_FILES = "files"
_FILES_AT_ONCE = 500


class Scrub:
    """Looks through records and files.

    Args:
        engine: the database.
        storage: where the bytes are.
        now: gives the time, aware.
        heads: ends of chains kept elsewhere.
        rate_bytes_s: how many bytes of files may be read in a second; 0 for no limit.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        engine: sa.Engine,
        storage: Storage,
        *,
        now: Callable[[], dt.datetime],
        heads: Sequence[ChainHead] = (),
        rate_bytes_s: int = 0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._storage = storage
        self._now = now
        self._heads = heads
        self._rate_bytes_s = rate_bytes_s
        self._pause = pause

    def run(self, organisation_id: str | None = None, *, resume: bool = False) -> list[Problem]:
        """Return everything wrong with the record of one organisation, or of all with the database and files.

        Args:
            organisation_id: whose record; None for all.
            resume: go on where a run that was stopped had come; a finished one begins anew.
        """
        return [problem for page in self.pages(organisation_id, resume=resume) for problem in page]

    def pages(self, organisation_id: str | None = None, *, resume: bool = False) -> Iterator[list[Problem]]:
        """Give what is wrong page by page; found before a stop comes first."""
        whose = organisations(self._engine, organisation_id, self._heads)
        every = [*whose, _FILES] if organisation_id is None else list(whose)
        kept = self._kept(every) if resume else {}
        if organisation_id is None:
            yield [*self._of_database(), *self._of_kept()]
        for one in every:
            row = kept.get(one)
            found = [Problem(**problem) for problem in json.loads(row["problems"])] if row else []
            yield list(found)
            if row is not None and row["finished_at"] is not None:
                continue
            place = json.loads(row["place"]) if row else {}
            yield from self._of_files(found, place) if one == _FILES else self._of_record(one, found, place)

    def _of_record(self, one: str, found: list[Problem], place: dict[str, Any]) -> Iterator[list[Problem]]:
        examination = Examination(one, self._storage, self._heads, Reached(**place))
        while not examination.finished:
            started, before = time.monotonic(), examination.read_bytes
            page = examination.next_page(self._engine)
            found += page
            self._keep(one, dataclasses.asdict(examination.reached), found, finished=examination.finished)
            yield page
            self._slow_down(examination.read_bytes - before, started)

    def _of_files(self, found: list[Problem], place: dict[str, Any]) -> Iterator[list[Problem]]:
        if not isinstance(self._storage, ListedStorage):
            return
        after = str(place.get("after", ""))
        while names := self._storage.names(after=after, limit=_FILES_AT_ONCE):
            old = [name for name, age_s in names if age_s > ORPHAN_AGE_S]
            unused = sorted(set(old) - used_files(self._engine, old))
            page = [
                Problem("file_orphan", "", f"Файл {name} не относится ни к одной записи.") for name in unused
            ]
            found += page
            after = names[-1][0]
            self._keep(_FILES, {"after": after}, found)
            yield page
        self._keep(_FILES, {"after": after}, found, finished=True)

    def _of_database(self) -> list[Problem]:
        if self._engine.dialect.name != "sqlite":
            return []
        with reading(self._engine) as connection:
            told = connection.exec_driver_sql("PRAGMA quick_check(20)").scalars().all()
        return (
            [] if told == ["ok"] else [Problem("database_damaged", "", f"База данных: {one}") for one in told]
        )

    def _of_kept(self) -> Iterator[Problem]:
        """Give what is wrong with the templates of all versions: a few files, without which none is made again."""
        with reading(self._engine) as connection:
            names = connection.execute(sa.select(kept_file.c.sha256)).scalars().all()
        for name in sorted(names):
            started = time.monotonic()
            code, size = look_at(self._storage, name)
            if code:
                told = "Нет шаблона" if code == FILE_MISSING else "Повреждён шаблон"
                yield Problem(code, "", f"{told}, с которым создавались документы: файл {name}.")
            self._slow_down(size, started)

    def _slow_down(self, size_bytes: int, started: float) -> None:
        if self._rate_bytes_s:
            left_s = size_bytes / self._rate_bytes_s - (time.monotonic() - started)
            if left_s > 0:
                self._pause(left_s)

    def _kept(self, every: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the places of a run that was stopped; nothing when the last one was finished."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(scrub).where(scrub.c.id.in_(every))).mappings()
            kept = {row["id"]: dict(row) for row in rows}
        finished = all(one in kept and kept[one]["finished_at"] is not None for one in every)
        return {} if finished else kept

    def _keep(self, one: str, place: Any, found: Sequence[Problem], *, finished: bool = False) -> None:
        at = time_text(self._now())
        values = {
            "place": canonical_json(place),
            "problems": canonical_json([dataclasses.asdict(problem) for problem in found]),
            "changed_at": at,
            "finished_at": at if finished else None,
        }
        with writing(self._engine) as connection:
            changed = connection.execute(sa.update(scrub).where(scrub.c.id == one).values(values))
            if changed.rowcount == 0:
                connection.execute(sa.insert(scrub).values({**values, "id": one, "started_at": at}))


def used_files(engine: sa.Engine, names: Sequence[str]) -> set[str]:
    """Return which of these files a row of the record names."""
    used: set[str] = set()
    with reading(engine) as connection:
        for column in STORED_FILES:
            used.update(connection.execute(sa.select(column).where(column.in_(names)).distinct()).scalars())
    return used
