"""the rows of an uploaded file as they were read, so that it is read once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_file_data", sa.Column("rows", sa.LargeBinary))
