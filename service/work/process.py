"""What every process of the service owes its supervisor: to die with it, and to stop when asked."""

from __future__ import annotations

import _thread
import ctypes
import os
import signal
import threading

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int) -> None:
    """Let the kernel kill this process when its parent ends, however that ends.

    Args:
        parent_pid: who must be the parent; when somebody else is, it ended before we could ask.

    The kernel watches the thread that started us (prctl(2)): supervisors start processes from the main one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def stop_when_asked() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set; called from the main thread."""
    stop = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        # Not here: the handler may have interrupted `stop.wait` while it holds the lock that `set` needs.
        _thread.start_new_thread(stop.set, ())

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
