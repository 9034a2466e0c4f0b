"""Stored files in a directory of this machine: `ab/cd/<sha256>`, readable by the service alone.

A file appears under its name only when complete and on the disk: temporary file, fsync, link, fsync of the
directory. Only files in `temporary/` are ever partial. Not for a network file system that has no hard links.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from service.documents import StoredFile
from service.errors import NotFound, StorageError, StorageFull
from service.storage import is_sha256

log = logging.getLogger(__name__)

# Far longer than any write lasts, so that a sweep never takes the file of a living process.
OLD_TEMPORARY_S = 24 * 3600
_FULL = {errno.ENOSPC, errno.EDQUOT}


class LocalStorage:
    """A `Storage` in one directory; many processes of one machine may share it.

    Raises:
        StorageError: the directory cannot be created or written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._temporary = self._root / "temporary"
        # Directories whose own entry is known to be on the disk.
        self._durable: set[Path] = set()
        with _translated():
            missing = [path for path in (self._temporary, *self._temporary.parents) if not path.exists()]
            for directory in reversed(missing):
                directory.mkdir(mode=0o700, exist_ok=True)
                _fsync_directory(directory.parent)
            self._temporary.mkdir(exist_ok=True)  # says so when something else has this name
            self._sweep()

    def put(self, data: bytes, media_type: str) -> StoredFile:
        """Keep the bytes; see `Storage.put`.

        Bytes already kept are compared first. If the disk damaged them they are replaced, because the right
        ones are at hand, and the damage is logged.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        with _translated():
            self._create_directory(path.parent)
            kept = _read_if_any(path)
            if kept is None:
                self._write(data, path, replace=False)
            elif kept != data:
                log.error("stored file %s was damaged and is replaced by the right bytes", sha256)
                self._write(data, path, replace=True)
            else:
                # Says to `discard` that somebody is about to record it.
                try:
                    os.utime(path)
                except FileNotFoundError:
                    self._write(data, path, replace=False)
            # Also when the file was there: another process may have linked it and not synced yet.
            _fsync_directory(path.parent)
        return StoredFile(sha256=sha256, size_bytes=len(data), media_type=media_type)

    def open(self, sha256: str) -> BinaryIO:
        """Return a stream over the bytes; see `Storage.open`."""
        if not is_sha256(sha256):
            raise NotFound("Файл не найден.")
        with _translated():
            try:
                return self._path(sha256).open("rb")
            except FileNotFoundError as error:
                self._require_root()
                raise NotFound("Файл не найден.") from error

    def exists(self, sha256: str) -> bool:
        """Say whether bytes are kept under this name; see `Storage.exists`."""
        with _translated():
            found = is_sha256(sha256) and self._path(sha256).is_file()
            if not found:
                self._require_root()
            return found

    def _require_root(self) -> None:
        """Tell a file that was never kept from a disk that is not mounted: OSError for the second."""
        os.stat(self._temporary)  # noqa: PTH116 - is_dir would hide the reason

    def names(self, *, after: str, limit: int) -> list[tuple[str, float]]:
        """Return files with their ages; see `ListedStorage.names`."""
        found: list[tuple[str, float]] = []
        with _translated():
            for first in _folders(self._root, after[:2]):
                for second in _folders(first, after[2:4] if first.name == after[:2] else ""):
                    inside = sorted(path for path in second.iterdir() if path.name > after)
                    found += [(path.name, time.time() - path.stat().st_mtime) for path in inside]
                    if len(found) >= limit:
                        return found[:limit]
        return found

    def discard(self, sha256: str, *, unused_s: float, unused: Callable[[], bool]) -> bool:
        """Remove a file that nobody uses; see `ListedStorage.discard`.

        It is moved away first: a put of the same bytes before the move has touched the file, one after it writes
        it anew, so no acknowledged file is ever lost.
        """
        path, aside = self._path(sha256), self._temporary / f"{sha256}.tmp"
        with _translated():
            try:
                path.rename(aside)
            except FileNotFoundError:
                return False
            if time.time() - aside.stat().st_mtime > unused_s and unused():
                aside.unlink(missing_ok=True)
                return True
            self._put_back(aside)
        return False

    def _put_back(self, aside: Path) -> None:
        """Give a file its name again, also after a `discard` that was killed."""
        path = self._path(aside.stem)
        with suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink(missing_ok=True)
        _fsync_directory(path.parent)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _create_directory(self, directory: Path) -> None:
        if directory in self._durable or directory == self._root:
            return
        self._create_directory(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        _fsync_directory(directory.parent)
        self._durable.add(directory)

    def _write(self, data: bytes, path: Path, *, replace: bool) -> None:
        temporary = self._temporary / f"{secrets.token_hex(16)}.tmp"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if replace:
                temporary.replace(path)
            else:
                # A link never overwrites; whoever was faster kept the same bytes.
                with suppress(FileExistsError):
                    path.hardlink_to(temporary)
        finally:
            temporary.unlink(missing_ok=True)

    def _sweep(self) -> None:
        oldest = time.time() - OLD_TEMPORARY_S
        for temporary in self._temporary.glob("*.tmp"):
            # Another process may be sweeping too.
            with suppress(FileNotFoundError):
                if is_sha256(temporary.stem):
                    self._put_back(temporary)
                elif temporary.stat().st_mtime < oldest:
                    temporary.unlink()
                    log.info("temporary file %s of a killed process removed", temporary.name)


def _folders(parent: Path, first: str) -> list[Path]:
    """Return the folders of two hex digits from one on, in order."""
    found = [path for path in parent.iterdir() if len(path.name) == 2 and path.name >= first]
    return sorted(found)


def _read_if_any(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _fsync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "В хранилище файлов нет места. Сообщите администратору; документ не записан."
            ) from error
        raise StorageError(
            "Хранилище файлов недоступно. Повторите попытку позже или сообщите администратору."
        ) from error
