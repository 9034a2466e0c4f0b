"""indexes of the journal: lists of a series and of a state, the last date of a series"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("organisation_id", "series", "sequence"),
    ("organisation_id", "state", "sequence"),
    ("organisation_id", "series", "year", "date", "sequence"),
)


def upgrade() -> None:
    for columns in _COLUMNS:
        op.create_index(f"ix_journal_entry_{'_'.join(columns)}", "journal_entry", list(columns))
