"""The archive: what the rest of the service may do with the record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from time import sleep
from typing import Any, Literal

import sqlalchemy as sa

from service.archive.appending import add_key, add_version, check_kind, idempotent_row
from service.archive.canonical import canonical_json, sha256_of
from service.archive.cursors import cursor_place, cursor_text
from service.archive.entries import Entries
from service.archive.extracts import Extracts
from service.archive.journal import Journal
from service.archive.keeping import keep_files, keep_templates, name_files, row_texts
from service.archive.records import Place, Records
from service.archive.rows import summary_of, version_of
from service.archive.scrub import Scrub
from service.archive.search_index import add_to_index, sought
from service.archive.terms import Sought
from service.archive.tidying import Tidied, Tidying
from service.archive.verification import verify_record
from service.database import reading, writing
from service.database.times import time_text
from service.documents import (
    Actor,
    ChainHead,
    Page,
    Paper,
    Problem,
    Version,
)
from service.errors import InputError, Integrity, NotFound
from service.storage import Storage, read_verified

MAX_PAGE = 200
_MAX_KEY = 200

FileFormat = Literal["docx", "pdf", "json"]
Together = Callable[[sa.Connection, Version], None]


class Archive:
    """The append-only record of versions; `append` is its only write, `journal` keeps their numbers and states.

    Args:
        engine: from `service.database.open_database`, upgraded.
        storage: where the bytes go.
        now: gives the time, aware.
        new_id: gives a new random id of at most 64 letters and digits, 32 hex digits in the service.
        zone: the time zone of the organisations, for the day of a registration.
    """

    def __init__(
        self,
        engine: sa.Engine,
        storage: Storage,
        *,
        now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        zone: dt.tzinfo = dt.UTC,
    ) -> None:
        self._engine = engine
        self._storage = storage
        self._now = now
        self._new_id = new_id
        self.journal = Journal(engine, now=now, new_id=new_id, zone=zone)
        self._tidying = Tidying(engine, storage, self.journal, now=now)

    def append(
        self,
        paper: Paper,
        *,
        actor: Actor,
        document_id: str | None = None,
        reason: str = "",
        idempotency_key: str | None = None,
        request_sha256: str = "",
        together: Together | None = None,
    ) -> Version:
        """Record a paper as the next version of a document, or as the first one of a new document.

        Files first, then one transaction: a failure leaves files without a row, never a row without files.

        Args:
            paper: what was produced.
            actor: who asked; the version belongs to the actor's organisation.
            document_id: the document to continue; None makes a new one.
            reason: why this version was made.
            idempotency_key: a repeat with the same key and request returns the version already recorded.
            request_sha256: hash of the request the key stands for; required with a key.
            together: writes more rows in the same transaction, unless the version was recorded before; what it
                raises undoes the version.

        Raises:
            NotFound: no such document in this organisation.
            Conflict: the document is of another kind, or the key was used for another request.
            InputError, StorageError: it cannot be recorded at all, or not now.
        """
        if idempotency_key is not None:
            stored = self.find_idempotent(actor.organisation_id, idempotency_key, request_sha256)
            if stored is not None:
                return stored
        if document_id is not None:
            self._refuse_early(actor.organisation_id, document_id, paper.kind)
        row = row_texts(paper, actor=actor, reason=reason)
        row |= keep_files(paper, self._storage)
        names = keep_templates(paper, self._storage)
        return self._record(row, names, document_id, idempotency_key, request_sha256, together)

    def find_idempotent(self, organisation_id: str, key: str, request_sha256: str) -> Version | None:
        """Return the version an earlier call with this key recorded, None when there was none.

        Raises:
            Conflict: the key was used for another request.
            InputError: the key is empty, longer than 200 characters or not printable.
        """
        if not request_sha256:
            raise ValueError("an idempotency key needs the hash of its request")
        if not (0 < len(key) <= _MAX_KEY and key.isprintable()):
            raise InputError(f"Ключ Idempotency-Key: от 1 до {_MAX_KEY} печатных символов.")
        with reading(self._engine) as connection:
            row = idempotent_row(Records(connection, organisation_id), key, request_sha256)
        return None if row is None else version_of(row)

    def get(self, organisation_id: str, document_id: str, number: int | None = None) -> Version:
        """Return a version, the newest one without a number.

        Raises:
            NotFound: no such version in this organisation; the text is the same for every reason.
            Integrity: the row is not what was recorded.
        """
        with reading(self._engine) as connection:
            row = Records(connection, organisation_id).version(document_id, number)
        return version_of(row)

    def history(self, organisation_id: str, document_id: str) -> list[Version]:
        """Return all versions of a document, the first one first.

        Raises:
            NotFound: no such document in this organisation.
            Integrity: a row is not what was recorded.
        """
        with reading(self._engine) as connection:
            rows = Records(connection, organisation_id).versions(document_id)
        return [version_of(row) for row in rows]

    def listing(
        self,
        organisation_id: str,
        *,
        kind: str | None = None,
        wanted: Sought | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        """Return a page of papers, the last changed first.

        Args:
            organisation_id: whose papers.
            kind: only papers of this kind.
            wanted: what else is asked of them.
            limit: lines on the page, 1 to 200.
            cursor: `next_cursor` of the page before; all pages show the record as it was at the first one.

        Raises:
            InputError: the cursor, the limit or the question is wrong.
        """
        asked = wanted or Sought()
        asked = dataclasses.replace(asked, kind=kind or asked.kind)
        if not 1 <= limit <= MAX_PAGE:
            raise InputError(f"Размер страницы limit: от 1 до {MAX_PAGE}.")
        place = None if cursor is None else cursor_place(cursor)
        with reading(self._engine) as connection:
            records = Records(connection, organisation_id)
            if place is None:
                end = records.head().chain_number
                place = Place(upto=end, before=end + 1)
            if asked.needs_index or asked.state:
                found = sought(connection, organisation_id, asked, place, limit=limit + 1)
                rows = records.summaries_at(found)
            else:
                rows = records.summaries(place, kind=asked.kind or None, limit=limit + 1)
        items = tuple(summary_of(row) for row in rows[:limit])
        if len(rows) <= limit:
            return Page(items, None)
        return Page(items, cursor_text(Place(place.upto, rows[limit - 1]["chain_number"])))

    def open_file(self, version: Version, file_format: FileFormat) -> bytes:
        """Return the .docx, the PDF or the payload as canonical JSON, verified against the record.

        Raises:
            NotFound: the version has no such file.
            Integrity: the bytes are not what was recorded, or gone.
            StorageError: they cannot be read now.
        """
        if file_format == "json":
            text = canonical_json(version.payload)
            if sha256_of(text) != version.payload_sha256:
                raise Integrity("Данные документа не совпадают с записанными. Сообщите администратору.")
            return text.encode("utf-8")
        stored = {"docx": version.docx, "pdf": version.pdf}.get(file_format)
        if stored is None:
            raise NotFound("У этой версии документа нет такого файла.")
        return read_verified(self._storage, stored.sha256)

    def head(self, organisation_id: str) -> ChainHead:
        """Return the end of the chain, to be kept elsewhere as a proof."""
        with reading(self._engine) as connection:
            return Records(connection, organisation_id).head()

    def heads(self, organisation_id: str) -> tuple[ChainHead, ChainHead]:
        """Return the ends of both chains, versions and events, to be kept elsewhere as a proof."""
        with reading(self._engine) as connection:
            entries = Entries(connection, organisation_id)
            return entries.head(), entries.event_head()

    def verify(self, organisation_id: str | None = None, *, heads: Sequence[ChainHead] = ()) -> list[Problem]:
        """Compare rows, chain and files with what was recorded; an empty list means all is well.

        Args:
            organisation_id: whose record; None for all.
            heads: heads kept elsewhere; without one, a cut end of the chain cannot be seen.

        Raises:
            StorageError: the storage does not answer, which is no proof of damage.
        """
        return verify_record(self._engine, self._storage, organisation_id, heads=heads)

    @property
    def extracts(self) -> Extracts:
        """Many versions at a time, for bundles."""
        return Extracts(self._engine, self._storage)

    def scrub(
        self,
        *,
        heads: Sequence[ChainHead] = (),
        rate_bytes_s: int = 0,
        pause: Callable[[float], None] = sleep,
    ) -> Scrub:
        """Return the walk over the whole record that may be stopped and resumed."""
        return Scrub(
            self._engine, self._storage, now=self._now, heads=heads, rate_bytes_s=rate_bytes_s, pause=pause
        )

    def tidy(self) -> Tidied:
        """Void forgotten reservations, forget old keys, remove old files without a row that an earlier call saw."""
        return self._tidying.once()

    def _refuse_early(self, organisation_id: str, document_id: str, kind: str) -> None:
        """Spare the files of a call that must fail; it is looked at again inside the transaction."""
        with reading(self._engine) as connection:
            check_kind(Records(connection, organisation_id).document(document_id), kind)

    def _record(
        self,
        row: Mapping[str, Any],
        templates: Sequence[str],
        document_id: str | None,
        key: str | None,
        request_sha256: str,
        together: Together | None,
    ) -> Version:
        with writing(self._engine) as connection:
            records = Records(connection, row["organisation_id"])
            records.lock()
            if key is not None:
                done = idempotent_row(records, key, request_sha256)
                if done is not None:
                    return version_of(done)
            created_at = time_text(self._now())
            full = add_version(records, row, document_id, created_at=created_at, new_id=self._new_id)
            add_to_index(connection, [full])
            name_files(connection, templates)
            if key is not None:
                add_key(records, full, key, request_sha256)
            made = version_of(full)
            if together is not None:
                together(connection, made)
        return made
