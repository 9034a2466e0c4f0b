"""Records one paper and says so: what the fsync test watches. argv: folder."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import sqlalchemy as sa

from service.archive import Archive
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor, Paper, Provenance
from service.storage.local import LocalStorage

ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")


def main() -> None:
    """Prepare, mark the beginning, append, acknowledge."""
    folder = Path(sys.argv[1])
    engine = open_database(f"sqlite:///{folder / 'formulyar.db'}")
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(
            sa.insert(organisation).values(id=ANNA.organisation_id, name="Управление", created_at="2021")
        )
    archive = Archive(
        engine, LocalStorage(folder / "files"), now=lambda: dt.datetime.now(dt.UTC), new_id=lambda: "d" * 32
    )
    paper = Paper(
        kind="order", title="Приказ", file_name="Приказ", payload={}, docx=b"docx" * 1000, pdf=b"pdf" * 1000,
        pages=1, provenance=Provenance("c" * 64, "0.1.0", "7.4.7"),
    )  # fmt: skip
    os.write(1, b"begin\n")
    archive.append(paper, actor=ANNA)
    os.write(1, b"acknowledged\n")


main()
