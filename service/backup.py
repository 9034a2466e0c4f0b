"""Backups of a running service, and the way back.

The database is copied first and the files it names after that: both only grow, so the files are at least those of
the copy. A backup is a folder; the next one into the same folder copies only what is new.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import __version__
from service.archive import Archive
from service.archive.entries import Entries
from service.archive.search_index import reindex
from service.database import reading, upgrade
from service.database.copying import copy_in, copy_out, opened, require_empty
from service.database.tables import STORED_FILES, organisation
from service.database.times import time_text
from service.documents import ChainHead, Problem
from service.errors import InputError, Integrity
from service.storage import Storage, read_verified
from service.storage.local import LocalStorage

MANIFEST = "manifest.json"
FORMAT = "formulyar-backup-1"
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes:
        files: how many stored files.
        copied: how many of them this backup copied; the others were there from before.
        missing: names of files that the record names and the storage does not give.
        heads: the ends of the chains, two for each organisation.
    """

    files: int
    copied: int
    missing: tuple[str, ...]
    heads: tuple[ChainHead, ...]


def back_up(engine: sa.Engine, storage: Storage, folder: Path, *, now: Callable[[], dt.datetime]) -> Backup:
    """Write everything acknowledged so far into the folder, while the service runs.

    Killed at any moment, it leaves the backup that was there before.

    Raises:
        StorageError: database, storage or folder cannot be read or written now.
    """
    kept = LocalStorage(folder / "files")
    folder.chmod(0o700)
    made_at = time_text(now())
    handle, name = tempfile.mkstemp(prefix="database-", suffix=".sqlite3", dir=folder)
    os.close(handle)
    copy = Path(name)
    copy_out(engine, copy)
    with opened(copy) as database:
        names, heads = _stored_names(database), _heads(database)
    copied, missing = _copy_files(names, storage, kept)
    manifest = {
        "format": FORMAT,
        "program_version": __version__,
        "made_at": made_at,
        "database": copy.name,
        "database_sha256": _file_sha256(copy),
        "files": len(names),
        "missing": missing,
        "heads": [vars(head) for head in heads],
    }
    _write_manifest(folder, manifest)
    for older in folder.glob("database-*.sqlite3*"):
        if older.name != copy.name:
            older.unlink()
    return Backup(len(names), copied, tuple(missing), heads)


def restore(
    folder: Path, engine: sa.Engine, storage: Storage, *, archive: Archive
) -> tuple[Backup, list[Problem]]:
    """Fill an empty installation from a backup and verify it; return what came back and what is wrong with it.

    Files first, then the database in one transaction: a killed restore is repeated from the start.

    Raises:
        InputError: the folder is no backup, or an incomplete one.
        Integrity: the backup itself is damaged.
        Conflict: the database is not empty.
    """
    manifest = _manifest(folder)
    copy = folder / str(manifest["database"])
    if _file_sha256(copy) != manifest["database_sha256"]:
        raise Integrity("Копия базы данных повреждена. Возьмите другую резервную копию.")
    upgrade(engine)
    # Spares the files of a restore that must fail; `copy_in` looks again inside its transaction.
    with reading(engine) as connection:
        require_empty(connection)
    kept = LocalStorage(folder / "files")
    with _scratch(copy) as scratch:
        with opened(scratch) as database:
            upgrade(database)
            names = _stored_names(database)
        copied, missing = _copy_files(names, kept, storage)
        copy_in(scratch, engine)
    # Killed before this, the next start does it: the index is empty.
    reindex(engine)
    heads = tuple(ChainHead(**head) for head in manifest["heads"])
    return Backup(len(names), copied, tuple(missing), heads), archive.scrub(heads=heads).run()


def _copy_files(names: Sequence[str], source: Storage, target: Storage) -> tuple[int, list[str]]:
    """Copy what the target does not have; return how many and what the source could not give."""
    copied, missing = 0, []
    for name in names:
        if target.exists(name):
            continue
        try:
            target.put(read_verified(source, name), _MEDIA_TYPE)
        except Integrity:
            missing.append(name)
        else:
            copied += 1
    return copied, missing


def _stored_names(engine: sa.Engine) -> list[str]:
    """Return the name of every file the rows name, each once."""
    every = sa.union(*(sa.select(column).where(column.is_not(None)) for column in STORED_FILES))
    with reading(engine) as connection:
        return sorted(connection.execute(every).scalars())


def _heads(engine: sa.Engine) -> tuple[ChainHead, ...]:
    with reading(engine) as connection:
        present = sorted(connection.execute(sa.select(organisation.c.id)).scalars())
        both = [
            (entries.head(), entries.event_head())
            for entries in (Entries(connection, one) for one in present)
        ]
    return tuple(head for heads in both for head in heads)


@contextmanager
def _scratch(copy: Path) -> Iterator[Path]:
    """Give a copy that may be upgraded; the backup stays as it was made."""
    with tempfile.TemporaryDirectory(prefix="formulyar-restore-") as folder:
        yield Path(shutil.copy(copy, folder))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"В папке «{folder}» нет описи {MANIFEST}: это не резервная копия, или её создание прервано."
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"Опись {MANIFEST} в папке «{folder}» другого вида. Нужна копия вида {FORMAT}.")
    try:
        [ChainHead(**head) for head in manifest["heads"]]
        whole = Path(manifest["database"]).name == manifest["database"] and manifest["database_sha256"]
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"Опись {MANIFEST} в папке «{folder}» изменена или неполна. Возьмите другую копию.")
    return manifest


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    new = folder / f"{MANIFEST}.new"
    with new.open("w", encoding="utf-8") as stream:
        json.dump(manifest, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    new.chmod(0o600)
    new.replace(folder / MANIFEST)


def _file_sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise Integrity(
            "В резервной копии нет копии базы данных. Возьмите другую резервную копию."
        ) from error
