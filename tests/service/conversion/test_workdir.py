"""Folders of offices: private, and gone when their owner is."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from service.conversion.workdir import WorkDir, sweep
from service.errors import OfficeStart

OWNER = """
import sys
from pathlib import Path
from service.conversion.workdir import WorkDir
print(WorkDir(Path(sys.argv[1])).path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path):
    return tmp_path / "offices"


def test_a_folder_is_private_and_gone_after_remove(root):
    work = WorkDir(root)
    (work.path / "paper.docx").write_bytes(b"text")

    assert {path.stat().st_mode & 0o777 for path in (root, work.path)} == {0o700}
    work.remove()
    work.remove()
    assert list(root.iterdir()) == []


def test_the_folder_of_a_killed_owner_goes_with_the_next_start_and_that_of_a_living_one_stays(root):
    command = [sys.executable, "-c", OWNER, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        theirs = Path(owner.stdout.readline().strip())
        while_it_lives = WorkDir(root)
        assert theirs.exists()
        owner.kill()

    after = WorkDir(root)

    assert not theirs.exists()
    assert while_it_lives.path.exists()
    while_it_lives.remove()
    after.remove()


def test_a_sweep_by_a_relative_path_takes_what_the_killed_left_and_nothing_in_use(root, monkeypatch):
    mine = WorkDir(root)
    left = root / "office-left"
    (left / "profile").mkdir(parents=True)
    monkeypatch.chdir(root.parent)

    sweep(Path(root.name))
    sweep(Path("not there"))

    assert list(root.iterdir()) == [mine.path]
    mine.remove()


def test_the_sockets_of_an_office_go_with_its_folder(root):
    work = WorkDir(root)
    left = Path(f"/tmp/OSL_PIPE_{root.stat().st_uid}_{work.pipe_name}")  # noqa: S108 - LibreOffice's place
    with socket.socket(socket.AF_UNIX) as pipe:
        pipe.bind(str(left))

    work.remove()

    assert not left.exists()


def test_a_root_that_others_may_write_to_is_refused_with_its_path(root):
    root.mkdir()
    root.chmod(0o777)

    with pytest.raises(OfficeStart, match=str(root)):
        WorkDir(root)


def test_a_root_that_is_a_link_is_refused(root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    root.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OfficeStart):
        WorkDir(root)
