"""The page and the interface of severities: administrators only, and papers obey at once."""

from __future__ import annotations

import json

import pytest

from tests.samples import FIXTURES, changed, read_sample

STOPPED = changed(read_sample("order"), ("title",), "О реализации проекта «500+».")


def rule_of(answer, name):
    return next(one for one in answer.json["items"] if one["rule"] == name)


def test_a_chosen_severity_stops_a_paper_at_once_for_one_organisation_only(site, admin):
    order = {"kind": "order", "payload": STOPPED}
    assert admin.post("/checks", order).json["ready"]

    chosen = admin.put("/rules", {"severities": {"TITLE_STOP": "error"}})

    assert chosen.status_code == 200
    assert rule_of(chosen, "TITLE_STOP")["own"] == "error"
    assert rule_of(chosen, "TITLE_STOP")["changed_by"] == site.ours.name
    assert not admin.post("/checks", order).json["ready"]
    assert admin.post("/documents", order).status_code == 422
    assert site.program(site.theirs).post("/checks", order).json["ready"]
    assert site.program(site.theirs).post("/documents", order).status_code == 201


def test_a_package_and_an_uploaded_paper_obey_too(site, admin, visitor):
    package = read_sample(FIXTURES / "packages" / "package.000.json")
    package["order"]["title"] += "."
    admin.put("/rules", {"severities": {"TITLE_STOP": "error"}})

    checked = admin.post("/checks", {"kind": "package", "payload": package})
    visitor.get("/upload")
    uploaded = visitor.post("/upload", {"kind": "order", "text": json.dumps(STOPPED)})

    assert [one["severity"] for one in checked.json["findings"] if one["rule"] == "TITLE_STOP"] == ["error"]
    assert uploaded.status_code == 422
    assert "После заголовка к тексту точка не ставится" in uploaded.text
    assert site.recorded() == 0


def test_default_gives_the_rule_back(admin):
    admin.put("/rules", {"severities": {"TITLE_STOP": "off"}})

    back = admin.put("/rules", {"severities": {"TITLE_STOP": "default"}})

    assert rule_of(back, "TITLE_STOP")["own"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"severities": {"TITLE_STOPP": "error"}}, "severities.TITLE_STOPP"),
        ({"severities": {"TITLE_STOP": "fatal"}}, "severities.TITLE_STOP"),
        ({"severities": {"TITLE_STOP": True}}, "severities.TITLE_STOP"),
        ({"severities": ["TITLE_STOP"]}, "severities"),
        ({"severity": {}}, "severity"),
    ],
)
def test_a_wrong_request_is_refused_by_field(admin, body, field):
    refused = admin.put("/rules", body)

    assert refused.status_code == 422
    assert field in refused.json["messages"]
    assert refused.json["code"] == "form_invalid"


def test_a_token_without_the_rights_of_an_administrator_neither_sees_nor_changes(site):
    program = site.program()

    assert program.get("/rules").status_code == 403
    assert program.put("/rules", {"severities": {"TITLE_STOP": "off"}}).status_code == 403


def test_an_administrator_chooses_on_the_page_and_a_member_may_not(site, visitor):
    site.backends.accounts.create_account(
        site.ours.organisation_id, login="member", name="Член", password="длинный пароль 1"
    )
    page = visitor.get("/rules")
    saved = visitor.post("/rules", {"rule-TITLE_STOP": "error", "rule-QUOTES": "default"})
    member = site.visitor("member")

    assert page.status_code == 200
    assert "Точка после заголовка" in page.text
    assert saved.status_code == 303
    assert site.backends.rules.strictness(site.ours.organisation_id) == {"TITLE_STOP": "error"}
    assert member.get("/rules").status_code == 403
    assert member.post("/rules", {"rule-TITLE_STOP": "off"}).status_code == 403
    assert site.backends.rules.strictness(site.ours.organisation_id) == {"TITLE_STOP": "error"}


def test_a_wrong_choice_on_the_page_says_what_is_wrong(visitor):
    visitor.get("/rules")
    answer = visitor.post("/rules", {"rule-TITLE_STOPP": "error"})

    assert answer.status_code == 422
    assert "Возможно, вы имели в виду «TITLE_STOP»" in answer.text
