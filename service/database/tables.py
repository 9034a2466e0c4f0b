"""Tables of the application database, as SQLAlchemy Core describes them.

The migrations create the real tables; a test compares both. Ids are random hex text, times are text
(`service.database.times`), hashes are lower hex. `version` and the columns of `document` are never changed:
triggers of the first migration see to it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from service.database.tables_search import search_entry_of
from service.database.times import TIME_WIDTH

ID = sa.String(64)
SHA256 = sa.String(64)
TIME = sa.String(TIME_WIDTH)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

organisation = sa.Table(
    "organisation",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
)

actor = sa.Table(
    "actor",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("login", sa.String(200), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("is_admin", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("session_epoch", sa.Integer, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
)

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("actor_id", ID, sa.ForeignKey("actor.id"), nullable=False, index=True),
    sa.Column("prefix", sa.String(16), nullable=False, unique=True),
    sa.Column("token_sha256", SHA256, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.Column("expires_at", TIME, nullable=False),
    sa.Column("last_used_at", TIME),
    sa.Column("revoked_at", TIME),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.Column("created_by", ID, nullable=False),
    # Lets `version` refer to all three, so that a version of another organisation or kind cannot exist.
    sa.UniqueConstraint("id", "organisation_id", "kind"),
)

version = sa.Table(
    "version",
    metadata,
    sa.Column("document_id", ID, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
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
    # No foreign key to `actor`: the record outlives accounts, and also keeps what the command line made.
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.Column("chain_number", sa.BigInteger, nullable=False),
    sa.Column("prev_chain_sha256", SHA256, nullable=False),
    sa.Column("chain_sha256", SHA256, nullable=False),
    sa.UniqueConstraint("organisation_id", "chain_number"),
    sa.ForeignKeyConstraint(
        ["document_id", "organisation_id", "kind"],
        ["document.id", "document.organisation_id", "document.kind"],
    ),
    sa.Index(None, "organisation_id", "kind", "chain_number"),
    # Which files have a row: asked for every file of the storage.
    sa.Index(None, "docx_sha256"),
    sa.Index(None, "pdf_sha256"),
    sa.Index(None, "template_sha256"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_sha256", SHA256, nullable=False),
    sa.Column("document_id", ID, nullable=False),
    sa.Column("version_number", sa.Integer, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.ForeignKeyConstraint(["document_id", "version_number"], ["version.document_id", "version.number"]),
)

# Files that papers were made with: templates.
kept_file = sa.Table("kept_file", metadata, sa.Column("sha256", SHA256, primary_key=True))

# Every column that names a stored file: what a backup must hold and what is no orphan.
STORED_FILES: list[sa.Column[Any]] = [version.c.docx_sha256, version.c.pdf_sha256, kept_file.c.sha256]

# What an organisation chose, choice after choice: the last one for a rule counts. Triggers keep the history.
rule_choice = sa.Table(
    "rule_choice",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("rule", sa.String(64), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
)
search_entry = search_entry_of(metadata, ID)

# Last, because they need `metadata`: one import of this module describes the whole database.
from service.database import (  # noqa: E402
    tables_batches,  # noqa: F401
    tables_registration,  # noqa: F401
    tables_sessions,  # noqa: F401
    tables_work,  # noqa: F401
)
