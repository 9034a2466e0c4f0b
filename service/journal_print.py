"""The journal on paper: to be written."""

from __future__ import annotations
