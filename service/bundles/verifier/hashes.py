"""The hashes of the record, made again from what is told: of versions, of events and of the links between them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

ZERO = "0" * 64
VERSIONS, EVENTS = "versions", "events"
# What a link tells even of a record that is not told.
TOLD = {VERSIONS: (), EVENTS: ("created_at", "document_id", "version_number")}
_NAMES = {VERSIONS: "version", EVENTS: "event"}


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value that is hashed."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def sha256_of(value: Any) -> str:
    """Return the SHA-256 of the one text of a JSON value."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def link_sha256(chain: str, link: dict[str, Any], record_sha256: str) -> str:
    """Return the hash of a link of a chain, for a record that is known by its hash only."""
    names = ("chain_number", "prev_chain_sha256", *TOLD[chain])
    told = {name: link[name] for name in names}
    return sha256_of({"format": f"formulyar-{_NAMES[chain]}-2", "record_sha256": record_sha256, **told})


def chain_sha256(chain: str, fields: dict[str, Any]) -> str:
    """Return the hash that a version or an event with these fields carries."""
    record = sha256_of({"format": f"formulyar-{_NAMES[chain]}-record-2", **fields})
    return link_sha256(chain, fields, record)


def continues(chain: str, fields: dict[str, Any], sha256: str) -> bool:
    """Say whether a version or an event with these fields has this hash, in the way of today or of before."""
    if chain_sha256(chain, fields) == sha256:
        return True
    return sha256_of({"format": f"formulyar-{_NAMES[chain]}-1", **fields}) == sha256
