"""Events: what happened to numbers and versions after they were made, in a chain of hashes of its own.

An event carries everything the journal shows after it, so that the journal can be compared with its events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.archive.canonical import canonical_json, sha256_of
from service.errors import InputError

FORMAT = "formulyar-event-1"

RESERVED, REGISTERED, SUPERSEDED, VOID, NUMBERING = (
    "reserved",
    "registered",
    "superseded",
    "void",
    "numbering",
)

# What an event and the row of the journal after it say alike.
SHARED = (
    "kind",
    "series",
    "year",
    "ordinal",
    "suffix",
    "number",
    "typed",
    "date",
    "backdated",
    "document_id",
    "version_number",
    "actor_id",
    "actor_name",
    "reason",
)
CHAINED = (
    "organisation_id",
    "chain_number",
    "action",
    "entry_id",
    "version_chain_sha256",
    *SHARED,
    "created_at",
    "prev_chain_sha256",
)


def event_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object whose canonical JSON is hashed; `row` is a row of the table `event`."""
    return {"format": FORMAT, **{name: row[name] for name in CHAINED}}


def event_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash that the row must carry in `chain_sha256`."""
    return sha256_of(canonical_json(event_fields(row)))


def event_intact(row: Mapping[str, Any]) -> bool:
    """Say whether an event is what was recorded."""
    try:
        return event_sha256(row) == str(row["chain_sha256"])
    except (TypeError, ValueError, InputError):
        return False


def entry_matches(entry: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether a row of the journal is what its last event left behind."""
    return bool(entry["state"] == event["action"]) and all(entry[name] == event[name] for name in SHARED)
