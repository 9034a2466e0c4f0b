"""The private folder of one office, and the sweep of folders whose owners were killed.

A folder is in use exactly as long as its owner holds a lock on it (`service.locked_folders`). Also removes the sockets
that LibreOffice leaves in /tmp when it is killed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from service.conversion.inside.rooms import ROOM_BYTES
from service.errors import OfficeStart, StorageFull
from service.locked_folders import locked, own_folder, sweep_folders

_PREFIX = "office-"
_FULL = {errno.ENOSPC, errno.EDQUOT}
# LibreOffice 7.4 puts its sockets there whatever TMPDIR says (sal/osl/unx/pipe.cxx). Inside the
# sandbox /tmp is private and nothing is left.
_SOCKETS = Path("/tmp")  # noqa: S108


class WorkDir:
    """A folder of mode 0700 that belongs to this process until `remove`."""

    def __init__(self, root: Path) -> None:
        """Sweep what killed owners left under `root`, then make a new folder there.

        Raises:
            OfficeStart: the root cannot be used.
            StorageFull: no room is left there.
        """
        try:
            with locked(_own(root)):
                sweep_folders(root, _PREFIX, _remove)
                self.path, self._lock = own_folder(root, _PREFIX)
        except OSError as e:
            if e.errno in _FULL:
                raise no_room(root) from e
            raise OfficeStart(
                f"Рабочая папка LibreOffice «{root}» недоступна. "
                "Проверьте права на неё и свободное место на диске."
            ) from e

    @property
    def profile(self) -> Path:
        """Where the LibreOffice profile is."""
        return self.path / "profile"

    @property
    def papers(self) -> Path:
        """Where an office without a sandbox keeps the paper in work; it makes the folder."""
        return self.path / "papers"

    def require_room(self) -> None:
        """Raise StorageFull if the disk of the folder is full.

        LibreOffice says of a full disk that the file is damaged, that it cannot write, or nothing at all.
        """
        try:
            with tempfile.TemporaryFile(dir=self.path) as trial:
                os.posix_fallocate(trial.fileno(), 0, ROOM_BYTES)
        except OSError as e:
            if e.errno in _FULL:
                raise no_room(self.path.parent) from e

    @property
    def pipe_name(self) -> str:
        """Name of the UNO pipe: as unpredictable as the name of the folder."""
        return _pipe_name(self.path)

    def remove(self) -> None:
        """Remove the folder and the sockets of its office; may be called twice."""
        if self._lock < 0:
            return
        _remove(self.path)
        os.close(self._lock)
        self._lock = -1


def no_room(root: Path) -> StorageFull:
    """Return the error of a full work folder."""
    return StorageFull(
        f"На диске рабочей папки LibreOffice «{root}» нет места. Освободите место и повторите создание."
    )


def _own(root: Path) -> Path:
    """Make the root if needed and make sure that nobody else can put anything there."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = root.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(f"{root} is not a folder that only this user may write to")
    return root


def sweep(root: Path) -> None:
    """Remove what killed owners left under `root`, where there is one; folders in use stay."""
    with suppress(OSError), locked(root):
        sweep_folders(root.resolve(), _PREFIX, _remove)  # what LibreOffice calls a profile begins at the root


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in (_pipe_name(folder), f"SingleOfficeIPC_{_profile_digest(folder / 'profile')}"):
        with suppress(FileNotFoundError, PermissionError):
            (_SOCKETS / f"OSL_PIPE_{os.getuid()}_{name}").unlink()


def _pipe_name(folder: Path) -> str:
    return f"formulyar-{folder.name}"


def _profile_digest(profile: Path) -> str:
    """Name a profile as desktop/source/app/officeipcthread.cxx does: MD5 in hex without leading zeros."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return "".join(f"{byte:x}" for byte in digest)
