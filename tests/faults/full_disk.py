"""Fills the disk under the database or under the files of an archive, inside a small file system of its own.

argv: folder, which (database or files), how many bytes stay free when trouble begins. Prints what happened as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import sys
from pathlib import Path

import sqlalchemy as sa

from service.archive import Archive
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor, Paper, Provenance
from service.errors import ServiceError
from service.storage.local import LocalStorage

ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
MINE = ANNA.organisation_id


def main() -> None:
    """Make papers, fill the disk, make papers that must fail, free the disk, make papers again."""
    folder, which, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    small = folder / which
    engine = open_database(f"sqlite:///{folder / 'database' / 'formulyar.db'}")
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(sa.insert(organisation).values(id=MINE, name="Управление", created_at="2021"))
    archive = Archive(
        engine,
        LocalStorage(folder / "files"),
        now=lambda: dt.datetime.now(dt.UTC),
        new_id=lambda: secrets.token_hex(16),
    )
    made = [archive.append(paper(), actor=ANNA) for _ in range(5)]
    filler = small / "filler"
    fill(filler, small, left)
    errors = []
    while len(errors) < 10 and len(made) < 190:
        try:
            made.append(archive.append(paper(), actor=ANNA))
        except ServiceError as error:
            errors.append(type(error).__name__)
    reads = [archive.open_file(one, "pdf") == archive.open_file(one, "pdf") for one in made]
    filler.unlink()
    after = [archive.append(paper(), actor=ANNA) for _ in range(3)]
    kept = {line.id for line in archive.listing(MINE, limit=200).items}
    sys.stdout.write(json.dumps({
        "errors": sorted(set(errors)), "failed": len(errors), "read": all(reads), "after": len(after),
        "lost": len({one.document_id for one in made + after} - kept),
        "unacknowledged": len(kept - {one.document_id for one in made + after}),
        "problems": [problem.code for problem in archive.verify()],
        "temporary": len(list((folder / "files" / "temporary").iterdir())),
    }))  # fmt: skip


def paper() -> Paper:
    """Return a paper of about 40 kB that differs from every other."""
    return Paper(
        kind="order", title="Приказ", file_name="Приказ", payload={"text": secrets.token_hex(4000)},
        docx=secrets.token_bytes(20_000), pdf=secrets.token_bytes(20_000), pages=1,
        provenance=Provenance("c" * 64, "0.1.0", "7.4.7"),
    )  # fmt: skip


def fill(filler: Path, folder: Path, left: int) -> None:
    """Write a file that leaves so many bytes."""
    room = os.statvfs(folder)
    filler.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - left)))


main()
