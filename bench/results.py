"""The rows of the benchmark and where they go: the screen, RESULTS.md and results.json."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One measured figure.

    Attributes:
        ratio: how many times better than what `ratio_to` names, measured in the same run; None when alone.
        target: what the ratio should be at least; None when there is no target.
        at_most: what the ratio should be at most, likewise.
    """

    what: str
    value: float
    unit: str
    ratio: float | None = None
    ratio_to: str = ""
    target: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Section:
    """Rows of one subject, with a sentence on how they were measured."""

    title: str
    note: str
    rows: Sequence[Row]


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    command = [str(shutil.which("soffice")), "--version"]
    office = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "processors": f"{len(os.sched_getaffinity(0))} × {names[0] if names else platform.machine()}",
        "system": platform.platform(),
        "python": platform.python_version(),
        "office": " ".join(office.split()[:2]),
        "docxtpl": version("docxtpl"),
        "pikepdf": version("pikepdf"),
    }


def as_text(section: Section) -> str:
    """Return a section for the screen."""
    lines = [f"\n{section.title}\n{section.note}"]
    for row in section.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} × {row.ratio_to}{_verdict(row)}"
        lines.append(f"  {row.what:<58} {row.value:>9.2f} {row.unit:<9} {ratio}")
    return "\n".join(lines)


def write(sections: Sequence[Section], facts: dict[str, str]) -> None:
    """Write the table for people and the figures for programs."""
    figures = {
        f"{section.title}: {row.what}": {
            "value": round(row.value, 3), "unit": row.unit, "machine": facts,
            "target": row.target, "at_most": row.at_most,
            "ratio": None if row.ratio is None else round(row.ratio, 3), "ratio_to": row.ratio_to,
        }
        for section in sections
        for row in section.rows
    }  # fmt: skip
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (FOLDER / "results.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "RESULTS.md").write_text(_as_markdown(sections, facts), encoding="utf-8")


def _as_markdown(sections: Sequence[Section], facts: dict[str, str]) -> str:
    lines = [
        "# Results of one run of `make bench`",
        "",
        "The machine may have been busy: read the ratios, which compare what was measured in turns.",
        "",
        *(f"- {name}: {text}" for name, text in facts.items()),
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.note, "", "| what | value | ratio | target |"]
        lines.append("|---|---:|---:|---|")
        for row in section.rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.2f} × {row.ratio_to}"
            sign, limit = ("≥", row.target) if row.at_most is None else ("≤", row.at_most)
            target = "" if limit is None else f"{sign} {limit:g}{_verdict(row)}"
            lines.append(f"| {row.what} | {row.value:.2f} {row.unit} | {ratio} | {target} |")
    return "\n".join(lines) + "\n"


def _verdict(row: Row) -> str:
    if row.ratio is None or (row.target is None and row.at_most is None):
        return ""
    enough = row.target is None or row.ratio >= row.target
    return ", met" if enough and (row.at_most is None or row.ratio <= row.at_most) else ", NOT met"
