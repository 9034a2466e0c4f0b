"""The chain: every version carries a hash over what is recorded of it and over the version before it.

An edited, removed or exchanged row breaks the chain of its organisation at that place. The hash is made in two
steps, first over the record and then over the link, so that the link can be followed by somebody who may not see
the record: that is how a bundle proves a selection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from service.archive.canonical import canonical_json, sha256_of
from service.errors import InputError

GENESIS_SHA256 = "0" * 64
FORMAT, RECORD_FORMAT = "formulyar-version-2", "formulyar-version-record-2"
OLD_FORMAT = "formulyar-version-1"

# Everything recorded of a version but the payload itself, which counts by its hash, and the chain hash.
CHAINED = (
    "document_id",
    "number",
    "organisation_id",
    "kind",
    "title",
    "file_name",
    "payload_sha256",
    "docx_sha256",
    "docx_size",
    "pdf_sha256",
    "pdf_size",
    "pages",
    "template_sha256",
    "program_version",
    "office_version",
    "fonts",
    "findings",
    "actor_id",
    "actor_name",
    "reason",
    "created_at",
    "chain_number",
    "prev_chain_sha256",
)
_JSON_COLUMNS = ("fonts", "findings")


def chain_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is hashed of a version; `row` is a row of the table `version`.

    Raises:
        ValueError: a JSON column does not hold the canonical JSON it was written with.
    """
    fields = {name: row[name] for name in CHAINED}
    for name in _JSON_COLUMNS:
        fields[name] = json.loads(row[name])
        if canonical_json(fields[name]) != row[name]:
            raise ValueError(f"{name} is not canonical JSON")
    return fields


def record_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash over what is recorded of a version, the first step of its chain hash.

    Raises:
        ValueError: a JSON column does not hold the canonical JSON it was written with.
    """
    return sha256_of(canonical_json({"format": RECORD_FORMAT, **chain_fields(row)}))


def link_sha256(row: Mapping[str, Any], record: str, *, link_format: str, told: Sequence[str] = ()) -> str:
    """Return the hash over a link: the second step of a chain hash, of versions and of events.

    Args:
        row: has the place in the chain and the hash before it.
        record: hash over everything recorded.
        link_format: which chain.
        told: names of the columns that are told even to those who may not see the record.
    """
    link = {name: row[name] for name in ("chain_number", "prev_chain_sha256", *told)}
    return sha256_of(canonical_json({"format": link_format, "record_sha256": record, **link}))


def chain_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash that the row must carry in `chain_sha256`.

    Raises:
        ValueError: a JSON column does not hold the canonical JSON it was written with.
    """
    return link_sha256(row, record_sha256(row), link_format=FORMAT)


def is_old(row: Mapping[str, Any]) -> bool:
    """Say whether the row carries the hash in one step, as versions did before links were hashed apart."""
    old = sha256_of(canonical_json({"format": OLD_FORMAT, **chain_fields(row)}))
    return bool(old == row["chain_sha256"])


def damage(row: Mapping[str, Any]) -> str | None:
    """Return how a row differs from what was recorded: payload_changed, row_changed, or None."""
    try:
        if sha256_of(row["payload"]) != row["payload_sha256"]:
            return "payload_changed"
        intact = chain_sha256(row) == row["chain_sha256"] or is_old(row)
    except (AttributeError, TypeError, ValueError, InputError):
        # A column holds something that was never written there: bytes, NaN, half a list.
        intact = False
    return None if intact else "row_changed"
