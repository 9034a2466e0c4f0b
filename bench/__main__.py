"""`make bench`: one table of what is fast and what is not, ratios measured in one run.

Run from the repository root: .venv/bin/python -m bench [filling rules conversion whole previews rows kills batches]
A run of every part is written to RESULTS.md and results.json.
"""

from __future__ import annotations

import logging
import sys

import structlog

from bench import converting, filling, kills, preflight, rows, whole
from bench.results import as_text, machine, write

PARTS = {
    "filling": filling.against_docxtpl,
    "rules": filling.rules,
    "conversion": converting.against_others,
    "whole": whole.whole_way,
    "previews": whole.previews,
    "rows": rows.growth,
    "kills": kills.offices_under_kills,
    "batches": preflight.batches,
}


def main(names: list[str]) -> None:
    """Measure and print the parts asked for, or all of them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    facts = machine()
    print("\n".join(f"{name}: {text}" for name, text in facts.items()))
    sections = []
    for name in names or PARTS:
        sections.append(PARTS[name]())
        print(as_text(sections[-1]), flush=True)
    if not names:
        write(sections, facts)


main(sys.argv[1:])
