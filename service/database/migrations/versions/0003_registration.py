"""events with their chain, the journal, states of versions, numbering, the place of the scrub"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(64)
SHA256 = sa.String(64)
TIME = sa.String(27)
SERIES = sa.String(100)
STATE = sa.String(16)
DATE = sa.String(10)


def upgrade() -> None:
    create_events()
    create_journal()
    create_states()
    create_numbering()
    create_scrub()
    for name in ("docx_sha256", "pdf_sha256", "template_sha256"):
        op.create_index(f"ix_version_{name}", "version", [name])
    guard = GUARD_SQLITE if op.get_context().dialect.name == "sqlite" else GUARD_POSTGRESQL
    for statement in guard.split(";;"):
        op.execute(statement)


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_organisation_id_organisation"
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name)


def of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id", "version_number"],
        ["version.document_id", "version.number"],
        name=f"fk_{table}_document_id_version_number_version",
    )


def number_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("series", SERIES, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer),
        sa.Column("suffix", sa.Integer, nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("typed", sa.Boolean, nullable=False),
        sa.Column("date", DATE, nullable=False),
        sa.Column("backdated", sa.Boolean, nullable=False),
        sa.Column("document_id", ID),
        sa.Column("version_number", sa.Integer),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def create_events() -> None:
    op.create_table(
        "event",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("chain_number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("action", STATE, nullable=False),
        sa.Column("entry_id", ID),
        sa.Column("version_chain_sha256", SHA256),
        *number_columns(),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("prev_chain_sha256", SHA256, nullable=False),
        sa.Column("chain_sha256", SHA256, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "chain_number", name="pk_event"),
        of_organisation("event"),
    )
    name = "ix_event_organisation_id_entry_id_chain_number"
    op.create_index(name, "event", ["organisation_id", "entry_id", "chain_number"])


def create_journal() -> None:
    unique = (("series", "year", "number_key"), ("owner",), ("sequence",))
    op.create_table(
        "journal_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        *number_columns(),
        sa.Column("number_key", sa.String(100), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("reserved_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("event_number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entry"),
        *(
            sa.UniqueConstraint(
                "organisation_id", *names, name=f"uq_journal_entry_organisation_id_{'_'.join(names)}"
            )
            for names in unique
        ),
        of_organisation("journal_entry"),
        of_version("journal_entry"),
    )
    for names in (
        ("organisation_id", "series", "year", "ordinal", "suffix"),
        ("organisation_id", "year", "sequence"),
        ("state", "reserved_at"),
    ):
        op.create_index(f"ix_journal_entry_{'_'.join(names)}", "journal_entry", list(names))


def create_states() -> None:
    op.create_table(
        "version_state",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("event_number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "version_number", name="pk_version_state"),
        of_organisation("version_state"),
        of_version("version_state"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name="fk_version_state_entry_id_journal_entry"
        ),
    )
    names = ["organisation_id", "document_id", "version_number"]
    op.create_index(f"ix_version_state_{'_'.join(names)}", "version_state", names)


def create_numbering() -> None:
    op.create_table(
        "numbering",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("series", SERIES, nullable=False),
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("pattern", sa.String(100), nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("event_number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "series", "year", name="pk_numbering"),
        of_organisation("numbering"),
    )


def create_scrub() -> None:
    op.create_table(
        "scrub",
        sa.Column("id", ID, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_scrub"),
    )


# What identifies a number never changes, a void or superseded one with a paper never comes back.
GUARD_SQLITE = """
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER event_no_replace BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event
             WHERE organisation_id = NEW.organisation_id AND chain_number = NEW.chain_number)
  OR EXISTS (SELECT 1 FROM event WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER journal_entry_no_update
BEFORE UPDATE OF id, organisation_id, sequence, kind, series, year, ordinal, suffix, number, number_key
ON journal_entry
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER journal_entry_no_return BEFORE UPDATE ON journal_entry
WHEN OLD.state IN ('void', 'superseded') AND OLD.document_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER journal_entry_no_push BEFORE UPDATE ON journal_entry
WHEN NEW.rowid <> OLD.rowid
  OR EXISTS (SELECT 1 FROM journal_entry WHERE organisation_id = NEW.organisation_id
             AND owner = NEW.owner AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry
WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM journal_entry
             WHERE organisation_id = NEW.organisation_id AND sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM journal_entry
             WHERE organisation_id = NEW.organisation_id AND series = NEW.series AND year = NEW.year
               AND number_key = NEW.number_key)
  OR EXISTS (SELECT 1 FROM journal_entry
             WHERE organisation_id = NEW.organisation_id AND owner = NEW.owner)
  OR EXISTS (SELECT 1 FROM journal_entry WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_state_no_update
BEFORE UPDATE OF document_id, version_number, organisation_id, entry_id ON version_state
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_state_no_return BEFORE UPDATE ON version_state
WHEN OLD.state IN ('void', 'superseded')
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_state_no_push BEFORE UPDATE ON version_state
WHEN NEW.rowid <> OLD.rowid
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_state_no_delete BEFORE DELETE ON version_state
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_state_no_replace BEFORE INSERT ON version_state
WHEN EXISTS (SELECT 1 FROM version_state
             WHERE document_id = NEW.document_id AND version_number = NEW.version_number)
  OR EXISTS (SELECT 1 FROM version_state WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END
"""

GUARD_POSTGRESQL = """
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER journal_entry_append_only
BEFORE DELETE OR UPDATE OF id, organisation_id, sequence, kind, series, year, ordinal, suffix, number, number_key
ON journal_entry FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER journal_entry_no_return BEFORE UPDATE ON journal_entry
FOR EACH ROW WHEN (OLD.state IN ('void', 'superseded') AND OLD.document_id IS NOT NULL)
EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER version_state_append_only
BEFORE DELETE OR UPDATE OF document_id, version_number, organisation_id, entry_id ON version_state
FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER version_state_no_return BEFORE UPDATE ON version_state
FOR EACH ROW WHEN (OLD.state IN ('void', 'superseded'))
EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER version_state_no_truncate BEFORE TRUNCATE ON version_state
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only()
"""
