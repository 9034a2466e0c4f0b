"""Events: what happened to numbers and versions after they were made, in a chain of hashes of its own.

An event carries everything the journal shows after it, so that the journal can be compared with its events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.archive.canonical import canonical_json, sha256_of
from service.archive.chain import link_sha256
from service.errors import InputError

RESERVED, REGISTERED, SUPERSEDED, VOID, NUMBERING = (
    "reserved",
    "registered",
    "superseded",
    "void",
    "numbering",
)

FORMAT, RECORD_FORMAT = "formulyar-event-2", "formulyar-event-record-2"
OLD_FORMAT = "formulyar-event-1"
# A link says when it was and which version it is about, so that no event of a version can be hidden among others.
TOLD = ("created_at", "document_id", "version_number")
# What a version can come to; without such an event it is a draft.
STATES = (REGISTERED, SUPERSEDED, VOID)

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


def event_record_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash over what is recorded of an event; `row` is a row of the table `event`."""
    return sha256_of(canonical_json({"format": RECORD_FORMAT, **{name: row[name] for name in CHAINED}}))


def event_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash that the row must carry in `chain_sha256`."""
    return link_sha256(row, event_record_sha256(row), link_format=FORMAT, told=TOLD)


def is_old_event(row: Mapping[str, Any]) -> bool:
    """Say whether the row carries the hash in one step, as events did before links were hashed apart."""
    old = sha256_of(canonical_json({"format": OLD_FORMAT, **{name: row[name] for name in CHAINED}}))
    return bool(old == row["chain_sha256"])


def event_intact(row: Mapping[str, Any]) -> bool:
    """Say whether an event is what was recorded."""
    try:
        return event_sha256(row) == str(row["chain_sha256"]) or is_old_event(row)
    except (TypeError, ValueError, InputError):
        return False


def entry_matches(entry: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether a row of the journal is what its last event left behind."""
    return bool(entry["state"] == event["action"]) and all(entry[name] == event[name] for name in SHARED)
