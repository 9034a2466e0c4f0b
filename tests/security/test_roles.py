"""T-21: nobody makes himself more than he is: role × route × field.

No route changes a role: accounts are made and closed from the command line only. So the matrix asks what a member is
refused, and whether a field that names power does anything anywhere.
"""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa
from test_doors import CHANGES, ORDER, stranger, walk

from service.database import reading
from service.database.tables import actor, api_token, organisation
from tests.service.web.site import PASSWORD

ADMINISTRATORS = {
    "/api/v1/numbering",
    "/api/v1/rules",
    "/api/v1/templates/check",
    "/api/v1/templates/check.docx",
    "/numbering",
    "/rules",
    "/templates",
}
POWERS = {
    "is_admin": True,
    "role": "admin",
    "scopes": ["documents", "admin"],
    "organisation_id": "0" * 32,
    "actor_id": "0" * 32,
    "active": True,
    "state": "registered",
    "number": 7,
}
SENT = {"kind": "order", "payload": ORDER}
# Every route of a program that takes JSON: a body that is accepted, and where else in it a field could hide.
BODIES = {
    "/api/v1/documents": (SENT, ["overrides"]),
    "/api/v1/documents/{document}/versions": ({"payload": ORDER}, ["overrides"]),
    "/api/v1/documents/{document}/register": ({"reason": ""}, []),
    "/api/v1/documents/{document}/void": ({"reason": "Издан ошибочно"}, []),
    "/api/v1/bundles": ({"documents": []}, []),
    "/api/v1/checks": (SENT, []),
    "/api/v1/previews": (SENT, []),
    "/api/v1/rules": ({"severities": {"QUOTES": "error"}}, []),
    "/api/v1/numbering": ({"rules": [{"series": "order/приказ", "pattern": "{n}"}]}, []),
    "/api/v1/batches/{batch}/cancel": ({}, []),
    "/api/v1/batches/{batch}/resume": ({}, []),
}
FILES = {"/api/v1/batches", "/api/v1/templates/check", "/api/v1/templates/check.docx"}
OVERRIDE = {"rule": "QUOTES", "reason": "Так принято"}


@pytest.fixture
def member(site):
    return stranger(site, is_admin=False)


@pytest.fixture
def own(site):
    """Ids of the other organisation's own paper and batch."""
    program = site.program(site.theirs)
    made = program.post("/documents", SENT).json["document_id"]
    batch = program.client.post(
        "/api/v1/batches",
        headers=program.headers,
        data={"kind": "order", "file": _file()},
        content_type="multipart/form-data",
    )
    return {"document": made, "batch": batch.json["batch_id"], "token": "0" * 32, "job": "0" * 32}


def test_a_member_is_refused_what_is_for_administrators_and_nothing_else(site, member, own):
    login, known = member
    ids = {**own, "upload": "0" * 32}
    refused = {True: set(), False: set()}
    people = {
        False: (site.program(known), site.visitor(login)),
        True: (site.administrator(site.theirs), site.visitor("theirs")),
    }
    for is_admin, (program, visitor) in people.items():
        for _, method, address in walk(site):
            if address not in {"/sign-in", "/sign-out"}:
                answer = _asked(program, visitor, method, address.format(**ids))
                if answer.status_code == 403:
                    refused[is_admin].add(address)
                answer.close()

    # The old password was not given, which nobody is forgiven.
    assert refused == {True: {"/account/password"}, False: {"/account/password", *ADMINISTRATORS}}


def test_a_field_that_names_power_is_refused_on_every_route_for_programs(site, own):
    program, before = site.administrator(site.theirs), people_of(site)
    taken = {
        address for _, method, address in walk(site) if method in CHANGES and address.startswith("/api/")
    }
    assert taken == BODIES.keys() | FILES
    for address, (body, lists) in BODIES.items():
        method = "PUT" if address in {"/api/v1/rules", "/api/v1/numbering"} else "POST"
        for field, value in POWERS.items():
            hidden = [{**body, field: value}] + [{**body, one: [{**OVERRIDE, field: value}]} for one in lists]
            for sent in hidden:
                answer = program.client.open(
                    address.format(**own), method=method, headers=program.headers, json=sent
                )
                assert answer.status_code == 422, (address, field, answer.text)
                if body:
                    assert any(name.endswith(field) for name in answer.json["messages"]), (address, field)

    assert site.recorded(site.theirs) == 1
    assert people_of(site) == before
    # The twin: without the field the same body is taken.
    assert program.post("/documents", {**SENT, "overrides": [OVERRIDE]}).status_code == 201


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, [True], {"": True}, "on"])
def test_yes_is_a_boolean_and_nothing_that_looks_like_one(program, site, value):
    answer = program.post("/documents", {**SENT, "register": value})

    assert (answer.status_code, list(answer.json["messages"])) == (422, ["register"])
    assert site.recorded() == 0


def test_a_form_of_a_member_with_fields_of_power_changes_nobody(site, member, own):
    login, known = member
    visitor, before = site.visitor(login), people_of(site)
    powers = {**POWERS, "is_admin": "1", "scopes": "admin", "login": "theirs", "id": site.theirs.id}

    for _, method, address in walk(site):
        if method in CHANGES and not address.startswith("/api/") and address not in {"/sign-out", "/sign-in"}:
            visitor.post(
                address.format(**{**own, "upload": "0" * 32}), {**powers, "name": "ключ", "days": "3"}
            )
    own_password = {"old_password": PASSWORD, "new_password": "новый пароль 22"}
    changed = visitor.post(
        "/account/password", {**own_password, **powers, "repeated_password": "новый пароль 22"}
    )

    tokens = [one for one in site.backends.accounts.list_tokens(known) if one.actor_id == known.id]
    assert changed.status_code == 303
    assert [one.scopes for one in tokens] == [("documents",)]
    assert people_of(site) == before
    assert site.visitor().sign_in("theirs").status_code == 303


def people_of(site):
    """Everything an account, an organisation and the rights of a token are, but for passwords and sessions."""
    columns = [
        actor.c.id,
        actor.c.organisation_id,
        actor.c.login,
        actor.c.name,
        actor.c.is_admin,
        actor.c.active,
    ]
    with reading(site.backends.engine) as connection:
        people = connection.execute(sa.select(*columns).order_by(actor.c.id)).all()
        names = connection.execute(sa.select(organisation).order_by(organisation.c.id)).all()
        powerful = connection.execute(
            sa.select(api_token.c.id).where(api_token.c.scopes.contains("admin"))
        ).all()
    return people, names, powerful


def _asked(program, visitor, method, address):
    if address.startswith("/api/v1/"):
        body = {"json": {}} if method in CHANGES else {}
        return program.client.open(address, method=method, headers=program.headers, **body)
    return visitor.post(address, {}) if method in CHANGES else visitor.get(address)


def _file():
    return io.BytesIO(json.dumps(ORDER, ensure_ascii=False).encode()), "orders.jsonl"
