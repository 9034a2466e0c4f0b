"""files uploaded as batches, with what was read from them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(64)
SHA256 = sa.String(64)
TIME = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "batch_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("batch_id", ID),
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
        sa.PrimaryKeyConstraint("id", name="pk_batch_file"),
        sa.UniqueConstraint(
            "organisation_id", "idempotency_key", name="uq_batch_file_organisation_id_idempotency_key"
        ),
        sa.UniqueConstraint("batch_id", "place", name="uq_batch_file_batch_id_place"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_batch_file_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_file_batch_id_batch"),
    )
    op.create_table(
        "batch_file_data",
        sa.Column("file_id", ID, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("listing", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("file_id", name="pk_batch_file_data"),
        sa.ForeignKeyConstraint(["file_id"], ["batch_file.id"], name="fk_batch_file_data_file_id_batch_file"),
    )
