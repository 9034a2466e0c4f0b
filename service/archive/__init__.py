"""The append-only record of versions and the journal of their numbers: append, register, read, list, prove.

Owns the rows of documents, versions, numbers and events, the chains and canonical JSON. Bytes are kept by a
storage, tables and transactions come from `service.database`. Knows nothing of HTTP, templates or offices.
"""

from __future__ import annotations

from service.archive.archive import Archive, Together
from service.archive.canonical import canonical_json
from service.archive.counting import Wanted
from service.archive.journal import Journal
from service.archive.journal_listing import Filter
from service.archive.numbering import DEFAULT_PATTERN
from service.archive.numbering_rules import NumberingRule
from service.archive.terms import Sought

__all__ = [
    "DEFAULT_PATTERN",
    "Archive",
    "Filter",
    "Journal",
    "NumberingRule",
    "Sought",
    "Together",
    "Wanted",
    "canonical_json",
]
