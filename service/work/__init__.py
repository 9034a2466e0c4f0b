"""The work: papers that are ordered now and made later, by whatever worker is free, exactly once each.

Owns the tables of `service.database.tables_work`. Knows how a paper is made (`service.production`), but not
where its parts come from: they are handed in. Nothing here knows HTTP.
"""

from __future__ import annotations

from service.work.depth import Depth
from service.work.leases import Leases
from service.work.values import (
    ENDED,
    STATES,
    BatchFacts,
    BatchProgress,
    BatchSummary,
    Claim,
    Job,
    Order,
    Row,
    State,
    Trouble,
)
from service.work.work import Work

__all__ = [
    "ENDED",
    "STATES",
    "BatchFacts",
    "BatchProgress",
    "BatchSummary",
    "Claim",
    "Depth",
    "Job",
    "Leases",
    "Order",
    "Row",
    "State",
    "Trouble",
    "Work",
]
