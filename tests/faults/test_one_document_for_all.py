"""R-11, T-40: fifty programs make the next version of one document at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.samples import read_sample
from tests.service.web.site import open_site

CALLS = 50
SHEET = read_sample("acquaintance_sheet")
BODY = {"kind": "acquaintance_sheet", "payload": SHEET}


@pytest.fixture
def site(tmp_path, either_database_url):
    site = open_site(tmp_path, DATABASE_URL=either_database_url)
    yield site
    site.backends.close()


def test_r_11_fifty_posts_at_once_get_fifty_numbers_or_a_plain_refusal(site):
    """A busy database may refuse some of them with 503; what was acknowledged has a number of its own."""
    program = site.program()
    document_id = program.post("/documents", BODY).json["document_id"]
    together = threading.Barrier(CALLS)

    def post(_):
        client = site.app.test_client()
        together.wait(60)
        return client.post(
            f"/api/v1/documents/{document_id}/versions", headers=program.headers, json={"payload": SHEET}
        )

    with ThreadPoolExecutor(CALLS) as pool:
        answers = list(pool.map(post, range(CALLS)))

    statuses = Counter(answer.status_code for answer in answers)
    acknowledged = sorted(answer.json["number"] for answer in answers if answer.status_code == 201)
    history = site.backends.archive.history(site.ours.organisation_id, document_id)
    assert set(statuses) <= {201, 503}
    assert acknowledged == list(range(2, statuses[201] + 2))
    assert statuses[201] >= CALLS // 2
    assert [one.number for one in history] == [1, *acknowledged]
    assert site.backends.archive.verify() == []
