"""The store of uploaded files: rows are written once; only the batch they became is filled in later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.batches.checks import Checks
from service.batches.kept_rows import packed_rows, unpacked_rows
from service.batches.listing import Listing, packed, unpacked
from service.batches.rows import SourceFile
from service.database import reading, writing
from service.database.tables_batches import batch_check, batch_file, batch_file_data
from service.database.times import time_of, time_text
from service.documents import Actor
from service.errors import Conflict, NotFound

_CLEARED_AT_ONCE = 50


@dataclass(frozen=True)
class Upload:
    """An uploaded file.

    Attributes:
        batch_id: what it became; None while nobody has started it.
        place: 1 for the first file of a batch, 2 and more for corrections.
    """

    id: str
    organisation_id: str
    batch_id: str | None
    place: int
    kind: str
    file_name: str
    sha256: str
    register: bool
    reason: str
    actor_id: str
    actor_name: str
    created_at: dt.datetime


class Kept(NamedTuple):
    """What is kept of a file."""

    content: bytes
    source: SourceFile
    listing: Listing


class Files:
    """Uploaded files of all organisations; every question names the one that asks.

    Attributes:
        checks: which of them are not looked at yet.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.checks = Checks(engine)

    def add(
        self,
        upload: Upload,
        kept: Kept,
        *,
        actor: Actor,
        idempotency_key: str | None = None,
        together: Callable[[sa.Connection], object] = lambda connection: None,
    ) -> Upload:
        """Write a file down; return it, or the one that came under the same key before.

        What `together` writes stands or falls with the file.

        Raises:
            Conflict: the key was used for another file.
        """
        if known := self._of_key(upload, idempotency_key):
            return known
        try:
            with writing(self._engine) as connection:
                self.write(connection, upload, kept, actor=actor, idempotency_key=idempotency_key)
                together(connection)
        except Conflict:
            if known := self._of_key(upload, idempotency_key):  # somebody with this key was faster
                return known
            raise
        return upload

    def write(
        self,
        connection: sa.Connection,
        upload: Upload,
        kept: Kept,
        *,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> None:
        """Write a file down in a transaction of the caller; raises Conflict when its place or key is taken."""
        values = {**vars(upload), "created_at": time_text(upload.created_at)}
        facts = {**values, "actor_id": actor.id, "idempotency_key": idempotency_key}
        data = {
            "file_id": upload.id,
            "content": kept.content,
            "listing": packed(kept.listing),
            "rows": packed_rows(kept.source),
        }
        connection.execute(sa.insert(batch_file).values(facts))
        connection.execute(sa.insert(batch_file_data).values(data))

    def get(self, organisation_id: str, file_id: str) -> Upload:
        """Return a file; raises NotFound."""
        return self._one(batch_file.c.organisation_id == organisation_id, batch_file.c.id == file_id)

    def known(self, file_id: str) -> Upload:
        """Return a file of any organisation, for those who work without being asked; raises NotFound."""
        return self._one(batch_file.c.id == file_id)

    def fill(
        self,
        upload: Upload,
        source: SourceFile,
        listing: Listing,
        *,
        mine: Callable[[sa.Connection], bool],
    ) -> bool:
        """Keep what was read from a file that was accepted before, if `mine` says so in the same transaction."""
        found = {"listing": packed(listing), "rows": packed_rows(source)}
        with writing(self._engine) as connection:
            if not mine(connection):
                return False
            same = batch_file_data.c.file_id == upload.id
            connection.execute(sa.update(batch_file_data).where(same).values(found))
        return True

    def newest(self, organisation_id: str, batch_id: str) -> Upload:
        """Return the last file of a batch; raises NotFound."""
        return self._one(batch_file.c.organisation_id == organisation_id, batch_file.c.batch_id == batch_id)

    def unstarted(self, organisation_id: str, *, limit: int = 10) -> list[Upload]:
        """Return files that are no batch yet, the newest first."""
        mine = (batch_file.c.organisation_id == organisation_id) & batch_file.c.batch_id.is_(None)
        query = sa.select(batch_file).where(mine).order_by(batch_file.c.created_at.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [_upload(found) for found in connection.execute(query).mappings()]

    def listing(self, upload: Upload) -> Listing:
        """Return what was read from a file."""
        return unpacked(bytes(self._data(upload, batch_file_data.c.listing)))

    def content(self, upload: Upload) -> bytes:
        """Return the bytes of a file as they came."""
        return bytes(self._data(upload, batch_file_data.c.content))

    def rows(self, upload: Upload) -> SourceFile | None:
        """Return the rows of a file as they were read; None for a file of an earlier version of the program."""
        kept = self._data(upload, batch_file_data.c.rows)
        return None if kept is None else unpacked_rows(bytes(kept))

    def started(self, upload: Upload, batch_id: str, connection: sa.Connection) -> None:
        """Keep which batch a file became, in the transaction that makes the batch.

        Raises:
            NotFound: the file has been cleared away, or is a batch already.
        """
        mine = (batch_file.c.id == upload.id) & batch_file.c.batch_id.is_(None)
        if not connection.execute(sa.update(batch_file).where(mine).values(batch_id=batch_id)).rowcount:
            raise NotFound("Файл уже удалён или создаётся. Обновите страницу или загрузите файл снова.")

    def clear(self, before: dt.datetime) -> int:
        """Remove files that came before a time and were never started; return how many."""
        removed = 0
        while count := self._clear_some(time_text(before)):
            removed += count
        return removed

    def _clear_some(self, before: str) -> int:
        """Remove a few files, so that nobody waits long for the database; whoever starts one of them keeps it."""
        unstarted = sa.select(batch_file.c.id).where(
            batch_file.c.batch_id.is_(None), batch_file.c.created_at < before
        )
        with writing(self._engine) as connection:
            chosen = unstarted.limit(_CLEARED_AT_ONCE).with_for_update(skip_locked=True)
            ids = connection.execute(chosen).scalars().all()
            connection.execute(sa.delete(batch_check).where(batch_check.c.file_id.in_(ids)))
            connection.execute(sa.delete(batch_file_data).where(batch_file_data.c.file_id.in_(ids)))
            return connection.execute(sa.delete(batch_file).where(batch_file.c.id.in_(ids))).rowcount

    def _one(self, *conditions: sa.ColumnElement[bool]) -> Upload:
        query = sa.select(batch_file).where(*conditions).order_by(batch_file.c.place.desc()).limit(1)
        with reading(self._engine) as connection:
            found = connection.execute(query).mappings().first()
        if found is None:
            raise NotFound("Пакет не найден.")
        return _upload(found)

    def _of_key(self, upload: Upload, key: str | None) -> Upload | None:
        if key is None:
            return None
        try:
            known = self._one(
                batch_file.c.organisation_id == upload.organisation_id, batch_file.c.idempotency_key == key
            )
        except NotFound:
            return None
        facts = ("sha256", "kind", "register", "reason")
        if any(getattr(known, name) != getattr(upload, name) for name in facts):
            raise Conflict("Ключ Idempotency-Key уже использован для другого запроса. Укажите новый ключ.")
        return known

    def _data(self, upload: Upload, column: sa.Column[Any]) -> Any:
        with reading(self._engine) as connection:
            query = sa.select(column).where(batch_file_data.c.file_id == upload.id)
            found = connection.execute(query).first()
        if found is None:  # cleared away a moment ago
            raise NotFound("Файл уже удалён. Загрузите его снова.")
        return found[0]


def _upload(found: Mapping[Any, Any]) -> Upload:
    names = Upload.__dataclass_fields__
    values = {name: found[name] for name in names if name != "created_at"}
    return Upload(**values, created_at=time_of(found["created_at"]))
