"""How much waits, and for how long: numbers that an operator watches and alarms on."""

# ruff: noqa: S608 - the text is put together from constants of this module
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from service.database.times import time_of

_WAITING = "state = 'ready'"
_OPEN = "FROM batch WHERE open IS TRUE"
_ALIVE = f"(batch_id IS NULL OR batch_id IN (SELECT id {_OPEN}))"
_SINGLES = f"FROM item WHERE batch_id IS NULL AND {_WAITING}"
_ROWS = f"(SELECT count(*) FROM item WHERE batch_id = batch.id AND {_WAITING})"
_FIRST = f"(SELECT number FROM item WHERE batch_id = batch.id AND {_WAITING} LIMIT 1)"
_DEPTH = sa.text(
    f"SELECT (SELECT count(*) {_SINGLES}) AS singles,"
    f" (SELECT coalesce(sum({_ROWS}), 0) {_OPEN}) AS rows_of_batches,"
    f" (SELECT count(*) FROM item WHERE {_WAITING} AND pause_s > 0 AND {_ALIVE}) AS paused,"
    " (SELECT count(*) FROM item WHERE owner IS NOT NULL AND state = 'running') AS running,"
    " (SELECT count(*) FROM worker) AS workers,"
    f" (SELECT min(created_at) {_SINGLES}) AS oldest_single,"
    f" (SELECT min(created_at) {_OPEN} AND {_FIRST} IS NOT NULL) AS oldest_batch"
)


@dataclass(frozen=True)
class Depth:
    """The queue of all organisations.

    Attributes:
        waiting: papers to be made, those that pause left out.
        paused: papers that wait for their next attempt after trouble.
        running: papers that a worker holds.
        workers: that beat, on all hosts.
        oldest_s: seconds since the oldest waiting paper was ordered, 0 when none waits.
        oldest_single_s: the same of papers ordered one by one: nobody expects these to wait for minutes.
    """

    waiting: int
    paused: int
    running: int
    workers: int
    oldest_s: float
    oldest_single_s: float


def read_depth(connection: sa.Connection, now: dt.datetime) -> Depth:
    """Return the depth; the indexes of the queue answer, not the rows that ended."""
    found = connection.execute(_DEPTH).one()
    single_s, batch_s = _age_s(found.oldest_single, now), _age_s(found.oldest_batch, now)
    return Depth(
        waiting=found.singles + int(found.rows_of_batches) - found.paused,
        paused=found.paused,
        running=found.running,
        workers=found.workers,
        oldest_s=max(single_s, batch_s),
        oldest_single_s=single_s,
    )


def _age_s(created_at: str | None, now: dt.datetime) -> float:
    # A clock that was set back makes nobody wait for less than nothing.
    return 0.0 if created_at is None else max(0.0, (now - time_of(created_at)).total_seconds())
