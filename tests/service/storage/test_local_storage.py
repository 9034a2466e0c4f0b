"""A directory as storage: what it leaves on the disk, also when things go wrong."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys

import pytest

from service.errors import Integrity, StorageError, StorageFull
from service.storage import read_verified
from service.storage.local import OLD_TEMPORARY_S, LocalStorage

DATA = b"abc"
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def storage(root):
    return LocalStorage(root)


def test_a_file_lies_under_its_hash_for_its_owner_alone(storage, root):
    storage.put(DATA, "text/plain")

    path = root / "ba" / "78" / SHA256
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (root, *path.parents[:2])} == {0o700}


def test_putting_again_rewrites_nothing(storage, root):
    storage.put(DATA, "text/plain")
    before = (root / "ba" / "78" / SHA256).stat()

    storage.put(DATA, "text/plain")

    after = (root / "ba" / "78" / SHA256).stat()
    # The same file with the same bytes; only its time says to the keeper that it is wanted again.
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert after.st_mtime_ns > before.st_mtime_ns


def test_nothing_temporary_is_left_behind(storage, root):
    storage.put(DATA, "text/plain")
    storage.put(DATA, "text/plain")

    assert list((root / "temporary").iterdir()) == []


def test_damaged_bytes_are_never_given_out(storage, root):
    storage.put(DATA, "text/plain")
    (root / "ba" / "78" / SHA256).write_bytes(b"abd")

    with pytest.raises(Integrity):
        read_verified(storage, SHA256)


def test_putting_the_right_bytes_over_damaged_ones_mends_them_and_says_so(storage, root, caplog):
    storage.put(DATA, "text/plain")
    (root / "ba" / "78" / SHA256).write_bytes(b"")

    storage.put(DATA, "text/plain")

    assert read_verified(storage, SHA256) == DATA
    assert SHA256 in caplog.text


def test_the_start_removes_old_temporary_files_only(storage, root):
    storage.put(DATA, "text/plain")
    old, young = root / "temporary" / "old.tmp", root / "temporary" / "young.tmp"
    for file in (old, young):
        file.write_bytes(b"half a fi")
    long_ago = young.stat().st_mtime - OLD_TEMPORARY_S - 60
    os.utime(old, (long_ago, long_ago))
    kept = root / "ba" / "78" / SHA256
    os.utime(kept, (long_ago, long_ago))

    LocalStorage(root)

    assert not old.exists()
    assert young.exists()
    assert kept.exists()


def test_a_root_is_made_with_every_directory_above_it(tmp_path):
    storage = LocalStorage(tmp_path / "a" / "b" / "files")

    assert read_verified(storage, storage.put(DATA, "text/plain").sha256) == DATA


def test_a_root_that_is_no_directory_is_told_as_unavailable(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError):
        LocalStorage(tmp_path / "file")


def test_a_removed_directory_is_told_as_unavailable_and_retryable(storage, root):
    shutil.rmtree(root)

    with pytest.raises(StorageError) as refusal:
        storage.put(DATA, "text/plain")

    assert refusal.value.retryable


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from service.errors import StorageError
from service.storage.local import LocalStorage

storage = LocalStorage(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    storage.put(b"x" * 5000, "text/plain")
except StorageError as error:
    print(type(error).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(storage.put(b"x" * 5000, "text/plain").size_bytes)
"""


def test_a_write_that_is_cut_off_leaves_nothing_and_the_next_one_passes(root):
    # A limit of the process stands in for a full disk: the kernel cuts the write in the middle.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FULL_DISK, str(root)],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.split() == ["StorageError", "5000"], done.stderr
    assert list((root / "temporary").iterdir()) == []
    assert len([path for path in root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_told_as_such(storage, monkeypatch, number):
    def full(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StorageFull) as refusal:
        storage.put(DATA, "text/plain")

    assert refusal.value.status == 507
    monkeypatch.undo()
    assert not storage.exists(SHA256)
    assert storage.put(DATA, "text/plain").sha256 == SHA256


def test_a_real_full_disk_is_told_as_such(tmp_path):
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            f'mount -t tmpfs -o size=64k tmpfs {tmp_path} && exec "$@"',
            "sh",
            sys.executable,
            "-W",
            "error",
            "-c",
            TMPFS,
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("this machine allows no private mounts")

    assert done.stdout.split() == ["StorageFull", "ok"], done.stderr


TMPFS = """
import sys
from pathlib import Path
from service.errors import StorageError
from service.storage import read_verified
from service.storage.local import LocalStorage

storage = LocalStorage(Path(sys.argv[1]) / "files")
small = storage.put(b"small", "text/plain")
try:
    storage.put(b"x" * 200_000, "text/plain")
except StorageError as error:
    print(type(error).__name__)
assert list((Path(sys.argv[1]) / "files" / "temporary").iterdir()) == []
assert read_verified(storage, small.sha256) == b"small"
print("ok")
"""
