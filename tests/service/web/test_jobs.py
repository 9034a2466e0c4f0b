"""Papers ordered now and made later: 202, a job to look at, and the same rules as for those made at once."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from service.database import reading
from service.database.tables_work import item
from service.work.making import Maker
from service.work.worker import Worker
from tests.doubles import eventually
from tests.samples import read_sample
from tests.service.web.site import open_site

BODY = {"kind": "acquaintance_sheet", "payload": read_sample("acquaintance_sheet")}
LATER = {"Prefer": "respond-async"}


def work_off(site):
    parts = site.backends
    maker = Maker(parts.leases, archive=parts.archive, press_for=parts.press_for)
    while (claim := parts.leases.claim("w-1")) is not None:
        maker.make(claim)


def test_a_paper_is_ordered_and_its_job_leads_to_the_version(site, program):
    ordered = program.post("/documents", {**BODY, "reason": "По запросу"}, headers=LATER)
    address = ordered.headers["Location"]
    before = program.client.get(address, headers=program.headers).json

    work_off(site)

    after = program.client.get(address, headers=program.headers).json
    version = program.client.get(after["version"], headers=program.headers).json
    assert (ordered.status_code, ordered.headers["Preference-Applied"]) == (202, "respond-async")
    assert ordered.json == before
    assert (before["state"], before["version"], before["error"]) == ("ready", None, "")
    assert (after["state"], version["number"], version["reason"]) == ("done", 1, "По запросу")
    assert version["actor_name"] == site.ours.name


@pytest.mark.parametrize(
    "wish", ["", "return=minimal", "wait=soon", "wait=-1", "handling=lenient, waiting=5"]
)
def test_without_the_wish_the_paper_is_made_at_once(site, program, wish):
    made = program.post("/documents", BODY, headers={"Prefer": wish})

    assert (made.status_code, site.recorded()) == (201, 1)
    assert "Preference-Applied" not in made.headers


@pytest.fixture
def worker(site):
    """A worker beside the web server, as `serve` has them."""
    parts = site.backends
    maker = Maker(parts.leases, archive=parts.archive, press_for=parts.press_for)
    one, stop = Worker("w-1", leases=parts.leases, maker=maker, host="test"), threading.Event()
    thread = threading.Thread(target=one.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join(60)


@pytest.mark.parametrize("wish", ["wait=30", 'Wait="30"', "respond-async, wait=30, wait=0"])
def test_whoever_waits_gets_the_version_that_a_worker_made(site, program, worker, wish):
    keyed = {"Prefer": wish, "Idempotency-Key": "k-1"}

    made = program.post("/documents", BODY, headers=keyed)
    again = program.post("/documents", BODY, headers=keyed)

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json == again.json
    assert made.headers["Location"].endswith(f"/documents/{made.json['document_id']}/versions/1")
    assert "wait=30" in made.headers["Preference-Applied"]
    assert site.recorded() == 1
    assert states_of(site) == {"done": 1}


def states_of(site):
    """States of the rows of work, counted: whether a worker made it and not the web server."""
    with reading(site.backends.engine) as connection:
        states = connection.execute(sa.select(item.c.state)).scalars()
        return dict(Counter(states))


def test_when_the_time_is_over_the_answer_is_a_job(site, program):
    began = time.monotonic()
    answer = program.post("/documents", BODY, headers={"Prefer": "wait=1"})
    spent_s = time.monotonic() - began
    at_once = program.post("/documents", BODY, headers={"Prefer": "wait=0"})
    before = program.client.get(answer.headers["Location"], headers=program.headers).json

    work_off(site)

    after = program.client.get(answer.headers["Location"], headers=program.headers).json
    assert (answer.status_code, at_once.status_code, answer.headers["Preference-Applied"]) == (
        202,
        202,
        "wait=1",
    )
    assert 1 <= spent_s < 10
    assert (answer.json, before["document_id"]) == (before, None)
    assert site.backends.archive.get(site.ours.organisation_id, after["document_id"]).number == 1
    assert (after["version_number"], site.recorded()) == (1, 2)


def test_a_paper_that_cannot_be_made_ends_the_waiting_with_its_reason(site, program, worker):
    order = read_sample("order")
    order["number"] = "5"
    keyed = {"register": True, "kind": "order", "payload": order}
    first = program.post("/documents", keyed)

    refused = program.post("/documents", keyed, headers={"Prefer": "wait=50"})

    assert first.status_code == 201
    assert (refused.status_code, refused.json["state"], refused.json["version"]) == (202, "failed", None)
    assert refused.json["error"]


def test_few_wait_at_a_time_so_that_the_server_goes_on_answering(tmp_path):
    site = open_site(tmp_path, THREADS="2")
    program, second = site.program(), site.program()
    waiting = threading.Thread(
        target=program.post, args=("/documents", BODY), kwargs={"headers": {"Prefer": "wait=20"}}
    )
    waiting.start()
    eventually(lambda: states_of(site) == {"ready": 1})
    began = time.monotonic()

    answer = second.post("/documents", BODY, headers={"Prefer": "wait=50"})
    spent_s = time.monotonic() - began
    work_off(site)
    waiting.join(60)

    assert (answer.status_code, answer.json["state"]) == (202, "ready")
    assert spent_s < 10
    site.backends.close()


def test_a_next_version_may_be_ordered_too(site, program):
    first = program.post("/documents", BODY).json

    ordered = program.post(
        f"/documents/{first['document_id']}/versions", {"payload": BODY["payload"]}, headers=LATER
    )
    work_off(site)

    job = program.get(f"/jobs/{ordered.json['id']}").json
    assert job["version"] == f"/api/v1/documents/{first['document_id']}/versions/2"


def test_a_payload_that_does_not_fit_is_refused_at_once_and_leaves_no_job(site, program):
    refused = program.post("/documents", {**BODY, "payload": {"нет": 1}}, headers=LATER)

    assert (refused.status_code, refused.json["code"]) == (422, "form_invalid")
    assert site.backends.leases.claim("w-1") is None


def test_one_key_orders_one_paper_and_later_gives_the_version(site, program):
    keyed = {**LATER, "Idempotency-Key": "k-1"}
    first = program.post("/documents", BODY, headers=keyed)
    again = program.post("/documents", BODY, headers=keyed)
    other = program.post("/documents", {**BODY, "kind": "order"}, headers=keyed)
    work_off(site)

    later = program.post("/documents", BODY, headers=keyed)
    directly = program.post("/documents", BODY, headers={"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code, later.status_code) == (202, 202, 201)
    assert first.json["id"] == again.json["id"]
    assert other.status_code in {409, 422}
    assert later.json == directly.json
    assert site.recorded() == 1


def test_a_job_of_another_organisation_is_not_found(site, program):
    ordered = program.post("/documents", BODY, headers=LATER).json
    stranger = site.program(site.theirs)

    theirs = stranger.get(f"/jobs/{ordered['id']}")
    nothing = stranger.get("/jobs/0000")

    assert theirs.status_code == nothing.status_code == 404
    assert theirs.json["error"] == nothing.json["error"]
    assert program.get(f"/jobs/{ordered['id']}").status_code == 200


def test_a_full_queue_says_when_to_come_again(tmp_path):
    site = open_site(tmp_path, WORK_QUOTA="1")
    program = site.program()

    first = program.post("/documents", BODY, headers=LATER)
    second = program.post("/documents", BODY, headers=LATER)
    stranger = site.program(site.theirs).post("/documents", BODY, headers=LATER)

    assert (first.status_code, second.status_code, stranger.status_code) == (202, 429, 202)
    assert "Retry-After" in second.headers
    site.backends.close()
