"""R-09: what must be on the disk before a paper is acknowledged is there, in an order a power cut cannot break.

The system calls of one real append are watched; the oracle below says what is wrong with their order.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("one_append.py")
PROJECT = SCRIPT.parents[2]
CALLS = "write,pwrite64,fsync,fdatasync,link,linkat,rename,ftruncate"
_CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= ")
_DESCRIPTOR = re.compile(r"^\d+<([^>]*)>")
_PATHS = re.compile(r'"([^"]*)"')

Call = tuple[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("power")
    trace = folder / "trace"
    watch = ["strace", "-f", "-y", "-qq", "-s", "0", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = subprocess.run(
        [*watch, sys.executable, str(SCRIPT), str(folder / "archive")],
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["begin", "acknowledged"], done.stderr
    return between_the_marks(trace.read_text(encoding="utf-8", errors="replace"))


def test_an_acknowledged_paper_is_on_the_disk_in_the_right_order(calls):
    assert len([name for name, _ in calls if name.startswith("link")]) == 2
    assert complaints(calls) == []


def test_the_oracle_sees_every_missing_sync_of_files_and_folders(calls):
    syncs = [at for at, (name, paths) in enumerate(calls) if name == "fsync" and "/files/" in paths[0]]
    needed = [
        at
        for at in syncs
        if ".tmp" in calls[at][1][0] or re.search(r"/[0-9a-f]{2}/[0-9a-f]{2}$", calls[at][1][0])
    ]

    assert len(needed) == 4
    for at in needed:
        assert complaints(calls[:at] + calls[at + 1 :]) != [], calls[at]


def test_the_oracle_sees_a_commit_that_is_not_synced(calls):
    last = max(at for at, (name, _) in enumerate(calls) if name == "fdatasync")

    assert complaints(calls[:last] + calls[last + 1 :]) != []


def test_the_oracle_sees_a_row_before_its_file(calls):
    links = [call for call in calls if call[0].startswith("link")]
    others = [call for call in calls if call not in links]

    assert complaints([*others, *links]) != []


def between_the_marks(trace: str) -> list[Call]:
    """Return the calls between the two lines that the script writes to its output."""
    found: list[Call] = []
    for line in trace.splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        name, arguments = call.groups()
        descriptor = _DESCRIPTOR.match(arguments)
        paths = (descriptor.group(1),) if descriptor else tuple(_PATHS.findall(arguments))
        found.append((name, paths))
    marks = [at for at, (name, paths) in enumerate(found) if name == "write" and _is_output(paths)]
    return found[marks[0] + 1 : marks[1]]


def complaints(calls: list[Call]) -> list[str]:
    """Return what a power cut could break: files linked before they are whole, rows before files, lazy commits."""
    found: list[str] = []
    unsynced: set[str] = set()
    unsynced_folders: set[str] = set()
    for name, paths in calls:
        if name in {"write", "pwrite64", "ftruncate"}:
            if paths[0].endswith((".db", ".db-wal")) and unsynced_folders:
                found.append(f"a row is written before the folder of its file is safe: {unsynced_folders}")
            unsynced.add(paths[0])
        elif name in {"fsync", "fdatasync"}:
            unsynced.discard(paths[0])
            unsynced_folders.discard(paths[0])
        else:
            if paths[0] in unsynced:
                found.append(f"a file gets its name before its bytes are safe: {paths[0]}")
            unsynced_folders.add(str(Path(paths[1]).parent))
    found += [f"acknowledged before it was safe: {path}" for path in sorted(unsynced | unsynced_folders)]
    return found


def _is_output(paths: tuple[str, ...]) -> bool:
    return paths[0].startswith("pipe:")
