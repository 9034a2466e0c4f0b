"""R-25: the service says which of its parts cannot work now, and still says that it lives."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3

import pytest

from service.conversion import Readiness
from service.web.current import EXTENSION
from tests.doubles import DoubleConverter
from tests.service.web.site import open_site


class MovingConverter(DoubleConverter):
    broken = False

    def ready(self):
        return Readiness(ok=not self.broken, office_version="", detail="")


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path, converter=MovingConverter(), MIN_FREE_BYTES="0")
    yield site
    site.backends.close()


def break_database(site, tmp_path):
    other = sqlite3.connect(site.backends.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def break_storage(site, tmp_path):
    folder = next(folder for folder in site.backends.vitals.folders if (folder / "temporary").exists())
    shutil.rmtree(folder)
    folder.write_bytes(b"not a folder")

    def mend():
        folder.unlink()
        (folder / "temporary").mkdir(parents=True)

    return mend


def break_converter(site, tmp_path):
    converter = site.backends.press.converter
    converter.broken = True
    return lambda: setattr(converter, "broken", False)


def break_disk(site, tmp_path):
    extensions, whole = site.app.extensions, site.app.extensions[EXTENSION]
    extensions[EXTENSION] = dataclasses.replace(
        whole, vitals=dataclasses.replace(whole.vitals, min_free_bytes=10**18)
    )
    return lambda: extensions.__setitem__(EXTENSION, whole)


@pytest.mark.parametrize("part", ["database", "storage", "converter", "disk"])
def test_a_broken_part_is_named_and_a_mended_one_is_used_again(site, tmp_path, part):
    client = site.app.test_client()
    assert client.get("/readyz").status_code == 200

    mend = globals()[f"break_{part}"](site, tmp_path)
    broken = client.get("/readyz")

    assert (broken.status_code, client.get("/healthz").status_code) == (503, 200)
    assert [name for name, works in broken.json["checks"].items() if not works] == [part]
    assert broken.headers["Retry-After"] == "10"
    mend()
    assert client.get("/readyz").status_code == 200
