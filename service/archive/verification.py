"""Compares the record with what was recorded: rows, chain, files.

Reads in short transactions, because a long one would hold up every commit on SQLite; rows appended meanwhile
are looked at as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from service.archive.chain import GENESIS_SHA256, damage
from service.archive.records import Records, Row
from service.database import reading
from service.database.tables import organisation
from service.documents import ChainHead, Problem
from service.errors import Integrity, NotFound
from service.storage import Storage

_ROWS_AT_ONCE = 200
_CHUNK_BYTES = 1 << 20


def verify_record(
    engine: sa.Engine, storage: Storage, organisation_id: str | None, *, heads: Sequence[ChainHead] = ()
) -> list[Problem]:
    """Return what is wrong with the record of one organisation or of all; see `Archive.verify`."""
    found: list[Problem] = []
    for one in _organisations(engine, organisation_id, heads):
        kept = {head.chain_number: head for head in heads if head.organisation_id == one}
        found += _Examination(one, storage, kept).problems(engine)
    return found


def _organisations(
    engine: sa.Engine, organisation_id: str | None, heads: Sequence[ChainHead]
) -> Sequence[str]:
    if organisation_id is not None:
        return [organisation_id]
    with reading(engine) as connection:
        present = connection.execute(sa.select(organisation.c.id)).scalars().all()
    # An organisation that only a kept head remembers was removed as a whole.
    return sorted({*present, *(head.organisation_id for head in heads)})


class _Examination:
    """Walks one chain and remembers what the next row must fit."""

    def __init__(self, organisation_id: str, storage: Storage, heads: dict[int, ChainHead]) -> None:
        self._organisation_id = organisation_id
        self._storage = storage
        self._heads = heads
        self._chain_number = 0
        self._chain_sha256 = GENESIS_SHA256
        self._numbers: dict[str, int] = {}

    def problems(self, engine: sa.Engine) -> list[Problem]:
        """Return everything wrong with this chain."""
        found: list[Problem] = []
        try:
            while rows := self._rows(engine):
                for row in rows:
                    found += self._of_row(row)
        except (Integrity, TypeError):
            # The file of the database is damaged, or text stands where a number was: no way to go on.
            text = f"Записи архива после {self._chain_number} не читаются."
            found.append(self._problem("row_changed", text))
        found += self._of_heads_behind()
        return found

    def _rows(self, engine: sa.Engine) -> Sequence[Row]:
        with reading(engine) as connection:
            records = Records(connection, self._organisation_id)
            return records.chain(after=self._chain_number, limit=_ROWS_AT_ONCE)

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
        chain_number, number = row["chain_number"], row["number"]
        missing = chain_number - self._chain_number - 1
        if missing:
            yield self._problem("row_missing", f"В цепочке нет записей перед этой: {missing}.", row)
        elif row["prev_chain_sha256"] != self._chain_sha256:
            yield self._problem("chain_broken", "Запись не продолжает предыдущую запись цепочки.", row)
        expected = self._numbers.get(row["document_id"], 0) + 1
        if number != expected:
            yield self._problem("row_missing", f"У документа нет версии {expected}.", row)
        kept = self._heads.pop(chain_number, None)
        if kept is not None and kept.chain_sha256 != row["chain_sha256"]:
            yield self._problem("head_differs", "Запись отличается от сохранённого конца цепочки.", row)
        self._numbers[row["document_id"]] = number
        self._chain_number, self._chain_sha256 = chain_number, row["chain_sha256"]

    def _of_file(self, row: Row, sha256: str, size_bytes: int, name: str) -> Iterator[Problem]:
        digest, size = hashlib.sha256(), 0
        try:
            with self._storage.open(sha256) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
        except NotFound:
            yield self._problem("file_missing", f"Нет файла {name} {sha256}.", row)
            return
        if digest.hexdigest() != sha256 or size != size_bytes:
            yield self._problem("file_damaged", f"Файл {name} {sha256} повреждён.", row)

    def _of_heads_behind(self) -> Iterator[Problem]:
        for chain_number in sorted(self._heads):
            if chain_number > 0:
                yield self._problem(
                    "row_missing",
                    f"Сохранённый конец цепочки — запись {chain_number}, а записей {self._chain_number}.",
                )

    def _problem(self, code: str, text: str, row: Row | None = None) -> Problem:
        if row is None:
            return Problem(code=code, organisation_id=self._organisation_id, text=text)
        return Problem(
            code=code,
            organisation_id=self._organisation_id,
            text=text,
            document_id=row["document_id"],
            number=row["number"],
            chain_number=row["chain_number"],
        )
