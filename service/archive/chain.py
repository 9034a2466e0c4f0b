"""The chain: every version carries a hash over what is recorded of it and over the version before it.

An edited, removed or exchanged row breaks the chain of its organisation at that place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from service.archive.canonical import canonical_json, sha256_of
from service.errors import InputError

GENESIS_SHA256 = "0" * 64
FORMAT = "formulyar-version-1"

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
    """Return the object whose canonical JSON is hashed; `row` is a row of the table `version`.

    Raises:
        ValueError: a JSON column does not hold the canonical JSON it was written with.
    """
    fields = {name: row[name] for name in CHAINED}
    for name in _JSON_COLUMNS:
        fields[name] = json.loads(row[name])
        if canonical_json(fields[name]) != row[name]:
            raise ValueError(f"{name} is not canonical JSON")
    return {"format": FORMAT, **fields}


def chain_sha256(row: Mapping[str, Any]) -> str:
    """Return the hash that the row must carry in `chain_sha256`.

    Raises:
        ValueError: a JSON column does not hold the canonical JSON it was written with.
    """
    return sha256_of(canonical_json(chain_fields(row)))


def damage(row: Mapping[str, Any]) -> str | None:
    """Return how a row differs from what was recorded: payload_changed, row_changed, or None."""
    try:
        if sha256_of(row["payload"]) != row["payload_sha256"]:
            return "payload_changed"
        intact = chain_sha256(row) == row["chain_sha256"]
    except (AttributeError, TypeError, ValueError, InputError):
        # A column holds something that was never written there: bytes, NaN, half a list.
        intact = False
    return None if intact else "row_changed"
