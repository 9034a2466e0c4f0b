"""The fixtures of real offices."""

from __future__ import annotations

from tests.office_fixtures import kind, make, root

__all__ = ["kind", "make", "root"]
