"""The fixtures of real offices."""

from __future__ import annotations

from tests.office_fixtures import kind, make, office_press, pool, root

__all__ = ["kind", "make", "office_press", "pool", "root"]
