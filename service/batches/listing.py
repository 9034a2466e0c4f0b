"""What is kept of the reading of an uploaded file: its rows by seq with their names, keys and remarks, as JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.batches.preflight import Preflight, RowVerdict
from service.batches.rows import Message, Place
from service.errors import Messages

# More remarks on one row help nobody.
_MOST_MESSAGES = 200


@dataclass(frozen=True)
class ListedRow:
    """A row of the file.

    Attributes:
        seq: its place in the batch; 0 for a row that is in no batch.
        number: the row of the sheet or the line of the file.
        refused: the preflight found errors.
        changed: the file has other data than the paper was ordered with; they were not taken.
        absent: the row is in the batch but not in this file.
    """

    seq: int
    number: int
    key: str
    title: str
    payload_sha256: str
    refused: bool
    messages: tuple[Message, ...]
    changed: bool = False
    absent: bool = False


@dataclass(frozen=True)
class Listing:
    """The rows of a file, and the remarks on the file itself."""

    rows: tuple[ListedRow, ...]
    remarks: tuple[Message, ...]

    @property
    def refused(self) -> int:
        """How many rows cannot be made as they are."""
        return sum(row.refused for row in self.rows)

    @property
    def ready(self) -> int:
        """How many rows can be made."""
        return len(self.rows) - self.refused

    @property
    def in_file(self) -> tuple[ListedRow, ...]:
        """The rows of the file, in its order."""
        return tuple(row for row in self.rows if not row.absent)

    def by_seq(self) -> Mapping[int, ListedRow]:
        """Return the rows that are in the batch."""
        return {row.seq: row for row in self.rows if row.seq}


def listing_of(checked: Preflight, seqs: Sequence[int] | None = None) -> Listing:
    """Return what is kept of a preflight.

    Args:
        checked: the verdicts.
        seqs: place of each row in the batch; None for their order.
    """
    places = seqs if seqs is not None else range(1, len(checked.verdicts) + 1)
    rows = [_listed(verdict, seq) for verdict, seq in zip(checked.verdicts, places, strict=True)]
    return Listing(tuple(rows), checked.remarks)


def refusals(row: ListedRow) -> Messages:
    """Return the errors of a row as the work keeps them: path -> lines with their cells."""
    found: dict[str, list[str]] = {}
    for message in row.messages:
        if message.severity == "error":
            found.setdefault(message.path, []).append(message.line)
    return found


def packed(listing: Listing) -> bytes:
    """Return a listing as bytes."""
    return zlib.compress(json.dumps(asdict(listing), ensure_ascii=False).encode("utf-8"))


def unpacked(data: bytes) -> Listing:
    """Return the listing that `packed` made bytes of."""
    plain = json.loads(zlib.decompress(data))
    rows = [ListedRow(**{**row, "messages": messages_of(row["messages"])}) for row in plain["rows"]]
    return Listing(tuple(rows), messages_of(plain["remarks"]))


def _listed(verdict: RowVerdict, seq: int) -> ListedRow:
    row = verdict.row
    kept = sorted(verdict.messages, key=lambda one: one.severity != "error")[:_MOST_MESSAGES]
    return ListedRow(
        seq, row.number, row.key, verdict.title, verdict.payload_sha256, verdict.refused, tuple(kept)
    )


def messages_of(plain: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """Return remarks that `asdict` made plain."""
    return tuple(
        Message(**{**one, "place": Place(**one["place"]) if one["place"] else None}) for one in plain
    )
