"""Memory of this process and of what it started, by proportional shares: what they share is counted once."""

from __future__ import annotations

import os
from pathlib import Path


def shares_of() -> list[tuple[str, float]]:
    """Return (what, megabytes) of this process and of its office processes."""
    offices = {pid: _name(pid) for pid in _descendants(os.getpid())}
    rows = [
        ("memory of the service itself, resident", _field(os.getpid(), "status", "VmRSS:")),
        ("memory of the service itself, its share", _field(os.getpid(), "smaps_rollup", "Pss:")),
    ]
    for name in sorted(set(offices.values())):
        pids = [pid for pid, known in offices.items() if known == name]
        total = sum(_field(pid, "smaps_rollup", "Pss:") for pid in pids)
        rows.append((f"memory of {len(pids)} × {name}, their share together", total))
    return rows


def _descendants(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int(
                    entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found, waiting = [], [root]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, ppid in parents.items() if ppid == parent]
        found += children
        waiting += children
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "ended"


def _field(pid: int, file: str, name: str) -> float:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(name)), 0.0)
