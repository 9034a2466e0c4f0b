"""Tables of the work: batches, items waiting to become papers, and the workers that hold them.

A part of `service.database.tables`, which imports this module; rows here change, unlike those of the record.
"""

from __future__ import annotations

import sqlalchemy as sa

from service.database.tables import ID, SHA256, TIME, metadata

# SQLite numbers rows by itself only under the type INTEGER.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _partial(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


batch = sa.Table(
    "batch",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("source_sha256", SHA256, nullable=False),
    sa.Column("register", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    # Set while the batch is cancelled: its rows that wait then count as cancelled, though none was touched.
    sa.Column("cancelled_at", TIME),
    # Whether claims look into it. The keeper closes a batch in which no row waits or runs any more.
    sa.Column("open", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Index(None, "organisation_id", "created_at"),
    _partial("ix_batch_open", "organisation_id", where="open IS TRUE"),
)

item = sa.Table(
    "item",
    metadata,
    # The order of enqueueing; the id is what others know an item by.
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", ID, nullable=False, unique=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("batch_id", ID, sa.ForeignKey("batch.id")),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # Seconds to wait before the next attempt; the keeper counts them and puts 0 here.
    sa.Column("pause_s", sa.Integer, nullable=False),
    sa.Column("pauses", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    # The worker that runs it, or the broker that was given it; None when nobody holds it.
    sa.Column("owner", ID),
    sa.Column("error", sa.Text),
    sa.Column("document_id", ID),
    sa.Column("version_number", sa.Integer),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.Column("started_at", TIME),
    sa.Column("finished_at", TIME),
    sa.UniqueConstraint("batch_id", "seq"),
    sa.Index(None, "batch_id", "state", "finished_at"),
    # The queue itself: rows that wait, singles and rows of batches apart. What ended is not in it.
    _partial(
        "ix_item_single", "organisation_id", "pause_s", "number", where="batch_id IS NULL AND state = 'ready'"
    ),
    _partial("ix_item_row", "batch_id", "pause_s", "number", where="state = 'ready'"),
    _partial("ix_item_paused", "pause_s", where="state = 'ready' AND pause_s > 0"),
    _partial("ix_item_owner", "owner", where="owner IS NOT NULL"),
)

# Literals and not parameters: only so a database knows that the rows stand in a partial index.
READY: sa.ColumnElement[bool] = item.c.state == sa.literal_column("'ready'")
PAUSED: sa.ColumnElement[bool] = READY & (item.c.pause_s > sa.literal_column("0"))

# Apart from `item`, because SQLite writes a whole row anew when its state changes. No foreign key: PostgreSQL
# would look up every one of a hundred thousand rows that it was handed together with these.
item_data = sa.Table(
    "item_data",
    metadata,
    sa.Column("item_id", ID, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("options", sa.Text, nullable=False),
)

# One per organisation that ever enqueued: who was served last waits longest.
lane = sa.Table(
    "lane",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("served", sa.BigInteger, nullable=False),
)

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    # Counts up while the worker lives; no clock is compared with another one.
    sa.Column("beat", sa.BigInteger, nullable=False),
    sa.Column("started_at", TIME, nullable=False),
)

work_key = sa.Table(
    "work_key",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_sha256", SHA256, nullable=False),
    # A batch or a single item, whichever was enqueued.
    sa.Column("work_id", ID, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
)
