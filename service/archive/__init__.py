"""The append-only record of versions: append, read, list, prove.

Owns the rows of documents and versions, the chain and canonical JSON. Bytes are kept by a storage, tables and
transactions come from `service.database`. Knows nothing of HTTP, templates or offices.
"""

from __future__ import annotations

from service.archive.archive import Archive, Together
from service.archive.canonical import canonical_json
from service.archive.terms import Wanted

__all__ = ["Archive", "Together", "Wanted", "canonical_json"]
