"""Plain values of the work: what is ordered, and what may be said of it later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from forms._overrides import Override
from service.documents import Actor
from service.errors import Messages

State = Literal["ready", "running", "done", "failed", "cancelled", "refused"]
STATES: tuple[State, ...] = get_args(State)
# These no longer change by themselves.
ENDED: tuple[State, ...] = ("done", "failed", "cancelled", "refused")


@dataclass(frozen=True)
class Order:
    """One paper to be made.

    Attributes:
        payload: untrusted JSON, checked again by whoever makes the paper.
        document_id: the document to continue; None makes a new one.
        register: whether the paper gets its number from the journal.
        seq: place in its batch, from 1; None takes the place in the order of enqueueing.
        refused: what a preflight found, path -> texts; such a row waits for its correction and is not run.
    """

    kind: str
    payload: Any
    reason: str = ""
    register: bool = False
    overrides: tuple[Override, ...] = ()
    document_id: str | None = None
    seq: int | None = None
    refused: Messages | None = None


@dataclass(frozen=True)
class BatchFacts:
    """Where the rows of a batch come from."""

    kind: str
    file_name: str
    source_sha256: str
    reason: str = ""
    register: bool = False


@dataclass(frozen=True)
class Trouble:
    """Why a row was not made: a sentence, and texts by field path where fields are to blame."""

    text: str
    messages: Messages = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One paper of the work, alone or a line of a batch.

    Attributes:
        batch_id: None for a single paper.
        payload: None once the paper is recorded: from then on the record keeps it.
        trouble: why it was refused or failed, or why the next attempt waits.
        document_id, version_number: set when the state is done.
    """

    id: str
    organisation_id: str
    batch_id: str | None
    seq: int
    kind: str
    state: State
    attempt: int
    payload: Any
    trouble: Trouble | None
    document_id: str | None
    version_number: int | None
    created_at: dt.datetime
    finished_at: dt.datetime | None

    @property
    def ended(self) -> bool:
        """Return whether the state stays unless a person acts."""
        return self.state in ENDED


# A job is a row looked at alone: one word for those who made no batch.
Job = Row


@dataclass(frozen=True)
class BatchSummary:
    """What is known of a batch without counting its rows."""

    id: str
    organisation_id: str
    kind: str
    file_name: str
    source_sha256: str
    reason: str
    register: bool
    total: int
    actor_name: str
    created_at: dt.datetime
    cancelled: bool


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is.

    Attributes:
        counts: every state -> rows in it.
        rate_per_s: papers a second over the last minute; 0 when none was made.
        remaining_s: estimated from the rate; None when it cannot be estimated, 0 when nothing is left.
        finished_at: when the last row ended; None while any is left.
    """

    batch: BatchSummary
    counts: Mapping[State, int]
    rate_per_s: float
    remaining_s: float | None
    finished_at: dt.datetime | None = None

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return self.batch.total

    @property
    def cancelled(self) -> bool:
        """Return whether the batch was cancelled and not resumed."""
        return self.batch.cancelled

    @property
    def ended(self) -> bool:
        """Return whether no row waits or runs."""
        return not (self.counts["ready"] or self.counts["running"])


@dataclass(frozen=True)
class Claim:
    """The right to make one paper, until somebody else takes it over: then the fence has moved on."""

    item_id: str
    owner: str
    fence: int
    attempt: int
    pauses: int
    kind: str
    payload: Any
    options: Mapping[str, Any]
    actor: Actor
