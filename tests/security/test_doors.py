"""Every route, walked: who may open it, what it answers to a stranger, which changes it makes only on purpose.

A new route fails here until it has a line in ROUTES.
"""

from __future__ import annotations

import json
import re

import pytest

from service.batches.batches import SentFile
from service.web.auth import PUBLIC
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.web.site import PASSWORD

ORDER = read_sample("order")

# Rule -> an address of it; {document}, {job} and {token} belong to "ours".
ROUTES = {
    "/": "/",
    "/account": "/account",
    "/account/password": "/account/password",
    "/account/tokens": "/account/tokens",
    "/account/tokens/<id:token_id>/revoke": "/account/tokens/{token}/revoke",
    "/api/docs": "/api/docs",
    "/api/docs/<kind>": "/api/docs/order",
    "/api/v1/batches": "/api/v1/batches",
    "/api/v1/batches/<id:batch_id>": "/api/v1/batches/{batch}",
    "/api/v1/batches/<id:batch_id>/bundle.zip": "/api/v1/batches/{batch}/bundle.zip",
    "/api/v1/batches/<id:batch_id>/cancel": "/api/v1/batches/{batch}/cancel",
    "/api/v1/batches/<id:batch_id>/result.xlsx": "/api/v1/batches/{batch}/result.xlsx",
    "/api/v1/batches/<id:batch_id>/resume": "/api/v1/batches/{batch}/resume",
    "/api/v1/batches/<id:batch_id>/rows": "/api/v1/batches/{batch}/rows",
    "/api/v1/bundles": "/api/v1/bundles",
    "/api/v1/checks": "/api/v1/checks",
    "/api/v1/documents": "/api/v1/documents",
    "/api/v1/documents/<id:document_id>": "/api/v1/documents/{document}",
    "/api/v1/documents/<id:document_id>/changes": "/api/v1/documents/{document}/changes?to=1&from=1",
    "/api/v1/documents/<id:document_id>/register": "/api/v1/documents/{document}/register",
    "/api/v1/documents/<id:document_id>/void": "/api/v1/documents/{document}/void",
    "/api/v1/heads": "/api/v1/heads",
    "/api/v1/journal": "/api/v1/journal",
    "/api/v1/journal.<any(xlsx, docx, pdf):file_format>": "/api/v1/journal.xlsx",
    "/documents/<id:document_id>/register": "/documents/{document}/register",
    "/documents/<id:document_id>/void": "/documents/{document}/void",
    "/journal": "/journal",
    "/journal.<any(xlsx, docx, pdf):file_format>": "/journal.pdf",
    "/api/v1/documents/<id:document_id>/versions": "/api/v1/documents/{document}/versions",
    "/api/v1/documents/<id:document_id>/versions/<int(min=1, max=1000000000):number>": (
        "/api/v1/documents/{document}/versions/1"
    ),
    "/api/v1/documents/<id:document_id>/versions/<int(min=1, max=1000000000):number>"
    ".<any(docx, pdf, json):file_format>": "/api/v1/documents/{document}/versions/1.pdf",
    "/api/v1/jobs/<id:job_id>": "/api/v1/jobs/{job}",
    "/api/v1/kinds": "/api/v1/kinds",
    "/api/v1/kinds/<kind>": "/api/v1/kinds/order",
    "/api/v1/kinds/<kind>/blank.xlsx": "/api/v1/kinds/order/blank.xlsx",
    "/api/v1/kinds/<kind>/sample": "/api/v1/kinds/order/sample",
    "/api/v1/kinds/<kind>/schema": "/api/v1/kinds/order/schema",
    "/api/v1/openapi.json": "/api/v1/openapi.json",
    "/api/v1/previews": "/api/v1/previews",
    "/api/v1/rules": "/api/v1/rules",
    "/api/v1/templates/check": "/api/v1/templates/check",
    "/api/v1/templates/check.docx": "/api/v1/templates/check.docx",
    "/batches": "/batches",
    "/batches/list": "/batches/list",
    "/batches/<id:batch_id>": "/batches/{batch}",
    "/batches/<id:batch_id>/bundle.zip": "/batches/{batch}/bundle.zip",
    "/batches/<id:batch_id>/cancel": "/batches/{batch}/cancel",
    "/batches/<id:batch_id>/corrected": "/batches/{batch}/corrected",
    "/batches/<id:batch_id>/progress": "/batches/{batch}/progress",
    "/batches/<id:batch_id>/result.xlsx": "/batches/{batch}/result.xlsx",
    "/batches/<id:batch_id>/resume": "/batches/{batch}/resume",
    "/batches/new": "/batches/new",
    "/batches/uploads/<id:upload_id>": "/batches/uploads/{upload}",
    "/batches/uploads/<id:upload_id>/progress": "/batches/uploads/{upload}/progress",
    "/batches/uploads/<id:upload_id>/result.xlsx": "/batches/uploads/{upload}/result.xlsx",
    "/batches/uploads/<id:upload_id>/start": "/batches/uploads/{upload}/start",
    "/documents": "/documents",
    "/documents/<id:document_id>": "/documents/{document}",
    "/documents/bundle": "/documents/bundle",
    "/documents/<id:document_id>/changes": "/documents/{document}/changes?from=1&to=1",
    "/documents/<id:document_id>/<int(min=1, max=1000000000):number>.<any(docx, pdf, json):file_format>": (
        "/documents/{document}/1.docx"
    ),
    "/documents/<id:document_id>/new-version": "/documents/{document}/new-version",
    "/healthz": "/healthz",
    "/kinds/<kind>/blank.xlsx": "/kinds/order/blank.xlsx",
    "/kinds/<kind>/sample.json": "/kinds/order/sample.json",
    "/metrics": "/metrics",
    "/numbering": "/numbering",
    "/api/v1/numbering": "/api/v1/numbering",
    "/api/v1/uploads/<id:upload_id>": "/api/v1/uploads/{upload}",
    "/new/<kind>": "/new/order",
    "/preview/<kind>": "/preview/order",
    "/readyz": "/readyz",
    "/rules": "/rules",
    "/sign-in": "/sign-in",
    "/sign-out": "/sign-out",
    "/static/<path:filename>": "/static/formulyar.css",
    "/templates": "/templates",
    "/upload": "/upload",
}
NOTHING = "0" * 32
# It holds the second it was made in: two answers may differ in it on a slow machine.
TOKEN = re.compile(rb'(?<=name="csrf_token" value=")[^"]+')
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def ids(site, program):
    made = program.post("/documents", {"kind": "order", "payload": ORDER}).json
    token = site.backends.accounts.list_tokens(site.ours)[0]
    line = json.dumps({**ORDER, "number": "01-05/18"}, ensure_ascii=False).encode()
    batches, orders = site.backends.batches, SentFile("orders.jsonl", line)
    batch_id = batches.start(site.ours, batches.upload(site.ours, "order", orders, parse_json).id, parse_json)
    return {
        "document": made["document_id"],
        "token": token.id,
        "upload": batches.upload(site.ours, "order", orders, parse_json).id,
        "batch": batch_id,
        "job": site.backends.work.rows(site.ours.organisation_id, batch_id)[0].id,
    }


def walk(site):
    """Yield (endpoint, method, address) of every route."""
    for rule in site.app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, ROUTES[str(rule)]


def test_every_route_has_a_line_here(site):
    """T-20."""
    assert {str(rule) for rule in site.app.url_map.iter_rules()} == set(ROUTES)


def test_nobody_gets_in_without_signing_in(site, ids):
    client = site.app.test_client()

    for endpoint, method, address in walk(site):
        answer = client.open(address.format(**ids), method=method, json={} if method in CHANGES else None)
        if address == "/metrics":
            assert answer.status_code == 404  # unless a key is set: tests/service/web/test_metrics.py
        elif endpoint in PUBLIC:
            assert answer.status_code in {200, 403}, address
        elif address.startswith("/api/v1/"):
            assert answer.status_code == 401, address
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        else:
            assert answer.status_code == 303, address
            assert answer.headers["Location"].startswith("/sign-in"), address
        assert b"01-05/17" not in answer.data
        answer.close()
    assert site.recorded() == 1


def test_a_session_opens_no_route_for_programs(site, visitor, ids):
    """T-31."""
    for _, method, address in walk(site):
        if address.startswith("/api/v1/"):
            answer = visitor.client.open(
                address.format(**ids), method=method, json={} if method in CHANGES else None
            )
            assert answer.status_code == 401, address


def test_a_token_opens_no_page(site, program, ids):
    for endpoint, method, address in walk(site):
        if not address.startswith("/api/v1/") and endpoint not in PUBLIC:
            answer = program.client.open(address.format(**ids), method=method, headers=program.headers)
            assert answer.status_code == 303, address


def test_every_change_on_a_page_needs_its_csrf_token(site, visitor, ids):
    """T-31."""
    changed = 0
    for _, method, address in walk(site):
        if method in CHANGES and not address.startswith("/api/v1/"):
            answer = visitor.client.open(address.format(**ids), method=method, data={"_do": "create"})
            assert answer.status_code == 403, address
            assert "Страница устарела" in answer.text
            changed += 1
    assert changed >= 9
    assert site.recorded() == 1


def test_every_change_asked_for_by_another_site_is_refused(site, visitor, ids):
    """T-31."""
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81"):
        for _, method, address in walk(site):
            if method in CHANGES and not address.startswith("/api/v1/"):
                answer = visitor.post(address.format(**ids), headers={"Origin": origin})
                assert answer.status_code == 403, (address, origin)
    own = visitor.post("/new/order", {"_do": "check"}, headers={"Origin": "http://localhost"})
    assert own.status_code == 422


@pytest.mark.parametrize("is_admin", [True, False], ids=["administrator", "member"])
def test_ids_of_another_organisation_answer_like_ids_that_do_not_exist(site, ids, is_admin):
    """T-20: every route with an id in its address, for each role: status, headers and body are the same."""
    login, actor = stranger(site, is_admin=is_admin)
    program, visitor = site.program(actor), site.visitor(login)
    missing = dict.fromkeys(ids, NOTHING)
    fixed = {"X-Request-ID": "the-same-id"}

    for _, method, address in walk(site):
        if "{" not in address:
            continue
        answers = []
        for names in (ids, missing):
            target = address.format(**names)
            if address.startswith("/api/v1/"):
                body = {"json": {"payload": ORDER}} if method in CHANGES else {}
                answer = program.client.open(
                    target, method=method, headers={**program.headers, **fixed}, **body
                )
            elif method in CHANGES:
                answer = visitor.post(target, {"_do": "create"}, headers=fixed)
            else:
                answer = visitor.get(target, headers=fixed)
            answers.append(answer)
        foreign, absent = answers
        assert foreign.status_code == 404, (method, address)
        assert timeless(foreign) == timeless(absent), (method, address)
        assert headers_of(foreign) == headers_of(absent), (method, address)
    assert site.recorded() == 1


# Where an id is no part of the address: what a program or a page sends.
SENT_IDS = {
    "bundle of a program": ("/api/v1/bundles", {"documents": ["{document}"]}),
    "bundle of a page": ("/documents/bundle", {"document": "{document}", "versions": "newest"}),
    "upload of a version": ("/upload?document={document}", None),
    "upload sent": ("/upload", {"document": "{document}", "kind": "order", "text": json.dumps(ORDER)}),
    "cursor of documents": ("/api/v1/documents?cursor={document}", None),
    "cursor of the journal": ("/api/v1/journal?cursor={document}", None),
    "number": ("/api/v1/documents?number={number}", None),
    "words": ("/api/v1/documents?q={document}", None),
}


def test_an_id_that_is_sent_is_worth_nothing_elsewhere(site, ids):
    """T-20: ids in bodies and queries, for each role; what they do for their own organisation is the control."""
    own_visitor, own_program = site.visitor("ours"), site.program()
    here, nowhere = {**ids, "number": "01-05/17"}, {**dict.fromkeys(ids, NOTHING), "number": "99-99/99"}
    for is_admin in (True, False):
        login, actor = stranger(site, is_admin=is_admin)
        program, visitor = site.program(actor), site.visitor(login)
        for name, (address, body) in SENT_IDS.items():
            foreign, absent = (sent(program, visitor, address, body, names) for names in (here, nowhere))
            assert (foreign.status_code, timeless(foreign)) == (absent.status_code, timeless(absent)), name
            assert headers_of(foreign) == headers_of(absent), name
            if name not in {"cursor of documents", "cursor of the journal", "words"}:
                own = sent(own_program, own_visitor, address, body, here)
                assert (own.status_code, timeless(own)) != (foreign.status_code, timeless(foreign)), name


def sent(program, visitor, address, body, names):
    """Return the answer to a request whose address and body name these ids."""
    fixed, target = {"X-Request-ID": "the-same-id"}, address.format(**names)
    if address.startswith("/api/v1/"):
        if body is None:
            return program.client.get(target, headers={**program.headers, **fixed})
        named = {field: [one.format(**names) for one in values] for field, values in body.items()}
        return program.client.post(target, headers={**program.headers, **fixed}, json=named)
    if body is None:
        return visitor.get(target, headers=fixed)
    named = {field: names["document"] if field == "document" else value for field, value in body.items()}
    return visitor.post(target, named, headers=fixed)


def stranger(site, *, is_admin):
    """Return login and actor of somebody of the other organisation."""
    if is_admin:
        return "theirs", site.theirs
    made = site.backends.accounts.create_account(
        site.theirs.organisation_id, login="colleague", name="Писарев Лев", password=PASSWORD
    )
    return "colleague", made


def headers_of(answer):
    """Return the headers without the session's cookie and the time."""
    return sorted(
        (name, value) for name, value in answer.headers.items() if name not in {"Set-Cookie", "Date"}
    )


def timeless(answer) -> str:
    """Return the body without the CSRF token, which holds the second it was made in."""
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.data.decode("utf-8", "replace"))


def test_another_organisation_sees_no_papers_in_lists(site, ids):
    program, visitor = site.program(site.theirs), site.visitor("theirs")

    assert program.get("/documents").json == {"items": [], "next_cursor": None}
    assert ids["document"] not in visitor.get("/documents").text
    assert ids["document"] not in visitor.get("/").text
    upload = visitor.get(f"/upload?document={ids['document']}")
    assert upload.status_code == 404


def test_a_key_of_another_organisation_is_another_key(site, ids):
    key = {"Idempotency-Key": "the-same"}
    ours = site.program().post("/documents", {"kind": "order", "payload": ORDER}, headers=key).json
    theirs = (
        site.program(site.theirs).post("/documents", {"kind": "order", "payload": ORDER}, headers=key).json
    )

    assert ours["document_id"] != theirs["document_id"]


def test_every_answer_carries_the_security_headers(site, visitor, program, ids):
    """T-32."""
    for _, method, address in walk(site):
        if method != "GET":
            continue
        target = address.format(**ids)
        client, headers = (
            (program.client, program.headers) if target.startswith("/api/v1/") else (visitor.client, {})
        )
        answer = client.get(target, headers=headers)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff", target
        assert answer.headers["Referrer-Policy"] == "same-origin", target
        assert answer.headers["X-Frame-Options"] == "DENY", target
        assert "frame-ancestors 'none'" in policy, target
        assert "unsafe" not in policy, target
        if not target.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store", target
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            assert "sandbox" in policy, target
        answer.close()


def test_every_unlisted_method_is_refused_with_those_allowed(site, visitor, program, ids):
    for _, _, address in walk(site):
        target = address.format(**ids)
        client, headers = (
            (program.client, program.headers) if target.startswith("/api/v1/") else (visitor.client, {})
        )
        answer = client.patch(target, headers=headers)
        assert answer.status_code == 405, target
        assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"], target
