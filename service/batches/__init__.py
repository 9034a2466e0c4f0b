"""Many papers from one file: the blank of a kind, its reading, preflight of every row, verdicts, progress.

Owns the way from an uploaded workbook or JSON to payloads with places, and back to the coordinator's own workbook.
Knows nothing of HTTP; papers are made by `production` or by the queue, not here.
"""

from __future__ import annotations

from service.batches.blank import blank_workbook
from service.batches.preflight import Preflight, RowVerdict, preflight
from service.batches.rows import Message, Place, Row, SourceFile
from service.batches.source import read_source
from service.batches.verdicts import Outcome, verdict_workbook

__all__ = [
    "Message",
    "Outcome",
    "Place",
    "Preflight",
    "Row",
    "RowVerdict",
    "SourceFile",
    "blank_workbook",
    "preflight",
    "read_source",
    "verdict_workbook",
]
