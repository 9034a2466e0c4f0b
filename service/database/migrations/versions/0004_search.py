"""the index of the search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Finished terms only: nothing is split but at spaces, no accent is taken off, no text is kept.
TEXT_SQLITE = """
CREATE VIRTUAL TABLE search_text USING fts5(
  terms, content='', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
)
"""
TEXT_POSTGRESQL = """
CREATE TABLE search_text (id bigint PRIMARY KEY, terms tsvector NOT NULL);;
CREATE INDEX ix_search_text_terms ON search_text USING gin (terms)
"""


def upgrade() -> None:
    # On SQLite only INTEGER makes the key the number of the row.
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_entry",
        sa.Column("id", key, nullable=False, autoincrement=True),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("chain_number", sa.BigInteger, nullable=False),
        sa.Column("document_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint(
            "organisation_id", "chain_number", name="uq_search_entry_organisation_id_chain_number"
        ),
    )
    made = TEXT_SQLITE if op.get_context().dialect.name == "sqlite" else TEXT_POSTGRESQL
    for statement in made.split(";;"):
        op.execute(statement)
