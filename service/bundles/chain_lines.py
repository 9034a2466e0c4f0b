"""Both chains as lines of a file: what proves that the selection and its states are those of the record.

A version that is in the bundle is told by its place only, for the inventory has it whole; an event about a document
of the bundle is told whole. Of everything else a line tells the hash that continues the chain and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from service.archive import chain, events
from service.archive.canonical import canonical_json
from service.archive.chain import GENESIS_SHA256
from service.archive.extracts import Extracts, Selection
from service.archive.records import Row
from service.errors import InputError


def chain_lines(
    extracts: Extracts, selection: Selection, *, created_at: str, first_event: int | None
) -> Iterator[bytes]:
    """Yield the lines of both chains, from what the selection needs of them to their ends.

    Args:
        extracts: reads the record.
        selection: what the bundle holds.
        created_at: when the oldest version of the selection was recorded.
        first_event: the first event about a version of the selection.
    """
    picked = {pick.chain_number for pick in selection.picks}
    documents = {pick.document_id for pick in selection.picks}
    first = selection.picks[0].chain_number
    versions = extracts.versions_from(selection, first)
    yield from _chain(
        "versions", first, versions, lambda row: _version(row, told=row["chain_number"] in picked)
    )
    first = _needed_event(extracts, selection, created_at, first_event)
    events_ = extracts.events_from(selection, first)
    yield from _chain("events", first, events_, lambda row: _event(row, told=row["document_id"] in documents))


def _chain(
    name: str, first: int, rows: Iterable[Row], told: Callable[[Row], dict[str, Any]]
) -> Iterator[bytes]:
    """Yield where a chain is taken up and a line for each row; an empty chain is at its beginning."""
    begun = False
    for row in rows:
        if not begun:
            yield _line({"chain": name, "after": first - 1, "chain_sha256": row["prev_chain_sha256"]})
        begun = True
        yield _line(told(row))
    if not begun:
        yield _line({"chain": name, "after": 0, "chain_sha256": GENESIS_SHA256})


def _needed_event(extracts: Extracts, selection: Selection, created_at: str, first_event: int | None) -> int:
    """Return the event to begin with: the last one before every version of the selection.

    It shows that nothing is left out; a clock that jumped back is made up for by the first event about one.
    """
    since = extracts.first_event_since(selection, created_at)
    return max(1, min(since, first_event or since) - 1)


def _version(row: Row, *, told: bool) -> dict[str, Any]:
    line = {"chain_number": row["chain_number"], "chain_sha256": row["chain_sha256"]}
    if told:
        return line
    try:
        if chain.chain_sha256(row) != row["chain_sha256"] and chain.is_old(row):
            return {**line, "old": True}
        return {**line, "record_sha256": chain.record_sha256(row)}
    except (AttributeError, TypeError, ValueError, InputError):
        return {**line, "record_sha256": GENESIS_SHA256}  # a damaged row; the verifier finds it


def _event(row: Row, *, told: bool) -> dict[str, Any]:
    if told:
        fields = {name: row[name] for name in events.CHAINED}
        return {"chain_sha256": row["chain_sha256"], "event": fields}
    line = {name: row[name] for name in ("chain_number", "chain_sha256", *events.TOLD)}
    if events.event_sha256(row) != row["chain_sha256"] and events.is_old_event(row):
        return {**line, "old": True}
    return {**line, "record_sha256": events.event_record_sha256(row)}


def _line(value: dict[str, Any]) -> bytes:
    return f"{canonical_json(value)}\n".encode()
