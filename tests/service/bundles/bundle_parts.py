"""A record with papers, bundles of it, and the verifier run by the system's own Python."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import secrets
import subprocess
import zipfile
from pathlib import Path

import sqlalchemy as sa

from service.archive import Archive
from service.bundles import Bundle
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor, Paper, Provenance
from service.storage.local import LocalStorage

START = dt.datetime(2022, 3, 19, 8, 15, 30, tzinfo=dt.UTC)
ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
BORIS = Actor(id="b" * 32, organisation_id="2" * 32, name="Борис Петрович Кузнецов")
SYSTEM_PYTHON = "/usr/bin/python3"


def open_record(folder: Path, database_url: str = "") -> tuple[sa.Engine, LocalStorage, Archive]:
    engine = open_database(database_url or f"sqlite:///{folder / 'formulyar.db'}")
    upgrade(engine)
    with writing(engine) as connection:
        for actor in (ANNA, BORIS):
            values = {"id": actor.organisation_id, "name": f"Управление {actor.name}", "created_at": "2022"}
            connection.execute(sa.insert(organisation).values(values))
    storage = LocalStorage(folder / "files")
    seconds = itertools.count()
    archive = Archive(
        engine,
        storage,
        now=lambda: START + dt.timedelta(seconds=next(seconds)),
        new_id=lambda: secrets.token_hex(16),
    )
    return engine, storage, archive


def paper(text: str, *, name: str = "", title: str = "", number: str = "376", pdf: bool = True) -> Paper:
    """A paper whose files differ with its text."""
    return Paper(
        kind="order",
        title=title or f"Приказ «{text}»",
        file_name=name or f"2022-03-19 Приказ № {number}",
        payload={"title": text, "date": "19.03.2022", "number": number},
        docx=f"docx {text} ".encode() * 20,
        pdf=f"pdf {text} ".encode() * 20 if pdf else None,
        pages=2 if pdf else 0,
        provenance=Provenance("c" * 64, "0.1.0", "LibreOffice 7.4.7", ("Liberation Serif",)),
        findings=({"rule": "QUOTES", "severity": "warning"},),
    )


def bundled(archive: Archive, target: Path, **wanted: object) -> Path:
    """Write a bundle of Anna's papers to a file."""
    selection = archive.extracts.select(ANNA.organisation_id, **wanted)
    bundle = Bundle(archive.extracts, selection, made_at=START, made_by=ANNA.name)
    target.write_bytes(b"".join(bundle.chunks()))
    return target


def unpacked(file: Path, folder: Path) -> Path:
    with zipfile.ZipFile(file) as package:
        package.extractall(folder)
    return folder


def inventory_of(file: Path) -> dict:
    with zipfile.ZipFile(file) as package:
        return json.loads(package.read("опись.json"))


def verified(path: Path, *arguments: str | Path, script: Path | None = None) -> dict:
    """What the verifier says, as JSON; it is run alone, far from the project."""
    program = script or Path(__file__).parents[3] / "service" / "bundles" / "verify_bundle.py"
    done = subprocess.run(
        [SYSTEM_PYTHON, "-I", program, path, "--json", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
    )
    assert done.returncode in {0, 1}, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] == (done.returncode == 0)
    return answer
