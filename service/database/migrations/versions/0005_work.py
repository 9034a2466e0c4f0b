"""batches, items waiting to become papers, lanes and workers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(64)
SHA256 = sa.String(64)
TIME = sa.String(27)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    create_batches()
    create_items()
    create_item_parts()
    create_lanes()
    create_workers()


def create_batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("source_sha256", SHA256, nullable=False),
        sa.Column("register", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("cancelled_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        organisation_key("batch"),
    )
    op.create_index("ix_batch_organisation_id_created_at", "batch", ["organisation_id", "created_at"])


def create_items() -> None:
    op.create_table(
        "item",
        sa.Column("number", NUMBER, nullable=False, autoincrement=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("batch_id", ID),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("pause_s", sa.Integer, nullable=False),
        sa.Column("pauses", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("owner", ID),
        sa.Column("error", sa.Text),
        sa.Column("document_id", ID),
        sa.Column("version_number", sa.Integer),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.PrimaryKeyConstraint("number", name="pk_item"),
        sa.UniqueConstraint("id", name="uq_item_id"),
        sa.UniqueConstraint("batch_id", "seq", name="uq_item_batch_id_seq"),
        organisation_key("item"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_item_batch_id_batch"),
    )


def create_item_parts() -> None:
    for columns in (
        ["organisation_id", "state", "pause_s", "priority", "number"],
        ["batch_id", "state", "finished_at"],
        ["owner"],
    ):
        op.create_index("ix_item_" + "_".join(columns), "item", columns)
    op.create_table(
        "item_data",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_data"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_item_data_item_id_item"),
    )


def create_lanes() -> None:
    op.create_table(
        "lane",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("served", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_lane"),
        organisation_key("lane"),
    )


def create_workers() -> None:
    op.create_table(
        "worker",
        sa.Column("id", ID, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_table(
        "work_key",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_sha256", SHA256, nullable=False),
        sa.Column("work_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key", name="pk_work_key"),
        organisation_key("work_key"),
    )


def organisation_key(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_organisation_id_organisation"
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name)
