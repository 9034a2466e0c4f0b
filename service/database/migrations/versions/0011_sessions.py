"""sessions ended before their time, forms that came after them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.String(64)
TIME = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ended_session"),
    )
    op.create_index("ix_ended_session_ended_at", "ended_session", ["ended_at"])
    op.create_table(
        "kept_form",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("controls", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", name="pk_kept_form"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_kept_form_actor_id_actor"),
    )
