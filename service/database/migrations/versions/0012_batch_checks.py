"""uploaded files that are looked at after they were accepted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "batch_check",
        sa.Column("file_id", ID, nullable=False),
        sa.Column("start", sa.Boolean, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("beat", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("file_id", name="pk_batch_check"),
        sa.ForeignKeyConstraint(["file_id"], ["batch_file.id"], name="fk_batch_check_file_id_batch_file"),
    )
