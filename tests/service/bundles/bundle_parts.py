"""A record with papers, bundles of it, and the verifier run by the system's own Python."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import secrets
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from service.archive import Archive, Wanted
from service.archive.canonical import canonical_json
from service.bundles import Bundle
from service.bundles.verifier_source import verifier_source
from service.database import open_database, upgrade, writing
from service.database.tables import organisation
from service.documents import Actor, Paper, Provenance, Version
from service.storage.local import LocalStorage
from tests.migrated import migrated_sqlite

START = dt.datetime(2022, 3, 19, 8, 15, 30, tzinfo=dt.UTC)
ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
BORIS = Actor(id="b" * 32, organisation_id="2" * 32, name="Борис Петрович Кузнецов")
SYSTEM_PYTHON = "/usr/bin/python3"


def open_record(folder: Path, database_url: str = "") -> tuple[sa.Engine, LocalStorage, Archive]:
    engine = open_database(database_url or migrated_sqlite(folder / "formulyar.db"))
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


def registered(archive: Archive, made: Paper, *, document_id: str | None = None) -> Version:
    """Record a paper and register it under the next number."""
    wanted = Wanted("order", "order/приказ", document_id=document_id)
    entry = archive.journal.reserve(wanted, actor=ANNA)
    return archive.append(
        made, actor=ANNA, document_id=document_id, together=archive.journal.registers(entry, ANNA)
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


def program(beside: Path) -> Path:
    """The verifier as it is shipped, in the folder of a bundle, far from the project."""
    file = beside.parent / "verifier.py"
    file.write_bytes(verifier_source())
    return file


def verified(path: Path, *arguments: str | Path) -> dict:
    """What the verifier says, as JSON."""
    done = subprocess.run(
        [SYSTEM_PYTHON, "-I", program(path), path, "--json", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
    )
    assert done.returncode in {0, 1}, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] == (done.returncode == 0)
    return answer


def found(path: Path, *arguments: str | Path) -> list[tuple[str, str]]:
    """(code, place) of every fault that the verifier finds."""
    return [(one["code"], one["place"]) for one in verified(path, *arguments)["problems"]]


def edit(folder: Path, change: Callable[[dict], object]) -> None:
    """Change the inventory as somebody would who makes its own sum right again."""
    file = folder / "опись.json"
    inventory = json.loads(file.read_text(encoding="utf-8"))
    change(inventory)
    above = {name: value for name, value in inventory.items() if name not in {"entries", "sha256"}}
    lines = "".join(f"{canonical_json(part)}\n" for part in (above, *inventory["entries"]))
    inventory["sha256"] = hashlib.sha256(lines.encode()).hexdigest()
    file.write_text(json.dumps(inventory, ensure_ascii=False), encoding="utf-8")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
