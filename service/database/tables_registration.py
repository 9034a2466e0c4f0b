"""Tables of the registration: events with their chain, the journal, states of versions, numbering, the scrub.

`event` only grows. `journal_entry` and `version_state` say where things stand after the last event about them;
`event_number` names that event, so that `verify` can compare them. Triggers keep what identifies a number.
"""

from __future__ import annotations

import sqlalchemy as sa

from service.database.tables import ID, SHA256, TIME, metadata

SERIES = sa.String(100)
STATE = sa.String(16)
DATE = sa.String(10)

event = sa.Table(
    "event",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("chain_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("action", STATE, nullable=False),
    sa.Column("entry_id", ID),
    sa.Column("document_id", ID),
    sa.Column("version_number", sa.Integer),
    # What the event says of this version cannot be moved to another one.
    sa.Column("version_chain_sha256", SHA256),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("series", SERIES, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("ordinal", sa.Integer),
    sa.Column("suffix", sa.Integer, nullable=False),
    sa.Column("number", sa.String(100), nullable=False),
    sa.Column("typed", sa.Boolean, nullable=False),
    sa.Column("date", DATE, nullable=False),
    sa.Column("backdated", sa.Boolean, nullable=False),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", TIME, nullable=False),
    sa.Column("prev_chain_sha256", SHA256, nullable=False),
    sa.Column("chain_sha256", SHA256, nullable=False),
    sa.Index(None, "organisation_id", "entry_id", "chain_number"),
)

journal_entry = sa.Table(
    "journal_entry",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    # The event that reserved the number: the order in which numbers were taken.
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("series", SERIES, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    # Place in the row of numbers; NULL for a typed number that does not follow the pattern.
    sa.Column("ordinal", sa.Integer),
    sa.Column("suffix", sa.Integer, nullable=False),
    sa.Column("number", sa.String(100), nullable=False),
    sa.Column("number_key", sa.String(100), nullable=False),
    sa.Column("typed", sa.Boolean, nullable=False),
    sa.Column("date", DATE, nullable=False),
    sa.Column("backdated", sa.Boolean, nullable=False),
    sa.Column("state", STATE, nullable=False),
    # Who may finish a reservation; NULL once it is finished.
    sa.Column("owner", sa.String(64)),
    sa.Column("document_id", ID),
    sa.Column("version_number", sa.Integer),
    sa.Column("actor_id", ID, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reserved_at", TIME, nullable=False),
    sa.Column("changed_at", TIME, nullable=False),
    sa.Column("event_number", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("organisation_id", "series", "year", "number_key"),
    sa.UniqueConstraint("organisation_id", "owner"),
    sa.UniqueConstraint("organisation_id", "sequence"),
    sa.ForeignKeyConstraint(["document_id", "version_number"], ["version.document_id", "version.number"]),
    sa.Index(None, "organisation_id", "series", "year", "ordinal", "suffix"),
    sa.Index(None, "organisation_id", "year", "sequence"),
    # The list of one series, of one state; the last date of a series, asked at every registration.
    sa.Index(None, "organisation_id", "series", "sequence"),
    sa.Index(None, "organisation_id", "state", "sequence"),
    sa.Index(None, "organisation_id", "series", "year", "date", "sequence"),
    sa.Index(None, "state", "reserved_at"),
)

version_state = sa.Table(
    "version_state",
    metadata,
    sa.Column("document_id", ID, primary_key=True),
    sa.Column("version_number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("state", STATE, nullable=False),
    sa.Column("entry_id", ID, sa.ForeignKey("journal_entry.id"), nullable=False),
    sa.Column("event_number", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["document_id", "version_number"], ["version.document_id", "version.number"]),
    sa.Index(None, "organisation_id", "document_id", "version_number"),
)

numbering = sa.Table(
    "numbering",
    metadata,
    sa.Column("organisation_id", ID, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("series", SERIES, primary_key=True),
    # 0 for every year that has no row of its own.
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pattern", sa.String(100), nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("event_number", sa.BigInteger, nullable=False),
)

# One row for each organisation that is being looked through, and one ('files') for the storage.
scrub = sa.Table(
    "scrub",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("problems", sa.Text, nullable=False),
    sa.Column("started_at", TIME, nullable=False),
    sa.Column("changed_at", TIME, nullable=False),
    sa.Column("finished_at", TIME),
)
