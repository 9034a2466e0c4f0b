"""Which item is next: organisations in turn, in each the singles before the batches, those in their order.

Every probe is a subquery with a LIMIT that an index answers with one row. A join or an EXISTS leaves the choice
to PostgreSQL, which hashes a hundred thousand waiting rows when it has no statistics of them yet.

The row of a lane is the lock of its organisation: whoever claims, cancels, resumes or closes holds it, so that
no row of a cancelled batch can be claimed once the cancelling is acknowledged.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from service.database.tables_work import CLAIMABLE, READY, batch, item, lane

# Owner of ready items that a message broker was told of.
BROKER = "broker"


def waiting_lane(connection: sa.Connection, *, untold: bool = False) -> str | None:
    """Return the organisation that was served longest ago of those with something to do.

    Args:
        untold: only what no broker was told of.
    """
    single = _single(lane.c.organisation_id, untold=untold)
    of_batch = _of_batch(lane.c.organisation_id, untold=untold)
    some = single.is_not(None) | of_batch.is_not(None)
    query = sa.select(lane.c.organisation_id).where(some).order_by(lane.c.served).limit(1)
    return connection.execute(query).scalar()


def next_number(connection: sa.Connection, organisation_id: str, *, untold: bool = False) -> int | None:
    """Return the number of the next item of an organisation; its lane is locked by the caller."""
    mine = sa.literal(organisation_id)
    chosen = sa.func.coalesce(_single(mine, untold=untold), _of_batch(mine, untold=untold))
    found = connection.execute(sa.select(chosen)).scalar()
    return None if found is None else int(found)


def serve_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Lock a lane as the one served last."""
    newest = sa.select(sa.func.max(lane.c.served) + 1).scalar_subquery()
    mine = sa.update(lane).where(lane.c.organisation_id == organisation_id)
    connection.execute(mine.values(served=newest))


def lock_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Keep claims of an organisation out until the transaction ends; SQLite holds its only lock already."""
    mine = sa.select(lane.c.served).where(lane.c.organisation_id == organisation_id)
    connection.execute(mine.with_for_update(key_share=True)).first()


def exhausted_batches(connection: sa.Connection) -> list[tuple[str, str]]:
    """Return (organisation, id) of open batches without a row that waits or runs."""
    query = sa.select(batch.c.organisation_id, batch.c.id).where(batch.c.open, *_nothing_left())
    return [(row.organisation_id, row.id) for row in connection.execute(query)]


def close_batch(connection: sa.Connection, organisation_id: str, batch_id: str) -> None:
    """Let claims no longer look into a batch, unless a row came to life meanwhile."""
    lock_lane(connection, organisation_id)
    mine = sa.update(batch).where(batch.c.id == batch_id, batch.c.open, *_nothing_left())
    connection.execute(mine.values(open=False))


def _single(organisation_id: sa.ColumnElement[Any], *, untold: bool) -> sa.ScalarSelect[Any]:
    query = sa.select(item.c.number).where(
        item.c.organisation_id == organisation_id, item.c.batch_id.is_(None)
    )
    return _first(query, untold=untold)


def _of_batch(organisation_id: sa.ColumnElement[Any], *, untold: bool) -> sa.ScalarSelect[Any]:
    number = _first(sa.select(item.c.number).where(item.c.batch_id == batch.c.id), untold=untold)
    query = sa.select(number).where(batch.c.organisation_id == organisation_id, batch.c.open)
    oldest = query.where(number.is_not(None)).order_by(batch.c.created_at, batch.c.id).limit(1)
    return oldest.correlate(lane).scalar_subquery()


def _first(query: sa.Select[Any], *, untold: bool) -> sa.ScalarSelect[Any]:
    query = query.where(CLAIMABLE)
    if untold:
        query = query.where(item.c.owner.is_(None))
    # By `number` alone PostgreSQL would rather walk the primary key, past everything that ended long ago.
    return query.order_by(item.c.pause_s, item.c.number).limit(1).correlate_except(item).scalar_subquery()


def _nothing_left() -> tuple[sa.ColumnElement[bool], ...]:
    rows = sa.select(item.c.number).where(item.c.batch_id == batch.c.id)
    some = (rows.where(READY), rows.where(item.c.state == "running"))
    return tuple(one.limit(1).correlate(batch).scalar_subquery().is_(None) for one in some)
