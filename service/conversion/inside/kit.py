"""LibreOffice inside this very process, on this very thread: LibreOfficeKit and pyuno by ctypes.

`SAL_LOK_OPTIONS=unipoll` makes the office run its main loop on the thread that calls `run_loop` and
start no other, so that the process may fork (Collabora Online does the same). Depends on exported
names of LibreOffice that are no promise: tested with 7.4.7. Who cannot find them raises OSError or
AttributeError, and the service takes plain offices instead.
"""

from __future__ import annotations

import ctypes
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

TempFolder = Callable[[str], None]

_HOOK = "libreofficekit_hook_2"
_MOVE_TEMPORARY = "_ZN3utl8TempFile24SetTempNameBaseDirectoryERKN3rtl8OUStringE"
_CONTEXT = "_ZN10comphelper26getProcessComponentContextEv"
_PYUNO = "_ZN5pyuno7Runtime10initializeERKN3com3sun4star3uno9ReferenceINS4_17XComponentContextEEE"
# include/LibreOfficeKit/LibreOfficeKit.h, struct _LibreOfficeKitClass: its size, then its functions.
_RUN_LOOP_INDEX = 13
_PollCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_WakeCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_RunLoop = ctypes.CFUNCTYPE(None, ctypes.c_void_p, _PollCallback, _WakeCallback, ctypes.c_void_p)
# The office looks for work a few times before it has opened its services, and then waits for ever.
_POLLS_WHILE_OPENING = 3
_MISTAKE = 9


def run_inside(program: Path, profile: Path, serve: Callable[[Any, TempFolder], None]) -> None:
    """Load the office of the folder `program`; never returns.

    Args:
        program: has libmergedlo.so.
        profile: a fresh profile.
        serve: called with the UNO context and a function that moves the temporary files of the office
            into another folder.


    Raises:
        OSError, AttributeError: this LibreOffice cannot be loaded in this way.
    """
    os.environ["SAL_LOK_OPTIONS"] = "unipoll"
    office = ctypes.CDLL(str(program / "libmergedlo.so"), mode=os.RTLD_LAZY | os.RTLD_GLOBAL)
    hook = getattr(office, _HOOK)
    hook.restype, hook.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    kit = hook(str(program).encode(), f"file://{quote(str(profile))}".encode())
    if not kit:
        raise OSError("LibreOfficeKit does not start")
    polls = 0

    def poll(_: int | None, wait_us: int) -> int:
        nonlocal polls
        polls += 1
        if wait_us < 0 or polls > _POLLS_WHILE_OPENING:
            _end_with(
                lambda: serve(_context(office, program), lambda folder: _move_temporary(office, folder))
            )
        return 0

    callbacks = _PollCallback(poll), _WakeCallback(lambda _: None)
    # The office takes a null pointer for "no loop of mine".
    token = ctypes.c_int(1)
    _run_loop(kit)(kit, *callbacks, ctypes.addressof(token))
    raise OSError("the loop of LibreOfficeKit has ended")


def _end_with(serve: Callable[[], None]) -> None:
    """Call and leave: an exception must not travel through the frames of C++."""
    try:
        serve()
    except BaseException:
        traceback.print_exc()
        os._exit(_MISTAKE)
    os._exit(0)


def _run_loop(kit: int) -> Any:
    functions = ctypes.cast(
        ctypes.cast(kit, ctypes.POINTER(ctypes.c_void_p))[0], ctypes.POINTER(ctypes.c_size_t)
    )
    if functions[0] <= _RUN_LOOP_INDEX * ctypes.sizeof(ctypes.c_void_p):
        raise OSError(f"this LibreOfficeKit has no loop: its table has {functions[0]} bytes")
    return _RunLoop(functions[_RUN_LOOP_INDEX])


class _Returned(ctypes.Structure):
    """A small C++ object that a function returns.

    It comes back in memory that the caller names. A struct of more than two words is what makes
    ctypes name one in the same register, on x86-64 and on ARM64.
    """

    _fields_ = (("value", ctypes.c_void_p), ("unused", ctypes.c_void_p * 2))


def _context(office: ctypes.CDLL, program: Path) -> Any:
    """Hand the context of the office to pyuno, which would start an office of its own without it."""
    get_context = getattr(office, _CONTEXT)
    get_context.restype, get_context.argtypes = _Returned, []
    reference = get_context()
    pyuno = ctypes.PyDLL(str(program / "libpyuno.so"), mode=os.RTLD_GLOBAL)
    initialize = getattr(pyuno, _PYUNO)
    initialize.restype, initialize.argtypes = None, [ctypes.c_void_p]
    initialize(ctypes.addressof(reference))
    import uno  # only now: its import needs the runtime

    return uno.getComponentContext()


def _move_temporary(office: ctypes.CDLL, folder_url: str) -> None:
    """Let the office make its temporary files in a folder that does not exist yet.

    Raises:
        OSError: the folder cannot be made.
    """
    string = (ctypes.c_void_p * 1)()  # a C++ OUString is one pointer to a rtl_uString
    make = office.rtl_uString_newFromAscii
    make.restype, make.argtypes = None, [ctypes.c_void_p, ctypes.c_char_p]
    make(ctypes.addressof(string), folder_url.encode("ascii"))
    move = getattr(office, _MOVE_TEMPORARY)
    move.restype, move.argtypes = _Returned, [ctypes.c_void_p]
    made = move(ctypes.addressof(string))
    length = ctypes.cast(made.value, ctypes.POINTER(ctypes.c_int32))[1]
    if not length:
        raise OSError(f"the office makes no temporary files in {folder_url}")
