"""A seccomp filter for offices: calls that no paper needs are refused by the kernel.

The program is assembled here from two tables of numbers, so no library is needed. Numbers are those of
Linux's `unistd_64.h` (x86-64) and `asm-generic/unistd.h` (ARM64); they never change.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Sequence

# Name, number on x86-64, number on ARM64 (None: this machine has no such call).
REFUSED: tuple[tuple[str, int, int | None], ...] = (
    ("acct", 163, 89),
    ("add_key", 248, 217),
    ("adjtimex", 159, 171),
    ("bpf", 321, 280),
    ("chroot", 161, 51),
    ("clock_adjtime", 305, 266),
    ("clock_settime", 227, 112),
    ("delete_module", 176, 106),
    ("fanotify_init", 300, 262),
    ("finit_module", 313, 273),
    ("fsconfig", 431, 431),
    ("fsmount", 432, 432),
    ("fsopen", 430, 430),
    ("fspick", 433, 433),
    ("init_module", 175, 105),
    ("io_uring_enter", 426, 426),
    ("io_uring_register", 427, 427),
    ("io_uring_setup", 425, 425),
    ("ioperm", 173, None),
    ("iopl", 172, None),
    ("kcmp", 312, 272),
    ("kexec_file_load", 320, 294),
    ("kexec_load", 246, 104),
    ("keyctl", 250, 219),
    ("lookup_dcookie", 212, 18),
    ("migrate_pages", 256, 238),
    ("mknod", 133, None),
    ("mknodat", 259, 33),
    ("modify_ldt", 154, None),
    ("mount", 165, 40),
    ("mount_setattr", 442, 442),
    ("move_mount", 429, 429),
    ("move_pages", 279, 239),
    ("name_to_handle_at", 303, 264),
    ("open_by_handle_at", 304, 265),
    ("open_tree", 428, 428),
    ("perf_event_open", 298, 241),
    ("personality", 135, 92),
    ("pidfd_getfd", 438, 438),
    ("pivot_root", 155, 41),
    ("process_madvise", 440, 440),
    ("process_vm_readv", 310, 270),
    ("process_vm_writev", 311, 271),
    ("ptrace", 101, 117),
    ("quotactl", 179, 60),
    ("quotactl_fd", 443, 443),
    ("reboot", 169, 142),
    ("request_key", 249, 218),
    ("setdomainname", 171, 162),
    ("sethostname", 170, 161),
    ("setns", 308, 268),
    ("settimeofday", 164, 170),
    ("swapoff", 168, 225),
    ("swapon", 167, 224),
    ("syslog", 103, 116),
    ("umount2", 166, 39),
    ("unshare", 272, 97),
    ("userfaultfd", 323, 282),
    ("vhangup", 153, 58),
    ("vmsplice", 278, 75),
)
_AF_UNIX = 1
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET and -TIME
_X32_BIT = 0x40000000


class _Machine:
    """Numbers that differ from machine to machine."""

    def __init__(self, column: int, *, audit: int, socket: int, clone: int, clone3: int) -> None:
        self.audit, self.socket, self.clone, self.clone3 = audit, socket, clone, clone3
        self.refused = [number for row in REFUSED if isinstance(number := row[column], int)]


_MACHINES = {
    "x86_64": _Machine(1, audit=0xC000003E, socket=41, clone=56, clone3=435),
    "aarch64": _Machine(2, audit=0xC00000B7, socket=198, clone=220, clone3=435),
}

# linux/filter.h: class | size | mode. Offsets are those of struct seccomp_data.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE = _ERRNO | errno.EPERM
_ABSENT = _ERRNO | errno.ENOSYS

_Step = tuple[int, int, int, int]


def office_filter(machine: str | None = None) -> bytes | None:
    """Return the filter as an array of `struct sock_filter`; None for a machine without a table.

    Refused with EPERM: every call of `REFUSED`, sockets that are not AF_UNIX, new namespaces.
    `clone3` is "absent", because a filter cannot read its flags: libc then takes `clone`.
    """
    numbers = _MACHINES.get(machine or platform.machine())
    if numbers is None:
        return None
    program: list[_Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, numbers.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for number in numbers.refused:
        program += _when(number, [(_RETURN, 0, 0, _REFUSE)])
    program += _when(numbers.clone3, [(_RETURN, 0, 0, _ABSENT)])
    program += _when(numbers.socket, _judge(_EQUAL, _AF_UNIX, if_true=_ALLOW, if_false=_REFUSE))
    program += _when(numbers.clone, _judge(_ANY_BIT, _NEW_NAMESPACES, if_true=_REFUSE, if_false=_ALLOW))
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in program)


def _when(number: int, then: Sequence[_Step]) -> list[_Step]:
    return [(_EQUAL, 0, len(then), number), *then]


def _judge(test: int, value: int, *, if_true: int, if_false: int) -> list[_Step]:
    """Decide by the low half of the first argument: sockets and flags have no more."""
    return [
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (test, 0, 1, value),
        (_RETURN, 0, 0, if_true),
        (_RETURN, 0, 0, if_false),
    ]
