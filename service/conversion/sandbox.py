"""Bubblewrap around an office: no network, no files but its own, no programs, no rights.

Owns what an office may see. `bubblewrap` says by a trial whether this machine allows it; what to do
without one is for the operator to decide. Cost measured: nothing above the noise.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from service.conversion.inside.rooms import MEMORY_DISK_BYTES
from service.conversion.seccomp import office_filter

BWRAP = Path("/usr/bin/bwrap")
TRIAL_S = 10.0

_LIBRARIES = ("/usr/lib64", "/usr/lib/python3", *map(str, sorted(Path("/usr/lib").glob("*-linux-gnu"))))
_READABLE = (
    *_LIBRARIES,
    *map(str, sorted(Path("/usr/lib").glob("python3.*"))),
    "/usr/lib/libreoffice",
    "/usr/share/libreoffice",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/usr/share/hyphen",
    "/usr/share/mythes",
    "/usr/share/icu",
    "/usr/share/liblangtag",
    "/usr/share/zoneinfo",
    "/var/cache/fontconfig",
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Launch:
    """How to start a program: its command, and open files that it must inherit under their numbers."""

    command: Sequence[str]
    files: Sequence[int] = ()


class Sandbox(Protocol):
    """Wraps the command of an office so that it sees nothing but what it needs."""

    @property
    def name(self) -> str:
        """For the operator, in Russian: «в песочнице …»."""
        ...

    @property
    def memory_disk(self) -> Path:
        """A folder inside that is gone with the last process."""
        ...

    def wrap(
        self, command: Sequence[str], *, work: Path, readable: Sequence[Path]
    ) -> AbstractContextManager[Launch]:
        """Give the launch that runs `command` with `work` writable and `readable` visible.

        The environment of the caller passes through: it must be clean already.
        """
        ...


@dataclass(frozen=True)
class Bubblewrap:
    """A Sandbox made by `bwrap` with namespaces of its own for everything and a seccomp filter."""

    program: Path = BWRAP

    @property
    def name(self) -> str:
        """For the operator, in Russian."""
        filtered = "" if office_filter() else " без фильтра системных вызовов"
        return f"в песочнице bubblewrap{filtered}"

    @property
    def memory_disk(self) -> Path:
        """The private /tmp of the sandbox."""
        return Path("/tmp")  # noqa: S108 - a private one

    @contextmanager
    def wrap(self, command: Sequence[str], *, work: Path, readable: Sequence[Path]) -> Iterator[Launch]:
        """Give the launch inside a root of read-only pieces; see `Sandbox.wrap`."""
        with _readable_copy(office_filter()) as files:
            yield Launch(self._command(command, work, readable, files), files)

    def _command(
        self, command: Sequence[str], work: Path, readable: Sequence[Path], files: Sequence[int]
    ) -> list[str]:
        python = Path(command[0])
        return [
            str(self.program),
            *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
            *(word for file in files for word in ("--seccomp", str(file))),
            # The symbolic links of a merged /usr: the loader is found by its old name.
            *("--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
            *("--dev", "/dev", "--proc", "/proc"),
            *("--size", str(MEMORY_DISK_BYTES), "--tmpfs", str(self.memory_disk)),
            *(word for path in _READABLE for word in ("--ro-bind-try", path, path)),
            # The program itself is bound in the place of the link that names it, alone of its folder.
            *("--ro-bind", str(python.resolve()), str(python)),
            *(word for path in readable for word in ("--ro-bind", str(path), str(path))),
            *("--bind", str(work), str(work), "--remount-ro", "/", "--chdir", str(work)),
            "--",
            *command,
        ]


@contextmanager
def _readable_copy(content: bytes | None) -> Iterator[tuple[int, ...]]:
    """Give the number of an open file with this content; nothing for None."""
    if content is None:
        yield ()
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, content)  # a pipe takes 4096 bytes at least without a reader
        os.close(writing)
        yield (reading,)
    finally:
        os.close(reading)


def bubblewrap(*, python: Path, work: Path, program: Path = BWRAP) -> Bubblewrap | None:
    """Return the sandbox if it works here, else None; the reason goes to the log.

    Debian allows user namespaces to everybody; Docker and Ubuntu 24.04 usually refuse them.

    Args:
        python: the Python of the offices; it is started inside for the trial.
        work: any existing folder.
        program: bwrap.
    """
    sandbox = Bubblewrap(program)
    try:
        with sandbox.wrap([str(python), "-I", "-c", "import uno"], work=work, readable=()) as launch:
            subprocess.run(
                launch.command,
                env={},
                check=True,
                timeout=TRIAL_S,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                pass_fds=launch.files,
            )
    except (OSError, subprocess.SubprocessError) as e:
        reason = getattr(e, "stderr", None) or str(e).encode()
        _log.warning("no_sandbox", reason=reason.decode("utf-8", "replace").strip()[-500:])
        return None
    return sandbox
