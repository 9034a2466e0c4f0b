"""Whether a paper can be kept now: the lock of the database, the room on the disks of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from service.database import writing
from service.errors import StorageFull


@dataclass(frozen=True)
class Vitals:
    """What readiness asks of this machine.

    Attributes:
        folders: that papers are written to.
        min_free_bytes: that each of their disks must have.
    """

    engine: sa.Engine
    folders: Sequence[Path]
    min_free_bytes: int

    def check_database(self) -> None:
        """Take the lock of a writer and give it back.

        Raises:
            StorageError: nothing can be recorded now.
        """
        with writing(self.engine) as connection:
            connection.execute(sa.select(sa.literal(1)))

    def check_disk(self) -> None:
        """Look at the room that is left.

        Raises:
            StorageFull: there is less than needed.
        """
        for folder in self.folders:
            existing = next(path for path in (folder, *folder.parents) if path.exists())
            if shutil.disk_usage(existing).free < self.min_free_bytes:
                raise StorageFull(f"Мало места на диске: папка {folder}. Освободите место.")


def written_folders(*, database_url: str, storage_url: str, work_dir: Path) -> tuple[Path, ...]:
    """Return the folders of this machine that papers are written to."""
    database, files = sa.make_url(database_url), urlsplit(storage_url)
    folders = [work_dir]
    if database.get_backend_name() == "sqlite":
        folders.append(Path(str(database.database)).parent)
    if files.scheme == "file":
        folders.append(Path(files.path))
    return tuple(folder.absolute() for folder in folders)
