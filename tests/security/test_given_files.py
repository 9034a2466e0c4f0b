"""T-24, T-32: what a file may be when it leaves the service, and who may still have it later."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from downloads import fill, given_files
from test_doors import ORDER, walk

from tests.service.web.site import PASSWORD

OFFICE = "application/vnd.openxmlformats-officedocument"
# Suffix of an address -> the one type that may come from it.
TYPES = {
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@pytest.fixture
def ids(site):
    return fill(site)


def addresses(site, ids):
    """Every address that is read, with all formats of those that have several."""
    found = {address.format(**ids) for _, method, address in walk(site) if method == "GET"}
    for address in [*found]:
        stem, dot, _ = address.rpartition(".")
        if dot and stem.endswith(("/journal", "/1")):
            formats = ("xlsx", "docx", "pdf") if stem.endswith("/journal") else ("docx", "pdf", "json")
            found |= {f"{stem}.{one}" for one in formats}
    return sorted(one for one in found if not one.startswith("/static/"))


def test_t_32_every_file_is_an_attachment_of_the_type_of_its_name_that_runs_nowhere(site, ids):
    files = given_files(site, site.program(), site.visitor("ours"), addresses(site, ids))

    assert len(files) >= 19
    assert {address.rpartition(".")[2] for address in files} == {"docx", "json", "pdf", "xlsx", "zip"}
    for address, answer in files.items():
        policy = answer.headers["Content-Security-Policy"]
        assert answer.mimetype == TYPES[f".{address.rpartition('.')[2]}"], address
        assert answer.headers["Content-Disposition"].startswith("attachment;"), address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox", address
        assert answer.headers["Cache-Control"] == "no-store", address
        assert not {"ETag", "Last-Modified"} & set(answer.headers.keys()), address
        answer.close()


def test_t_32_what_is_made_of_a_request_is_an_attachment_too(site, ids):
    program, visitor = site.program(), site.visitor("ours")
    document = {"documents": [ids["document"]]}
    answers = {
        "application/zip": [
            program.post("/bundles", document),
            visitor.post("/documents/bundle", {"document": ids["document"], "versions": "newest"}),
        ],
        "application/pdf": [program.post("/previews", {"kind": "order", "payload": ORDER})],
    }

    for media_type, made in answers.items():
        for answer in made:
            assert (answer.status_code, answer.mimetype) == (200, media_type)
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            answer.close()


def test_t_24_who_was_shut_out_after_the_work_was_done_gets_none_of_its_files(site, ids):
    accounts = site.backends.accounts
    clerk = accounts.create_account(
        site.ours.organisation_id, login="clerk", name="Писарев Лев", password=PASSWORD
    )
    program, visitor = site.program(clerk), site.visitor("clerk")
    asked = addresses(site, ids)
    before = given_files(site, program, visitor, asked)
    for answer in before.values():
        answer.close()

    accounts.set_active(site.ours.organisation_id, clerk.id, active=False)

    assert len(before) >= 19
    assert given_files(site, program, visitor, asked) == {}
    for address in before:
        later = (
            program.client.get(address, headers=program.headers)
            if address.startswith("/api/")
            else visitor.get(address)
        )
        assert later.status_code == (401 if address.startswith("/api/") else 303), address


def test_t_33_a_host_that_is_not_ours_stands_in_no_answer(site, ids, tmp_path):
    """With TRUSTED_HOSTS a foreign Host is refused everywhere; see the refusal in test_failures.py too."""
    site.app.config["TRUSTED_HOSTS"] = ["papers.example"]
    program, visitor = site.program(), site.visitor()
    evil, good = {"Host": "evil.example"}, {"Host": "papers.example"}

    for address in addresses(site, ids):
        api = address.startswith("/api/")
        client, headers = (program.client, program.headers) if api else (visitor.client, {})
        answer = client.get(address, headers={**headers, **evil})
        assert answer.status_code == 400, address
        assert b"evil" not in answer.data, address
        assert not any("evil" in value for value in answer.headers.values()), address
    told = program.client.get(
        f"/api/v1/batches/{ids['batch']}/result.xlsx", headers={**program.headers, **good}
    )
    with zipfile.ZipFile(io.BytesIO(told.data)) as book:
        texts = b"".join(book.read(name) for name in book.namelist() if "sheet" in name or "rels" in name)
    assert b"evil" not in texts
    assert told.status_code == 200


def test_t_33_a_forwarded_host_is_not_believed(site, ids):
    program = site.program()
    headers = {**program.headers, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    made = program.client.post(
        "/api/v1/documents",
        headers=headers,
        json={"kind": "order", "payload": {**ORDER, "number": "01-05/18"}},
    )
    book = program.client.get(f"/api/v1/batches/{ids['batch']}/result.xlsx", headers=headers)
    description = program.client.get("/api/v1/openapi.json", headers=headers)

    with zipfile.ZipFile(io.BytesIO(book.data)) as parts:
        told = [parts.read(name) for name in parts.namelist()]
    assert made.status_code == 201
    assert made.headers["Location"].startswith("/api/v1/")
    assert not any(
        b"evil" in text for text in [*told, description.data, json.dumps(dict(made.headers)).encode()]
    )
    assert any(b"http://localhost/documents/" in text for text in told)
