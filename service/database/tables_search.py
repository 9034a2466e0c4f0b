"""The table of the search that both databases have; `search_text` beside it differs (migration 0004)."""

from __future__ import annotations

import sqlalchemy as sa


def search_entry_of(metadata: sa.MetaData, id_type: sa.String) -> sa.Table:
    """Return the table: a row for each version, in the order they were recorded."""
    return sa.Table(
        "search_entry",
        metadata,
        # On SQLite only INTEGER makes the key the number of the row.
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("organisation_id", id_type, nullable=False),
        sa.Column("chain_number", sa.BigInteger, nullable=False),
        sa.Column("document_id", id_type, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        # Of the version, so that a list of one state and kind is one walk over an index.
        sa.Column("kind", sa.String(64), nullable=False, server_default=""),
        sa.Column("state", sa.String(16), nullable=False, server_default="draft"),
        sa.UniqueConstraint("organisation_id", "chain_number"),
        sa.Index(None, "organisation_id", "state", "chain_number"),
        sa.Index(None, "organisation_id", "state", "kind", "chain_number"),
    )
