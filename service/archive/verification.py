"""Compares the record with what was recorded: rows, chains, files, the journal.

Reads in short transactions, because a long one would hold up every commit on SQLite; rows appended meanwhile
are looked at as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from service.archive.chain import GENESIS_SHA256, damage
from service.archive.records import Records, Row
from service.archive.verification_events import events_after, of_event, of_journal
from service.database import reading
from service.database.tables import organisation
from service.documents import ChainHead, Problem
from service.errors import Integrity, NotFound
from service.storage import Storage

ROWS_AT_ONCE = 200
VERSIONS, EVENTS, JOURNAL, FINISHED = PARTS = ("versions", "events", "journal", "finished")
FILE_MISSING, FILE_DAMAGED = "file_missing", "file_damaged"
_CHUNK_BYTES = 1 << 20


def verify_record(
    engine: sa.Engine, storage: Storage, organisation_id: str | None, *, heads: Sequence[ChainHead] = ()
) -> list[Problem]:
    """Return what is wrong with the record of one organisation or of all; see `Archive.verify`."""
    found: list[Problem] = []
    for one in organisations(engine, organisation_id, heads):
        examination = Examination(one, storage, heads)
        while not examination.finished:
            found += examination.next_page(engine)
    return found


def look_at(storage: Storage, sha256: str) -> tuple[str, int]:
    """Return (FILE_MISSING, FILE_DAMAGED or nothing, bytes read) of a file; raises StorageError."""
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open(sha256) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except NotFound:
        return FILE_MISSING, size
    return "" if digest.hexdigest() == sha256 else FILE_DAMAGED, size


def organisations(
    engine: sa.Engine, organisation_id: str | None, heads: Sequence[ChainHead]
) -> Sequence[str]:
    """Return whose records are to be looked through."""
    if organisation_id is not None:
        return [organisation_id]
    with reading(engine) as connection:
        present = connection.execute(sa.select(organisation.c.id)).scalars().all()
    # An organisation that only a kept head remembers was removed as a whole.
    return sorted({*present, *(head.organisation_id for head in heads)})


@dataclass(frozen=True)
class Reached:
    """How far an examination has come: the part, and the last link of its chain that was looked at."""

    part: str = VERSIONS
    chain_number: int = 0
    chain_sha256: str = GENESIS_SHA256


class Examination:
    """Walks the chains of one organisation page by page; may go on where another one was stopped.

    Args:
        organisation_id: whose record.
        storage: where the bytes are.
        heads: kept elsewhere.
        reached: where to go on.
    """

    def __init__(
        self,
        organisation_id: str,
        storage: Storage,
        heads: Sequence[ChainHead],
        reached: Reached | None = None,
    ) -> None:
        self._organisation_id = organisation_id
        self._storage = storage
        self.reached = reached or Reached()
        self.read_bytes = 0
        self._heads = {
            (head.chain, head.chain_number): head
            for head in heads
            if head.organisation_id == organisation_id and head.chain_number > self._behind(head.chain)
        }

    @property
    def finished(self) -> bool:
        """Whether nothing is left to look at."""
        return self.reached.part == FINISHED

    def next_page(self, engine: sa.Engine) -> list[Problem]:
        """Return what is wrong on the next page of the record."""
        try:
            with reading(engine) as connection:
                if self.reached.part == JOURNAL:
                    found = [self._problem(*one) for one in of_journal(connection, self._organisation_id)]
                    self.reached = Reached(FINISHED)
                    return found
                if self.reached.part == EVENTS:
                    return self._events(connection)
                rows = self._versions(connection)
            return self._of_versions(rows)
        except (Integrity, TypeError):
            # The file of the database is damaged, or text stands where a number was: no way to go on.
            text = f"Записи архива после {self.reached.chain_number} не читаются."
            broken, self.reached = self.reached.part, Reached(FINISHED)
            return [self._problem("row_changed", text), *self._of_heads_behind(broken)]

    def _behind(self, chain: str) -> int:
        """Return up to which number a chain was looked at before."""
        if chain == self.reached.part:
            return self.reached.chain_number
        return 0 if PARTS.index(chain) > PARTS.index(self.reached.part) else 2**62

    def _versions(self, connection: sa.Connection) -> Sequence[Row]:
        records = Records(connection, self._organisation_id)
        return records.chain(after=self.reached.chain_number, limit=ROWS_AT_ONCE)

    def _of_versions(self, rows: Sequence[Row]) -> list[Problem]:
        found = [problem for row in rows for problem in self._of_row(row)]
        if not rows:
            found += self._of_heads_behind(VERSIONS)
            self.reached = Reached(EVENTS)
        return found

    def _events(self, connection: sa.Connection) -> list[Problem]:
        found: list[Problem] = []
        rows = events_after(
            connection, self._organisation_id, after=self.reached.chain_number, limit=ROWS_AT_ONCE
        )
        for row in rows:
            found += [self._problem(code, text, _as_place(row)) for code, text in of_event(connection, row)]
            found += [self._problem(code, text, _as_place(row)) for code, text in self._of_link(row)]
        if not rows:
            found += self._of_heads_behind(EVENTS)
            self.reached = Reached(JOURNAL)
        return found

    def _of_row(self, row: Row) -> Iterator[Problem]:
        code = damage(row)
        if code is not None:
            yield self._problem(code, "Запись отличается от сделанной при регистрации.", row)
        yield from self._of_document(row)
        yield from self._of_place(row)
        yield from self._of_file(row, row["docx_sha256"], row["docx_size"], "DOCX")
        if row["pdf_sha256"] is not None:
            yield from self._of_file(row, row["pdf_sha256"], row["pdf_size"], "PDF")

    def _of_document(self, row: Row) -> Iterator[Problem]:
        # Nothing chains the row of a document; its first version was made in the same transaction.
        made = (row["document_created_at"], row["document_created_by"])
        if made == (None, None):
            yield self._problem("row_missing", "Нет строки документа, к которому относится версия.", row)
        elif row["number"] == 1 and made != (row["created_at"], row["actor_id"]):
            yield self._problem("row_changed", "Строка документа отличается от его первой версии.", row)

    def _of_place(self, row: Row) -> Iterator[Problem]:
        yield from (self._problem(code, text, row) for code, text in self._of_link(row))
        if row["number"] > 1 and row["version_before"] is None:
            yield self._problem("row_missing", f"У документа нет версии {row['number'] - 1}.", row)

    def _of_link(self, row: Row) -> Iterator[tuple[str, str]]:
        """Give what is wrong with the place of a row in its chain, and go on to it."""
        chain_number, part = row["chain_number"], self.reached.part
        missing = chain_number - self.reached.chain_number - 1
        if missing:
            yield "row_missing", f"В цепочке нет записей перед этой: {missing}."
        elif row["prev_chain_sha256"] != self.reached.chain_sha256:
            yield "chain_broken", "Запись не продолжает предыдущую запись цепочки."
        kept = self._heads.pop((part, chain_number), None)
        if kept is not None and kept.chain_sha256 != row["chain_sha256"]:
            yield "head_differs", "Запись отличается от сохранённого конца цепочки."
        self.reached = Reached(part, chain_number, row["chain_sha256"])

    def _of_file(self, row: Row, sha256: str, size_bytes: int, name: str) -> Iterator[Problem]:
        code, size = look_at(self._storage, sha256)
        self.read_bytes += size
        if code == FILE_MISSING:
            yield self._problem(code, f"Нет файла {name} {sha256}.", row)
        elif code or size != size_bytes:
            yield self._problem(FILE_DAMAGED, f"Файл {name} {sha256} повреждён.", row)

    def _of_heads_behind(self, part: str) -> Iterator[Problem]:
        for chain, chain_number in sorted(self._heads):
            if chain == part:
                end = self.reached.chain_number
                text = f"Сохранённый конец цепочки – запись {chain_number}, а записей {end}."
                yield self._problem("row_missing", text)

    def _problem(self, code: str, text: str, row: Row | None = None) -> Problem:
        if row is None:
            return Problem(code=code, organisation_id=self._organisation_id, text=text)
        return Problem(
            code=code,
            organisation_id=self._organisation_id,
            text=text,
            document_id=row["document_id"] or "",
            number=row["number"] or 0,
            chain_number=row["chain_number"],
        )


def _as_place(row: Row) -> Row:
    """Return an event as the place of a problem."""
    return {**row, "number": row["version_number"]}
