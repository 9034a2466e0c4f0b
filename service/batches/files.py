"""The store of uploaded files: rows are written once; only the batch they became is filled in later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.batches.listing import Listing, packed, unpacked
from service.database import reading, writing
from service.database.tables_batches import batch_file, batch_file_data
from service.database.times import time_of, time_text
from service.documents import Actor
from service.errors import Conflict, NotFound


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
    actor_name: str
    created_at: dt.datetime


class Files:
    """Uploaded files of all organisations; every question names the one that asks."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(
        self,
        upload: Upload,
        content: bytes,
        listing: Listing,
        *,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> Upload:
        """Write a file down; return it, or the one that came under the same key before.

        Raises:
            Conflict: the key was used for another file.
        """
        values = {**vars(upload), "created_at": time_text(upload.created_at)}
        facts = {**values, "actor_id": actor.id, "idempotency_key": idempotency_key}
        data = {"file_id": upload.id, "content": content, "listing": packed(listing)}
        if known := self._of_key(upload, idempotency_key):
            return known
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.insert(batch_file).values(facts))
                connection.execute(sa.insert(batch_file_data).values(data))
        except Conflict:
            if known := self._of_key(upload, idempotency_key):  # somebody with this key was faster
                return known
            raise
        return upload

    def get(self, organisation_id: str, file_id: str) -> Upload:
        """Return a file; raises NotFound."""
        return self._one(batch_file.c.organisation_id == organisation_id, batch_file.c.id == file_id)

    def newest(self, organisation_id: str, batch_id: str) -> Upload:
        """Return the last file of a batch; raises NotFound."""
        return self._one(batch_file.c.organisation_id == organisation_id, batch_file.c.batch_id == batch_id)

    def listing(self, upload: Upload) -> Listing:
        """Return what was read from a file."""
        return unpacked(self._data(upload, batch_file_data.c.listing))

    def content(self, upload: Upload) -> bytes:
        """Return the bytes of a file as they came."""
        return self._data(upload, batch_file_data.c.content)

    def started(self, upload: Upload, batch_id: str) -> None:
        """Keep which batch a file became; a repeat changes nothing."""
        mine = (batch_file.c.id == upload.id) & batch_file.c.batch_id.is_(None)
        with writing(self._engine) as connection:
            connection.execute(sa.update(batch_file).where(mine).values(batch_id=batch_id))

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

    def _data(self, upload: Upload, column: sa.Column[bytes]) -> bytes:
        with reading(self._engine) as connection:
            query = sa.select(column).where(batch_file_data.c.file_id == upload.id)
            return bytes(connection.execute(query).scalar_one())


def _upload(found: Mapping[Any, Any]) -> Upload:
    names = Upload.__dataclass_fields__
    values = {name: found[name] for name in names if name != "created_at"}
    return Upload(**values, created_at=time_of(found["created_at"]))
