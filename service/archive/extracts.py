"""Versions taken out of the record together: which ones, fixed at one moment, and their rows in parts.

A version never changes, so a selection made in one short transaction stays true however long its rows are read;
a long transaction would hold up every commit on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from service.archive.chain import CHAINED
from service.archive.records import Records, Row
from service.database import reading
from service.database.tables import organisation
from service.documents import ChainHead
from service.errors import InputError, NotFound
from service.storage import Storage, read_verified

MAX_PICKS = 100_000
_IDS_AT_ONCE = 500


class Pick(NamedTuple):
    """One version of a selection; a tuple, because a selection may have a hundred thousand."""

    document_id: str
    number: int
    chain_number: int
    newest: int


@dataclass(frozen=True)
class Selection:
    """Versions of one organisation as they were at one moment, in the order of the chain.

    Attributes:
        head: the end of the chain at that moment.
        complete: whether these are all versions from the first one to the head.
    """

    organisation_id: str
    organisation_name: str
    head: ChainHead
    picks: tuple[Pick, ...]

    @property
    def complete(self) -> bool:
        """Whether the chain can be followed without a gap."""
        return len(self.picks) == self.head.chain_number


class Extracts:
    """Reads many versions of one organisation at a time."""

    def __init__(self, engine: sa.Engine, storage: Storage) -> None:
        self._engine = engine
        self._storage = storage

    def organisation_id(self, wanted: str | None) -> str:
        """Return the organisation of this id or name; without one, the only organisation there is.

        Raises:
            InputError: it is not clear which organisation is meant; the text lists them.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(organisation.c.id, organisation.c.name)).all()
        fit = [row.id for row in rows if wanted in (None, row.id, row.name)]
        if len(fit) == 1:
            return str(fit[0])
        known = ", ".join(f"{row.id} («{row.name}»)" for row in rows)
        raise InputError(f"Укажите организацию: --organisation ИМЯ. Есть: {known or 'ни одной'}.")

    def select(
        self,
        organisation_id: str,
        *,
        document_ids: Sequence[str] | None = None,
        kind: str | None = None,
        every_version: bool = False,
    ) -> Selection:
        """Return the newest versions of documents, or all of them.

        Args:
            organisation_id: whose record.
            document_ids: these documents; None for all.
            kind: only of this kind.
            every_version: also the versions that newer ones replaced.

        Raises:
            NotFound: one of the documents does not exist in this organisation.
            InputError: nothing fits, or more than 100,000 versions do.
        """
        with reading(self._engine) as connection:
            records = Records(connection, organisation_id)
            name, head = records.organisation_name(), records.head()
            found: list[Pick] = []
            for ids in _parts(document_ids, _IDS_AT_ONCE):
                rows = records.picks(ids, kind=kind, every_version=every_version, limit=MAX_PICKS + 1)
                found += (Pick(*row) for row in rows)
                if len(found) > MAX_PICKS:
                    raise InputError(f"Выбрано больше {MAX_PICKS} версий документов. Сузьте отбор.")
        if document_ids is not None and {pick.document_id for pick in found} != set(document_ids):
            raise NotFound("Документ не найден.")
        if not found:
            raise InputError("По этому отбору документов нет. Измените условия отбора.")
        picks = tuple(sorted(found, key=lambda pick: pick.chain_number))
        return Selection(organisation_id, name, head, picks)

    def rows(self, organisation_id: str, picks: Sequence[Pick], *, payload: bool) -> Mapping[int, Row]:
        """Return chain number -> row as it stands in the database, unverified; what is gone is missing.

        Args:
            organisation_id: whose record.
            picks: a part of a selection, small enough for memory.
            payload: whether the payload is read too.
        """
        names = [*CHAINED, "chain_sha256", *(["payload"] if payload else [])]
        with reading(self._engine) as connection:
            found = Records(connection, organisation_id).at([pick.chain_number for pick in picks], names)
        return {row["chain_number"]: row for row in found}

    def file(self, sha256: str) -> bytes:
        """Return the bytes of a stored file.

        Raises:
            Integrity: they are damaged or gone.
            StorageError: they cannot be read now.
        """
        return read_verified(self._storage, sha256)


def _parts(ids: Sequence[str] | None, size: int) -> Iterator[list[str] | None]:
    if ids is None:
        yield None
        return
    unique = list(dict.fromkeys(ids))
    for first in range(0, len(unique), size):
        yield unique[first : first + size]
