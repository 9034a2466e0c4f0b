"""Files that people uploaded as batches, and what was read from them; imported by `service.database.tables`.

The bytes stand here and not in the storage: what the storage keeps belongs to versions, and these do not.
"""

from __future__ import annotations

import sqlalchemy as sa

from service.database.tables import ID, SHA256, TIME, metadata

batch_file = sa.Table(
    "batch_file",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    # None until its rows are enqueued.
    sa.Column("batch_id", ID, sa.ForeignKey("batch.id")),
    # Several files of one batch: the first one and those with corrections.
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("idempotency_key", sa.String(200)),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", SHA256, nullable=False),
    sa.Column("register", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.UniqueConstraint("organisation_id", "idempotency_key"),
    sa.UniqueConstraint("batch_id", "place"),
)

# Apart, so that looking at a file's facts does not read its bytes.
batch_file_data = sa.Table(
    "batch_file_data",
    metadata,
    sa.Column("file_id", ID, sa.ForeignKey("batch_file.id"), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    # What was said of the rows: zlib-packed JSON.
    sa.Column("listing", sa.LargeBinary, nullable=False),
    # What was read: zlib-packed JSON lines; NULL in files that came before this was kept.
    sa.Column("rows", sa.LargeBinary),
)

# Large files are looked at after they were accepted. A row is here while that goes on, and for good when it failed.
batch_check = sa.Table(
    "batch_check",
    metadata,
    sa.Column("file_id", ID, sa.ForeignKey("batch_file.id"), primary_key=True),
    # Whether the papers of the good rows are ordered at the end.
    sa.Column("start", sa.Boolean, nullable=False),
    # Moves on with every process that takes the file over: only the last one may write what it found.
    sa.Column("fence", sa.Integer, nullable=False),
    # Counts up while that process lives; no clock is compared with another one.
    sa.Column("beat", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    # 0 until the rows are counted.
    sa.Column("total", sa.Integer, nullable=False),
    # Why the file cannot be read; NULL while it is looked at.
    sa.Column("error", sa.Text),
)
