"""Folders that belong to a process for as long as it holds a lock on them.

The kernel drops the lock with the process, so a killed owner needs no pid file to be noticed.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a folder; BlockingIOError when it is taken and we do not wait."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)


def own_folder(root: Path, prefix: str) -> tuple[Path, int]:
    """Return (a new folder of mode 0700, the open file that holds its lock).

    Called with the root locked, so that no sweep meets the new folder before it has its own lock.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def sweep_folders(root: Path, prefix: str, remove: Callable[[Path], object]) -> None:
    """Remove the folders under a locked root whose owners are gone."""
    for folder in root.glob(f"{prefix}*"):
        # Its owner may be removing it right now, and then there is nothing left to open.
        with suppress(FileNotFoundError, BlockingIOError), locked(folder, wait=False):
            remove(folder)
