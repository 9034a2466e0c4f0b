"""Which item is next: organisations in turn, in each the singles before the batches, those in their order.

Every probe is a subquery with a LIMIT that an index answers with one row. A join or an EXISTS leaves the choice
to PostgreSQL, which hashes a hundred thousand waiting rows when it has no statistics of them yet. SQL as text,
because every paper asks these questions, and building them anew takes longer than answering them.

The row of a lane is the lock of its organisation: whoever claims, cancels, resumes or closes holds it, so that
no row of a cancelled batch can be claimed once the cancelling is acknowledged.
"""

# ruff: noqa: S608 - the texts are put together from constants of this module; values come as parameters
from __future__ import annotations

import sqlalchemy as sa

# Owner of ready items that a message broker was told of.
BROKER = "broker"

# By `number` alone PostgreSQL would rather walk the primary key, past everything that ended long ago.
_FIRST = "AND state = 'ready' AND pause_s <= 0 {untold} ORDER BY pause_s, number LIMIT 1"
_SINGLE = f"(SELECT number FROM item WHERE organisation_id = {{organisation}} AND batch_id IS NULL {_FIRST})"
_ROW = f"(SELECT number FROM item WHERE batch_id = batch.id {_FIRST})"
# The smallest of the first numbers: batches go in the order in which their rows came, by no clock.
_OF_BATCH = (
    f"(SELECT min(first) FROM (SELECT {_ROW} AS first FROM batch"
    " WHERE organisation_id = {organisation} AND open IS TRUE) AS batches)"
)
_LANE = (
    f"SELECT organisation_id FROM lane WHERE {_SINGLE} IS NOT NULL OR {_OF_BATCH} IS NOT NULL"
    " ORDER BY served LIMIT 1"
)
_NUMBER = f"SELECT coalesce({_SINGLE}, {_OF_BATCH})"
_UNTOLD = {False: "", True: "AND owner IS NULL"}
_WAITING_LANE = {
    untold: sa.text(_LANE.format(organisation="lane.organisation_id", untold=condition))
    for untold, condition in _UNTOLD.items()
}
_NEXT_NUMBER = {
    untold: sa.text(_NUMBER.format(organisation=":organisation_id", untold=condition))
    for untold, condition in _UNTOLD.items()
}
_SERVE = sa.text(
    "UPDATE lane SET served = (SELECT max(served) + 1 FROM lane) WHERE organisation_id = :organisation_id"
)
_LOCK = "SELECT served FROM lane WHERE organisation_id = :organisation_id"
_NOTHING_LEFT = " AND ".join(
    f"(SELECT number FROM item WHERE batch_id = batch.id AND state = '{state}' LIMIT 1) IS NULL"
    for state in ("ready", "running")
)
_EXHAUSTED = sa.text(f"SELECT organisation_id, id FROM batch WHERE open IS TRUE AND {_NOTHING_LEFT}")
_CLOSE = sa.text(f"UPDATE batch SET open = :open WHERE id = :batch_id AND open IS TRUE AND {_NOTHING_LEFT}")


def waiting_lane(connection: sa.Connection, *, untold: bool = False) -> str | None:
    """Return the organisation that was served longest ago of those with something to do.

    Args:
        connection: of a reader or a writer.
        untold: only what no broker was told of.
    """
    return connection.execute(_WAITING_LANE[untold]).scalar()


def next_number(connection: sa.Connection, organisation_id: str, *, untold: bool = False) -> int | None:
    """Return the number of the next item of an organisation; its lane is locked by the caller."""
    found = connection.execute(_NEXT_NUMBER[untold], {"organisation_id": organisation_id}).scalar()
    return None if found is None else int(found)


def serve_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Lock a lane as the one served last."""
    connection.execute(_SERVE, {"organisation_id": organisation_id})


def lock_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Keep claims of an organisation out until the transaction ends; SQLite holds its only lock already."""
    lock = _LOCK if connection.dialect.name == "sqlite" else f"{_LOCK} FOR NO KEY UPDATE"
    connection.execute(sa.text(lock), {"organisation_id": organisation_id})


def exhausted_batches(connection: sa.Connection) -> list[tuple[str, str]]:
    """Return (organisation, id) of open batches without a row that waits or runs."""
    return [(row.organisation_id, row.id) for row in connection.execute(_EXHAUSTED)]


def close_batch(connection: sa.Connection, organisation_id: str, batch_id: str) -> None:
    """Let claims no longer look into a batch, unless a row came to life meanwhile."""
    lock_lane(connection, organisation_id)
    connection.execute(_CLOSE, {"batch_id": batch_id, "open": False})
