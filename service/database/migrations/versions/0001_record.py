"""organisations, accounts, tokens, documents and their versions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(64)
SHA256 = sa.String(64)
TIME = sa.String(27)


def upgrade() -> None:
    create_people()
    create_tokens()
    create_documents()
    create_versions()
    create_idempotency()
    guard = GUARD_SQLITE if op.get_context().dialect.name == "sqlite" else GUARD_POSTGRESQL
    # Later columns of a document, such as its state, may change; what identifies it may not.
    for statement in guard.split(";;"):
        op.execute(statement)


def create_people() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "actor",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("login", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("session_epoch", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actor"),
        sa.UniqueConstraint("login", name="uq_actor_login"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_actor_organisation_id_organisation"
        ),
    )
    op.create_index("ix_actor_organisation_id", "actor", ["organisation_id"])


def create_tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("token_sha256", SHA256, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("prefix", name="uq_api_token_prefix"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_api_token_actor_id_actor"),
    )
    op.create_index("ix_api_token_actor_id", "api_token", ["actor_id"])


def create_documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("id", "organisation_id", "kind", name="uq_document_id_organisation_id_kind"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_document_organisation_id_organisation"
        ),
    )


def create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_sha256", SHA256, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key", name="pk_idempotency"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_idempotency_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "version_number"],
            ["version.document_id", "version.number"],
            name="fk_idempotency_document_id_version_number_version",
        ),
    )


def create_versions() -> None:
    op.create_table(
        "version",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("payload_sha256", SHA256, nullable=False),
        sa.Column("docx_sha256", SHA256, nullable=False),
        sa.Column("docx_size", sa.BigInteger, nullable=False),
        sa.Column("pdf_sha256", SHA256),
        sa.Column("pdf_size", sa.BigInteger, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("template_sha256", SHA256, nullable=False),
        sa.Column("program_version", sa.Text, nullable=False),
        sa.Column("office_version", sa.Text, nullable=False),
        sa.Column("fonts", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *chain_columns(),
        sa.PrimaryKeyConstraint("document_id", "number", name="pk_version"),
        sa.UniqueConstraint(
            "organisation_id", "chain_number", name="uq_version_organisation_id_chain_number"
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "organisation_id", "kind"],
            ["document.id", "document.organisation_id", "document.kind"],
            name="fk_version_document_id_organisation_id_kind_document",
        ),
    )
    op.create_index(
        "ix_version_organisation_id_kind_chain_number", "version", ["organisation_id", "kind", "chain_number"]
    )


def chain_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("chain_number", sa.BigInteger, nullable=False),
        sa.Column("prev_chain_sha256", SHA256, nullable=False),
        sa.Column("chain_sha256", SHA256, nullable=False),
    )


# REPLACE removes the row in its way without firing delete triggers, also a row with the same rowid:
# so an insert beside an existing row is refused before the conflict is resolved.
GUARD_SQLITE = """
CREATE TRIGGER version_no_update BEFORE UPDATE ON version
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_no_delete BEFORE DELETE ON version
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER version_no_replace BEFORE INSERT ON version
WHEN EXISTS (SELECT 1 FROM version WHERE document_id = NEW.document_id AND number = NEW.number)
  OR EXISTS (SELECT 1 FROM version
             WHERE organisation_id = NEW.organisation_id AND chain_number = NEW.chain_number)
  OR EXISTS (SELECT 1 FROM version WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER document_no_update
BEFORE UPDATE OF id, organisation_id, kind, created_at, created_by ON document
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document
BEGIN SELECT RAISE(ABORT, 'append-only'); END;;
CREATE TRIGGER document_no_replace BEFORE INSERT ON document
WHEN EXISTS (SELECT 1 FROM document WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM document WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'append-only'); END
"""

# service.database.failures knows the code FM001.
GUARD_POSTGRESQL = """
CREATE FUNCTION formulyar_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'FM001'; END $$;;
CREATE TRIGGER version_append_only BEFORE UPDATE OR DELETE ON version
FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER version_no_truncate BEFORE TRUNCATE ON version
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER document_append_only
BEFORE DELETE OR UPDATE OF id, organisation_id, kind, created_at, created_by ON document
FOR EACH ROW EXECUTE FUNCTION formulyar_append_only();;
CREATE TRIGGER document_no_truncate BEFORE TRUNCATE ON document
FOR EACH STATEMENT EXECUTE FUNCTION formulyar_append_only()
"""
