"""R-15: a backup made while papers are being made becomes a service at another place that people go on using."""

from __future__ import annotations

import threading

import pytest

from service.app import create_app
from service.backends import open_backends, utc_now
from service.backup import back_up, restore
from service.config import read_settings
from service.errors import Conflict
from tests.doubles import DoubleConverter, eventually
from tests.samples import read_sample
from tests.service.web.site import Program, Visitor, open_site

SHEET = read_sample("acquaintance_sheet")
BODY = {"kind": "acquaintance_sheet", "payload": SHEET}


@pytest.fixture
def site(tmp_path, either_database_url):
    (tmp_path / "here").mkdir()
    site = open_site(tmp_path / "here", DATABASE_URL=either_database_url)
    yield site
    site.backends.close()


@pytest.fixture
def elsewhere(tmp_path):
    """Application and parts over an empty database and an empty storage."""
    folder = tmp_path / "elsewhere"
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'f.db'}",
            "STORAGE_URL": f"file:{folder / 'files'}",
            "SECRET_KEY_FILE": str(folder / "key"),
            "WORK_DIR": str(folder / "work"),
        }
    )
    backends = open_backends(settings, converter=DoubleConverter())
    yield create_app(settings, backends), backends
    backends.close()


def test_r_15_a_backup_during_work_is_a_service_elsewhere(site, elsewhere, tmp_path):
    program, before, stop = site.program(), [], threading.Event()
    made: list[dict] = []

    def go_on():
        client = site.app.test_client()
        while not stop.is_set():
            answer = client.post("/api/v1/documents", headers=program.headers, json=BODY)
            if answer.status_code == 201:
                made.append(answer.json)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        eventually(lambda: len(made) >= 3, within_s=60)
        before = list(made)
        copy = back_up(site.backends.engine, site.backends.storage, tmp_path / "backup", now=utc_now)
        eventually(lambda: len(made) > len(before), within_s=60)
    finally:
        stop.set()
        writer.join(60)

    app, backends = elsewhere
    _, problems = restore(tmp_path / "backup", backends.engine, backends.storage, archive=backends.archive)

    assert (problems, copy.missing) == ([], ())
    there = Program(app.test_client(), program.headers["Authorization"].removeprefix("Bearer "))
    for acknowledged in before:
        kept = there.get(f"/documents/{acknowledged['document_id']}/versions/1").json
        assert kept["files"]["pdf"]["sha256"] == acknowledged["files"]["pdf"]["sha256"]
        assert kept["files"]["docx"]["sha256"] == acknowledged["files"]["docx"]["sha256"]
    visitor = Visitor(app.test_client())
    assert visitor.sign_in("ours").status_code == 303
    assert before[0]["document_id"] in visitor.get("/documents").text
    next_version = there.post(f"/documents/{before[0]['document_id']}/versions", {"payload": SHEET})
    assert (next_version.status_code, next_version.json["number"]) == (201, 2)
    assert backends.archive.verify() == []


def test_t_48_a_backup_never_goes_over_a_service_that_is_there(site, tmp_path):
    """T-48: the place of the restore is not empty, so nothing of it changes."""
    made = site.program().post("/documents", BODY).json
    back_up(site.backends.engine, site.backends.storage, tmp_path / "backup", now=utc_now)

    with pytest.raises(Conflict):
        restore(
            tmp_path / "backup", site.backends.engine, site.backends.storage, archive=site.backends.archive
        )

    assert site.program().get(f"/documents/{made['document_id']}/versions/1").status_code == 200
    assert site.recorded() == 1
