"""A selection as a streamed ZIP64: papers, inventory, verifier; memory does not grow with the papers.

Nothing is put on the disk: when the reader goes away, nothing is left behind.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Generator, Iterator, Sequence

from stream_zip import NO_COMPRESSION_64, ZIP_64, Method, stream_zip

from service.archive.extracts import Extracts, Pick, Selection
from service.archive.facts import PaperFacts, paper_facts
from service.archive.records import Row
from service.bundles.chain_lines import chain_lines
from service.bundles.inventory import Entry, Listed, inventory_json
from service.bundles.names import CHAINS, FOLDER, INVENTORY_JSON, INVENTORY_XLSX, VERIFIER, Names
from service.bundles.table import inventory_xlsx
from service.bundles.verifier_source import verifier_source
from service.database.times import time_of
from service.errors import Integrity

log = logging.getLogger(__name__)

Member = tuple[str, dt.datetime, int, Method, Iterator[bytes]]

_MODE = 0o100644
# A payload may have megabytes; the rows of the inventory have one or two kilobytes.
_PAYLOADS_AT_ONCE = 20
_ROWS_AT_ONCE = 500


class Bundle:
    """A selection on its way out.

    Args:
        extracts: reads the record.
        selection: what goes into the bundle.
        made_at: aware time.
        made_by: who asked, for the inventory.
    """

    def __init__(
        self, extracts: Extracts, selection: Selection, *, made_at: dt.datetime, made_by: str
    ) -> None:
        self._extracts = extracts
        self._selection = selection
        self._made_at = made_at.astimezone(dt.UTC)
        self._made_by = made_by
        self._entries: list[Entry] = []
        self._others: dict[str, str] = {}

    @property
    def file_name(self) -> str:
        """The name people expect: «Документы 2022-03-19 (38).zip»."""
        return f"Документы {self._made_at:%Y-%m-%d} ({len(self._selection.picks)}).zip"

    @property
    def done(self) -> int:
        """How many versions have been put in so far."""
        return len(self._entries)

    def chunks(self) -> Iterator[bytes]:
        """Yield the ZIP; a paper that is damaged in the storage is left out and the inventory says so.

        Raises:
            StorageError: the record or the storage does not answer now.
        """
        yield from stream_zip(self._members(), extended_timestamps=False)

    def _members(self) -> Iterator[Member]:
        names = Names()
        for pick, row in self._rows(self._selection.picks, _PAYLOADS_AT_ONCE, payload=True):
            ending = f", версия {pick.number}" if pick.newest > 1 else ""
            entry = _entry(pick, row, names.take(str(row["file_name"]), ending))
            problems = yield from self._papers(entry, row)
            size = len(str(row["payload"]).encode("utf-8", "surrogateescape"))
            self._entries.append(entry._replace(problem=" ".join(problems), payload_size=size))
        yield self._own(INVENTORY_XLSX, iter((self._table(),)))
        yield self._own(VERIFIER, iter((verifier_source(),)))
        yield self._own(CHAINS, self._chains())
        lines = inventory_json(
            self._selection,
            self._listed(),
            made_at=self._made_at.isoformat(timespec="seconds"),
            made_by=self._made_by,
            others=self._others,
        )
        yield (INVENTORY_JSON, self._made_at, _MODE, ZIP_64, lines)

    def _papers(self, entry: Entry, row: Row) -> Generator[Member, None, list[str]]:
        """Yield the files of a version; return what is wrong with those that are left out."""
        problems, made_at = [], str(row["created_at"])
        for kind in ("docx", "pdf"):
            sha256 = row[f"{kind}_sha256"]
            if sha256 is None:
                continue
            try:
                data = self._extracts.file(str(sha256))
            except Integrity:
                log.error("bundle: stored file %s is damaged or gone and is left out", sha256)
                problems.append(f"Файл {kind.upper()} повреждён в хранилище и в комплект не вложен.")
            else:
                name = f"{FOLDER}/{entry.stem}.{kind}"
                yield self._member(name, data, made_at=made_at, method=NO_COMPRESSION_64)
        payload = str(row["payload"]).encode("utf-8", "surrogateescape")
        yield self._member(f"{FOLDER}/{entry.stem}.json", payload, made_at=made_at)
        return problems

    def _own(self, name: str, chunks: Iterator[bytes]) -> Member:
        """Return a file that belongs to no version; its hash is known once it has been read."""

        def summed() -> Iterator[bytes]:
            digest = hashlib.sha256()
            for chunk in chunks:
                digest.update(chunk)
                yield chunk
            self._others[name] = digest.hexdigest()

        return (name, self._made_at, _MODE, ZIP_64, summed())

    def _table(self) -> bytes:
        return inventory_xlsx(self._selection, self._listed(), made_at=self._made_at, made_by=self._made_by)

    def _chains(self) -> Iterator[bytes]:
        created_at, first_event = "", None
        for listed in self._listed():
            made = str(listed.row["created_at"])
            created_at = min(created_at, made) if created_at else made
            if listed.first_event:
                first_event = min(first_event or listed.first_event, listed.first_event)
        yield from chain_lines(
            self._extracts, self._selection, created_at=created_at, first_event=first_event
        )

    def _listed(self) -> Iterator[Listed]:
        """Yield the entries again, with their rows and states: they are read anew and not kept."""
        for first in range(0, len(self._entries), _ROWS_AT_ONCE):
            part = self._entries[first : first + _ROWS_AT_ONCE]
            picks = [entry.pick for entry in part]
            last: dict[tuple[str, int], Row] = {}
            begun: dict[tuple[str, int], int] = {}
            for event in self._extracts.decisions(self._selection, picks):
                key = (event["document_id"], event["version_number"])
                last[key] = event
                begun.setdefault(key, event["chain_number"])
            rows = self._rows(picks, _ROWS_AT_ONCE, payload=False)
            for entry, (pick, row) in zip(part, rows, strict=True):
                key = (pick.document_id, pick.number)
                yield Listed(entry, row, last.get(key), begun.get(key, 0))

    def _rows(self, picks: Sequence[Pick], size: int, *, payload: bool) -> Iterator[tuple[Pick, Row]]:
        for first in range(0, len(picks), size):
            part = picks[first : first + size]
            rows = self._extracts.rows(self._selection.organisation_id, part, payload=payload)
            for pick in part:
                if pick.chain_number not in rows:
                    raise Integrity("Запись архива исчезла во время выдачи. Сообщите администратору.")
                yield pick, rows[pick.chain_number]

    def _member(self, name: str, data: bytes, *, made_at: str = "", method: Method = ZIP_64) -> Member:
        try:
            moment = time_of(made_at) if made_at else self._made_at
        except ValueError:
            moment = self._made_at  # a damaged row; the verifier finds it
        return (name, moment, _MODE, method, iter((data,)))


def _entry(pick: Pick, row: Row, stem: str) -> Entry:
    try:
        payload = json.loads(row["payload"])
        facts = paper_facts(payload) if isinstance(payload, dict) else PaperFacts()
    except (TypeError, ValueError):
        facts = PaperFacts()  # the verifier finds the damage by the hash
    return Entry(pick, stem, facts.date, facts.number)
