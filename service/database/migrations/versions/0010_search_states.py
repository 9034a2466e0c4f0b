"""states and kinds of versions in the index of the search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FILL = """
UPDATE search_entry SET
  kind = COALESCE((SELECT v.kind FROM version v WHERE v.organisation_id = search_entry.organisation_id
                   AND v.chain_number = search_entry.chain_number), ''),
  state = COALESCE((SELECT s.state FROM version_state s WHERE s.document_id = search_entry.document_id
                    AND s.version_number = search_entry.number), 'draft')
"""


def upgrade() -> None:
    op.add_column("search_entry", sa.Column("kind", sa.String(64), nullable=False, server_default=""))
    op.add_column("search_entry", sa.Column("state", sa.String(16), nullable=False, server_default="draft"))
    op.execute(FILL)
    for columns in (
        ["organisation_id", "state", "chain_number"],
        ["organisation_id", "state", "kind", "chain_number"],
    ):
        op.create_index(f"ix_search_entry_{'_'.join(columns)}", "search_entry", columns)
