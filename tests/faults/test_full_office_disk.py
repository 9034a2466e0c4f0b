"""R-08: a full disk below the offices is told as such, and needs no restart when room is made."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.offices import OFFICE_KINDS, require_sandbox
from tests.samples import PROJECT

pytestmark = pytest.mark.office

# Runs where it may mount: with a small disk of its own below the work folder.
SCRIPT = """
import ctypes, os, sys
from pathlib import Path
from service.conversion import OfficePool, check_pdf
from service.errors import StorageFull
from tests.offices import OfficeMaker, offices, paper

root, kind = Path(sys.argv[1]), sys.argv[2]
pool = OfficePool(maker := OfficeMaker(kind, root / "work"), offices=1, on_close=lambda: maker.close())

def fill():
    with (root / "ballast").open("ab", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            pass

def told():
    try:
        return len(pool.convert(paper("Проба"), deadline_s=60)) > 0
    except StorageFull as e:
        return (e.status, "нет места" in str(e))

print("before", told())
fill()
print("running", told())
for pid in offices(root / "work"):
    os.kill(pid, 9)
maker.close()
pool.close()
pool = OfficePool(maker := OfficeMaker(kind, root / "work"), offices=1, on_close=lambda: maker.close())
fill()
print("starting", told())
(root / "ballast").unlink()
print("after", told())
pool.close()
"""


@pytest.mark.parametrize("kind", OFFICE_KINDS)
def test_a_full_disk_is_a_507_and_papers_are_made_again_when_there_is_room(tmp_path, kind):
    require_sandbox(kind, tmp_path)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), kind]
    mounted = f'mount -t tmpfs -o size=24m none {tmp_path} && exec "$@"'
    unshare = shutil.which("unshare")
    assert unshare is not None

    ran = subprocess.run(
        [unshare, "-rm", "/bin/sh", "-c", mounted, "sh", *command],
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )

    assert ran.returncode == 0, ran.stderr
    told = dict(line.split(" ", 1) for line in ran.stdout.splitlines() if not line.startswith("20"))
    # A sandboxed office keeps its papers in memory: one that runs does not even notice.
    running = "True" if kind.endswith("sandboxed") else "(507, True)"
    assert told == {"before": "True", "running": running, "starting": "(507, True)", "after": "True"}
