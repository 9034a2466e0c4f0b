"""Benchmarks: one command, one table, ratios measured in one run."""

from __future__ import annotations
