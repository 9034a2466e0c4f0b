"""Streams a bundle to a file and says how much memory it took: the argument is a database that is filled already.

Run in a process of its own, so that nothing but the bundle is measured.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from pathlib import Path

from service.archive import Archive
from service.bundles import Bundle
from service.database import open_database
from service.storage.local import LocalStorage


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def main() -> None:
    folder, organisation_id = Path(sys.argv[1]), sys.argv[2]
    engine = open_database(f"sqlite:///{folder / 'many.db'}")
    archive = Archive(
        engine, LocalStorage(folder / "files"), now=lambda: dt.datetime.now(dt.UTC), new_id=lambda: "0"
    )
    # What is loaded once, whatever the size, is loaded before.
    for size in (1, None):
        selection = archive.extracts.select(organisation_id, every_version=True)
        if size:
            selection = dataclasses.replace(selection, picks=selection.picks[:size])
        bundle = Bundle(archive.extracts, selection, made_at=dt.datetime.now(dt.UTC), made_by="проверка")
        before = peak = resident_mb()
        del selection
        with (folder / "many.zip").open("wb") as target:
            for number, chunk in enumerate(bundle.chunks()):
                target.write(chunk)
                if number % 50 == 0:
                    peak = max(peak, resident_mb())
    sys.stdout.write(f"{max(peak, resident_mb()) - before:.1f}\n")


main()
