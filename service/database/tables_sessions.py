"""Sessions that are over, and forms that came after them; imported by `service.database.tables`."""

from __future__ import annotations

import sqlalchemy as sa

from service.database.tables import ID, TIME, metadata

# Sessions that were ended before their time. Those that are open stand nowhere: signing in writes nothing.
ended_session = sa.Table(
    "ended_session",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("ended_at", TIME, nullable=False, index=True),
)

# A form that arrived after its session had ended, one for each person: the last one.
kept_form = sa.Table(
    "kept_form",
    metadata,
    sa.Column("actor_id", ID, sa.ForeignKey("actor.id"), primary_key=True),
    sa.Column("path", sa.String(200), nullable=False),
    sa.Column("controls", sa.LargeBinary, nullable=False),
    sa.Column("kept_at", TIME, nullable=False),
)
