"""Where bytes live: stored files named by their hash, behind three verbs.

Knows nothing of documents, organisations or SQL. A new storage is one module with these verbs; the contract
suite `tests/contracts/test_storages.py` says what they promise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import BinaryIO, Protocol, runtime_checkable

from service.documents import StoredFile
from service.errors import Integrity, NotFound

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Storage(Protocol):
    """Keeps bytes for ever under their SHA-256; nothing is changed or deleted through it."""

    def put(self, data: bytes, media_type: str) -> StoredFile:
        """Keep the bytes and return their name once they would survive a power loss.

        Putting the same bytes again succeeds and rewrites nothing.

        Raises:
            StorageError: the bytes cannot be written now.
            StorageFull: no room is left; nothing half written can be read.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return a stream over the bytes, unverified; the caller closes it.

        Raises:
            NotFound: nothing is kept under this name, or it is no SHA-256.
            StorageError: the bytes cannot be read now.
        """
        ...

    def exists(self, sha256: str) -> bool:
        """Say whether bytes are kept under this name.

        Raises:
            StorageError: the storage does not answer.
        """
        ...


@runtime_checkable
class ListedStorage(Storage, Protocol):
    """A storage that can say what it keeps, so that files without a row can be found and removed."""

    def names(self, *, after: str, limit: int) -> list[tuple[str, float]]:
        """Return (name, seconds since it was last put) of files behind a name, in the order of names.

        Raises:
            StorageError: the storage does not answer.
        """
        ...

    def discard(self, sha256: str, *, unused_s: float, unused: Callable[[], bool]) -> bool:
        """Remove a file that nobody has put for `unused_s` seconds and no row names; say whether it is gone.

        Args:
            sha256: its name.
            unused_s: how long nobody may have put it.
            unused: asked after the file was taken away from its name, and so from later puts.
        """
        ...


def is_sha256(text: str) -> bool:
    """Say whether the text is a lower hex SHA-256, the only thing a storage accepts as a name."""
    return _SHA256.fullmatch(text) is not None


def read_verified(storage: Storage, sha256: str) -> bytes:
    """Return the bytes under a recorded name after checking that they are the recorded ones.

    Raises:
        Integrity: the bytes are damaged, or gone although somebody recorded them.
        StorageError: the bytes cannot be read now.
    """
    try:
        with storage.open(sha256) as stream:
            data = stream.read()
    except NotFound as error:
        raise Integrity("Записанный в архив файл не найден в хранилище. Сообщите администратору.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Integrity("Файл в хранилище повреждён и не выдан. Сообщите администратору.")
    return data
