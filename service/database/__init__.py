"""The application database: tables, engines, transactions and migrations.

Owns SQLAlchemy and what differs between SQLite and PostgreSQL. Knows nothing of papers, HTTP or files.
"""

from __future__ import annotations

from service.database.engine import is_absent, open_database, reading, snapshot, writing
from service.database.migrations import upgrade

__all__ = ["is_absent", "open_database", "reading", "snapshot", "upgrade", "writing"]
