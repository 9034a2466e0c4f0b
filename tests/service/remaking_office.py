"""A paper recorded and made again through the composition of the service, with its real LibreOffice."""

from __future__ import annotations

from pathlib import Path

from service.backends import open_backends
from service.config import read_settings
from service.documents import Actor
from service.production import make_version
from service.remaking import remake
from tests.samples import read_sample


def remade_by_an_office(folder: Path) -> tuple[bool, tuple[str, ...]]:
    """Return whether an order made again is the same, and why not."""
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "STORAGE_URL": f"file:{folder / 'files'}",
            "WORK_DIR": str(folder / "work"),
            "OFFICES": "1",
        }
    )
    backends = open_backends(settings)
    try:
        organisation_id = backends.accounts.create_organisation("Управление")
        actor = Actor("a" * 32, organisation_id, "Проверка")
        version = make_version(
            "order", read_sample("order"), press=backends.press, archive=backends.archive, actor=actor
        )
        again = remake(version, backends.archive, backends.press)
    finally:
        backends.close()
    return again.identical, again.reasons
