"""a queue that is an index of waiting rows; batches that are cancelled by a mark"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_item_single", ["organisation_id", "pause_s", "number"], "batch_id IS NULL AND state = 'ready'"),
    ("ix_item_row", ["batch_id", "pause_s", "number"], "state = 'ready'"),
    ("ix_item_paused", ["pause_s"], "state = 'ready' AND pause_s > 0"),
    ("ix_item_owner", ["owner"], "owner IS NOT NULL"),
)
# The default waits until a fifth of the table is dead; claims would walk over that until then.
VACUUM = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05"


def upgrade() -> None:
    op.drop_index("ix_item_organisation_id_state_pause_s_priority_number", "item")
    op.drop_index("ix_item_owner", "item")
    # Whether an item is of a batch says the same.
    op.drop_column("item", "priority")
    for name, columns, where in PARTIAL:
        op.create_index(name, "item", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.add_column("batch", sa.Column("open", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index(
        "ix_batch_open",
        "batch",
        ["organisation_id"],
        sqlite_where=sa.text("open IS TRUE"),
        postgresql_where=sa.text("open IS TRUE"),
    )
    op.execute("UPDATE batch SET open = (cancelled_at IS NULL)")
    if op.get_context().dialect.name == "sqlite":
        free_data_on_sqlite()
    else:
        op.drop_constraint("fk_item_data_item_id_item", "item_data")
        op.execute(f"ALTER TABLE item SET ({VACUUM})")
        op.execute(f"ALTER TABLE item_data SET ({VACUUM})")


def free_data_on_sqlite() -> None:
    # SQLite cannot drop a constraint: the table is written anew.
    op.create_table(
        "item_data_new",
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_data"),
    )
    op.execute("INSERT INTO item_data_new SELECT item_id, payload, options FROM item_data")
    op.drop_table("item_data")
    op.rename_table("item_data_new", "item_data")
