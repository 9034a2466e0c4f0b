"""What may be read of the work; every query starts with the organisation that asks."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from service.database.tables_work import READY, batch, item, item_data
from service.database.times import time_of, time_text
from service.errors import NotFound
from service.work.values import STATES, BatchProgress, BatchSummary, Row, State, Trouble

# What comes in addresses is looked up only when it could be an id: drivers refuse NUL and lone surrogates.
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
# The rate is that of the newest papers, so that a stop or a restart does not spoil it for long.
_RATE_WINDOW = dt.timedelta(seconds=60)
_RATE_PAPERS = 200


def find_row(connection: sa.Connection, organisation_id: str, item_id: str) -> Row:
    """Return an item; raises NotFound."""
    mine = _rows().where(item.c.organisation_id == organisation_id, item.c.id == _id(item_id))
    found = connection.execute(mine).mappings().first()
    if found is None:
        raise NotFound("Задание не найдено.")
    return _row(found)


def find_batch(connection: sa.Connection, organisation_id: str, batch_id: str) -> BatchSummary:
    """Return a batch; raises NotFound."""
    mine = sa.select(batch).where(batch.c.organisation_id == organisation_id, batch.c.id == _id(batch_id))
    found = connection.execute(mine).mappings().first()
    if found is None:
        raise NotFound("Пакет не найден.")
    return _summary(found)


def list_batches(connection: sa.Connection, organisation_id: str, limit: int) -> list[BatchSummary]:
    """Return the newest batches first."""
    mine = sa.select(batch).where(batch.c.organisation_id == organisation_id)
    newest = mine.order_by(batch.c.created_at.desc(), batch.c.id).limit(limit)
    return [_summary(found) for found in connection.execute(newest).mappings()]


def list_rows(
    connection: sa.Connection, summary: BatchSummary, *, after: int, limit: int, states: Sequence[State]
) -> list[Row]:
    """Return rows of a batch by seq, behind a seq; the caller has checked whose batch it is."""
    query = _rows().where(item.c.batch_id == summary.id, item.c.seq > after)
    if states:
        query = query.where(item.c.state.in_(_kept_states(summary, states)))
    found = connection.execute(query.order_by(item.c.seq).limit(limit)).mappings()
    return [_row(one) for one in found]


def count_progress(connection: sa.Connection, summary: BatchSummary, now: dt.datetime) -> BatchProgress:
    """Return how far a batch is; the index alone answers, not the rows."""
    columns = (item.c.state, sa.func.count(), sa.func.max(item.c.finished_at))
    query = sa.select(*columns).where(item.c.batch_id == summary.id)
    counts: dict[State, int] = dict.fromkeys(STATES, 0)
    ends: list[str] = []
    for state, count, last in connection.execute(query.group_by(item.c.state)):
        shown: State = "cancelled" if summary.cancelled and state == "ready" else state
        counts[shown] += count
        ends += [last] if last else []
    rate = _rate_per_s(connection, summary.id, now)
    left = counts["ready"] + counts["running"]
    remaining_s = 0.0 if not left else left / rate if rate else None
    finished_at = time_of(max(ends)) if ends and not left else None
    return BatchProgress(summary, counts, rate, remaining_s, finished_at)


def count_waiting(connection: sa.Connection, batch_id: str) -> int:
    """Return how many rows of a batch wait, cancelled or not."""
    query = sa.select(sa.func.count()).where(item.c.batch_id == batch_id, READY)
    return int(connection.execute(query).scalar_one())


def _kept_states(summary: BatchSummary, states: Sequence[State]) -> list[State]:
    """Return the states in which rows stand in the table that show these to people."""
    if not summary.cancelled:
        return list(states)
    kept: list[State] = [state for state in states if state != "ready"]
    return [*kept, "ready"] if "cancelled" in kept else kept


def _rate_per_s(connection: sa.Connection, batch_id: str, now: dt.datetime) -> float:
    newest = (
        sa.select(item.c.finished_at)
        .where(item.c.batch_id == batch_id, item.c.state == "done")
        .where(item.c.finished_at >= time_text(now - _RATE_WINDOW))
        .order_by(item.c.finished_at.desc())
        .limit(_RATE_PAPERS)
    )
    times = [time_of(text) for text in connection.execute(newest).scalars()]
    if not times:
        return 0.0
    # At least a second: the first paper alone says little.
    return len(times) / max((now - times[-1]).total_seconds(), 1.0)


def _rows() -> sa.Select[Any]:
    joined = item.outerjoin(item_data, item_data.c.item_id == item.c.id)
    joined = joined.outerjoin(batch, batch.c.id == item.c.batch_id)
    return sa.select(item, item_data.c.payload, batch.c.cancelled_at).select_from(joined)


def _row(found: Mapping[Any, Any]) -> Row:
    state, finished_at = found["state"], found["finished_at"]
    if state == "ready" and found["cancelled_at"] is not None:
        # The mark of its batch cancels a row that waits; the row itself is not written to.
        state, finished_at = "cancelled", found["cancelled_at"]
    return Row(
        id=found["id"],
        organisation_id=found["organisation_id"],
        batch_id=found["batch_id"],
        seq=found["seq"],
        kind=found["kind"],
        state=state,
        attempt=found["attempt"],
        payload=None if found["payload"] is None else json.loads(found["payload"]),
        trouble=None if found["error"] is None else Trouble(**json.loads(found["error"])),
        document_id=found["document_id"],
        version_number=found["version_number"],
        created_at=time_of(found["created_at"]),
        finished_at=None if finished_at is None else time_of(finished_at),
    )


def _summary(found: Mapping[Any, Any]) -> BatchSummary:
    return BatchSummary(
        id=found["id"],
        organisation_id=found["organisation_id"],
        kind=found["kind"],
        file_name=found["file_name"],
        source_sha256=found["source_sha256"],
        reason=found["reason"],
        register=found["register"],
        total=found["total"],
        actor_name=found["actor_name"],
        created_at=time_of(found["created_at"]),
        cancelled=found["cancelled_at"] is not None,
    )


def _id(text: str) -> str:
    return text if _ID.fullmatch(text) else ""
