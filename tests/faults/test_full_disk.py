"""R-08: a full disk refuses new papers, keeps the old ones readable and needs no restart afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("full_disk.py")
PROJECT = SCRIPT.parents[2]


@pytest.mark.parametrize("left", [0, 5_000, 30_000, 100_000, 500_000])
@pytest.mark.parametrize("which", ["database", "files"])
def test_a_full_disk_loses_nothing_and_heals_by_itself(tmp_path, which, left):
    for folder in ("database", "files"):
        (tmp_path / folder).mkdir(mode=0o700)
    small = ["--size", "6000000", "--tmpfs", str(tmp_path / which)]
    sandbox = ["bwrap", "--dev-bind", "/", "/", *small, "--chmod", "0700", str(tmp_path / which)]

    done = subprocess.run(
        [
            *sandbox,
            "--chdir",
            str(PROJECT),
            "--",
            sys.executable,
            str(SCRIPT),
            str(tmp_path),
            which,
            str(left),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["failed"] > 0, "the disk did not fill"
    assert told["errors"] == ["StorageFull"]
    assert (told["read"], told["after"], told["temporary"]) == (True, 3, 0)
    assert (told["lost"], told["unacknowledged"], told["problems"]) == (0, 0, [])
