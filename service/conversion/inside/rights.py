"""What a process of an office gives up for itself: survival of its parent, new rights, endless resources."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
FILE_BYTES = 256 * 1024 * 1024
MEMORY_BYTES = 2 * 1024 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int | None = None) -> None:
    """End by SIGKILL with the thread that started us; at once when `parent` is not our parent any more."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def renounce() -> None:
    """Never get new rights by exec, and make no files for others."""
    os.umask(0o077)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def close_memory() -> None:
    """Let no process of the same user read our memory by /proc: papers of other senders are beside."""
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit(memory: int) -> None:
    """Limit ourselves for ever.

    Args:
        memory: RLIMIT_AS for a process that loads its libraries anew, RLIMIT_DATA for a forked one,
            which has mapped most of what it will ever map.
    """
    for what, ceiling in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, 512),
        (memory, MEMORY_BYTES),
    ):
        resource.setrlimit(what, (ceiling, ceiling))


def resident_bytes(pid: int | str = "self") -> int:
    """Return the resident size of a process."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as pages:  # noqa: PTH123 - read for every paper
        return int(pages.read().split()[1]) * resource.getpagesize()
