"""severities that organisations choose for rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "rule_choice",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number", name="pk_rule_choice"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_rule_choice_organisation_id_organisation"
        ),
    )
    guard = GUARD_SQLITE if op.get_context().dialect.name == "sqlite" else GUARD_POSTGRESQL
    for statement in guard.split(";;"):
        op.execute(statement)


GUARD_SQLITE = """
CREATE TRIGGER rule_choice_no_update BEFORE UPDATE ON rule_choice
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER rule_choice_no_delete BEFORE DELETE ON rule_choice
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER rule_choice_no_replace BEFORE INSERT ON rule_choice
WHEN EXISTS (SELECT 1 FROM rule_choice
             WHERE organisation_id = NEW.organisation_id AND number = NEW.number)
  OR EXISTS (SELECT 1 FROM rule_choice WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END
"""

GUARD_POSTGRESQL = """
CREATE TRIGGER rule_choice_append_only BEFORE UPDATE OR DELETE ON rule_choice
FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER rule_choice_no_truncate BEFORE TRUNCATE ON rule_choice
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only()
"""
