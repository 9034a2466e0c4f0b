"""Formulyar: fills, checks, converts and keeps official papers.

The order of work is readable in `service.pipeline`; the map is ARCHITECTURE.md.
"""

from __future__ import annotations

__version__ = "0.1.0"
