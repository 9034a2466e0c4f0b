"""R-13: a half-written file is swept when it is temporary, reported when it is recorded, and served in no case."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from service.storage.local import OLD_TEMPORARY_S, LocalStorage
from tests.samples import read_sample
from tests.service.web.site import open_site

BODY = {"kind": "acquaintance_sheet", "payload": read_sample("acquaintance_sheet")}
HALVES = {"half": lambda data: data[: len(data) // 2], "nothing": lambda data: b""}


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


@pytest.mark.parametrize(("file_format", "half"), [("pdf", "half"), ("docx", "nothing")])
def test_r_13_a_truncated_file_is_reported_and_never_served(site, tmp_path, file_format, half):
    program, archive = site.program(), site.backends.archive
    whole = program.post("/documents", {**BODY, "reason": "целый"}).json["document_id"]
    made = program.post("/documents", {**BODY, "payload": {**BODY["payload"], "title": "О другом"}}).json
    names = {name: path for path in (tmp_path / "files").rglob("*") if len(name := path.name) == 64}
    path = names[made["files"][file_format]["sha256"]]
    assert archive.verify() == []

    path.write_bytes(HALVES[half](path.read_bytes()))

    problems = archive.verify()
    address = f"/documents/{made['document_id']}/versions/1.{file_format}"
    answer = program.get(address)
    bundle = program.post("/bundles", {"documents": [made["document_id"]]})
    assert [(one.document_id, one.code) for one in problems] == [(made["document_id"], "file_damaged")]
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as papers:
        assert [name for name in papers.namelist() if name.endswith(f".{file_format}")] == []
    # The twin beside it is served.
    assert program.get(f"/documents/{whole}/versions/1.{file_format}").status_code == 200


def test_r_13_temporary_files_of_the_killed_are_swept_at_the_start_and_are_no_papers(site, tmp_path):
    site.program().post("/documents", BODY)
    root = tmp_path / "files"
    old, young = root / "temporary" / "killed.tmp", root / "temporary" / "at-work.tmp"
    for file in (old, young):
        file.write_bytes(b"%PDF-1.7 half of a pa")
    past = young.stat().st_mtime - OLD_TEMPORARY_S - 60
    os.utime(old, (past, past))

    again = LocalStorage(root)

    assert (old.exists(), young.exists()) == (False, True)
    assert not any(name.startswith(("killed", "at-work")) for name, _ in again.names(after="", limit=100))
    assert site.backends.archive.verify() == []
