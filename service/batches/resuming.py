"""Which rows of a corrected file are papers already: nothing is made twice, nothing is taken for something else.

A row is known by its payload wherever it stands, then by its key. So a file may be sorted and rows may be deleted;
a key that was given to another paper is noticed as a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.batches.preflight import RowVerdict
from service.batches.values import folded

Earlier = TypeVar("Earlier")


@dataclass(frozen=True)
class Known(Generic[Earlier]):
    """A row that was there before.

    Attributes:
        item: what the caller knows of it.
        changed: the payload is another one now.
    """

    item: Earlier
    changed: bool


def known_rows(
    verdicts: Sequence[RowVerdict], earlier: Iterable[tuple[str, str, Earlier]]
) -> dict[int, Known[Earlier]]:
    """Return index of a verdict -> what was there before under its payload or its key.

    Args:
        verdicts: the rows of the file that came now.
        earlier: (key, hash of the payload, item) of rows that came before.
    """
    before = list(earlier)
    by_hash = {sha256: index for index, (_, sha256, _) in enumerate(before) if sha256}
    by_key = {folded(key): index for index, (key, _, _) in enumerate(before)}
    found: dict[int, Known[Earlier]] = {}
    used: set[int] = set()
    for number, verdict in enumerate(verdicts):
        index = by_hash.get(verdict.payload_sha256, -1)
        if index >= 0 and index not in used:
            used.add(index)
            found[number] = Known(before[index][2], changed=False)
    for number, verdict in enumerate(verdicts):
        index = by_key.get(folded(verdict.row.key), -1)
        if number not in found and index >= 0 and index not in used:
            used.add(index)
            found[number] = Known(before[index][2], changed=True)
    return found
