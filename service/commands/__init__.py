"""The commands of `python -m service`, by subject; `service.__main__` joins them and translates their errors."""

from __future__ import annotations
