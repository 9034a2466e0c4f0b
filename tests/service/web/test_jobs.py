"""Papers ordered now and made later: 202, a job to look at, and the same rules as for those made at once."""

from __future__ import annotations

from service.work.making import Maker
from tests.samples import read_sample
from tests.service.web.site import open_site

BODY = {"kind": "acquaintance_sheet", "payload": read_sample("acquaintance_sheet")}
LATER = {"Prefer": "respond-async, wait=10"}


def work_off(site):
    parts = site.backends
    maker = Maker(parts.leases, archive=parts.archive, press=parts.press)
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


def test_without_the_wish_the_paper_is_made_at_once(site, program):
    made = program.post("/documents", BODY, headers={"Prefer": "wait=10"})

    assert (made.status_code, site.recorded()) == (201, 1)


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
