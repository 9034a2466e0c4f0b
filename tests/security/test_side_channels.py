"""T-25: nothing that one organisation may see depends on what another one keeps, though bytes are kept once."""

from __future__ import annotations

import re

import pytest

from tests.samples import read_sample
from tests.service.web.site import open_site

SHEET = read_sample("acquaintance_sheet")
BODY = {"kind": "acquaintance_sheet", "payload": SHEET, "register": True}
# What differs from call to call: ids, hashes over ids and times, moments, and the trace of one request.
VARYING = re.compile(
    r'"(document_id|chain_sha256|organisation_id|request_id)": ?"[0-9a-f]+"|[0-9a-f]{32}(?![0-9a-f])|'
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)|\d{2}\.\d{2}\.\d{4},? \d{2}:\d{2}|"
    r'(?<=name="csrf_token" value=")[^"]+'
)
ASKED = (
    "/documents",
    "/documents?q=ознакомления",
    f"/documents?number={SHEET.get('number', '1')}",
    "/journal",
    "/heads",
    "/batches",
    "/kinds",
)


@pytest.fixture
def sites(tmp_path):
    """Two sites; in the first one the neighbours keep the same papers already."""
    made = []
    for name in ("shared", "alone"):
        (tmp_path / name).mkdir()
        made.append(open_site(tmp_path / name))
    yield made
    for site in made:
        site.backends.close()


def seen_by_them(site):
    """Everything the other organisation sees while it makes, checks and lists the same paper."""
    program = site.program(site.theirs)
    key = {"Idempotency-Key": "one-key", "X-Request-ID": "the-same-id"}
    answers = [
        program.post("/checks", {"kind": BODY["kind"], "payload": SHEET}, headers=key),
        program.post("/documents", BODY, headers=key),
        program.post("/documents", BODY, headers=key),
        *(program.get(address, headers=key) for address in ASKED),
    ]
    document = answers[1].json["document_id"]
    answers += [
        program.get(f"/documents/{document}/versions/1.{one}", headers=key) for one in ("docx", "pdf", "json")
    ]
    answers.append(program.get("/readyz", headers=key))
    return [
        (
            answer.status_code,
            VARYING.sub("·", answer.data.decode("utf-8", "replace")),
            sorted(
                (name, VARYING.sub("·", value)) for name, value in answer.headers.items() if name != "Date"
            ),
        )
        for answer in answers
    ]


def test_the_same_bytes_at_the_neighbours_change_no_answer(sites):
    shared, alone = sites
    first = shared.program().post("/documents", BODY, headers={"Idempotency-Key": "one-key"})

    with_neighbours, without = seen_by_them(shared), seen_by_them(alone)

    assert first.status_code == 201
    assert with_neighbours == without
    assert [status for status, _, _ in without][:3] == [200, 201, 201]
    assert not any("ETag" in dict(headers) for _, _, headers in without)
    # The control: bytes are kept once, so there was something to see.
    counts = [sum(1 for _ in site.backends.storage.names(after="", limit=100)) for site in sites]
    assert counts[0] == counts[1]
    assert shared.recorded() + shared.recorded(shared.theirs) == 2
