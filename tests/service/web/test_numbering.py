"""How numbers look: the page and the interface of administrators, and papers that are numbered so at once."""

from __future__ import annotations

import pytest
from lxml import html

from tests.samples import read_sample

ORDER = {**read_sample("order"), "number": ""}


def rule_of(answer, series, year=0):
    return next(one for one in answer.json["items"] if (one["series"], one["year"]) == (series, year))


def fields_of(page):
    form = html.fromstring(page).xpath('//form[@action="/numbering"]')[0]
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def test_a_program_sets_how_numbers_look_and_sees_the_next_one(site, admin):
    before = admin.get("/numbering")
    rules = [
        {"series": "order/приказ", "pattern": "{n:03}а-ОД", "first": 376},
        {"series": "curator_report", "pattern": "{n}/{year}"},
    ]
    changed = admin.put("/numbering", {"rules": rules})

    assert (rule_of(before, "order/приказ")["pattern"], rule_of(before, "order/приказ")["next"]) == (
        "{n}",
        "1",
    )
    assert rule_of(before, "order/приказ")["changed_by"] is None
    assert changed.status_code == 200
    order = rule_of(changed, "order/приказ")
    assert (order["title"], order["next"], order["first"]) == ("Приказ", "376а-ОД", 376)
    assert order["changed_by"] == site.ours.name
    assert rule_of(changed, "order/распоряжение")["next"] == "1"
    made = admin.post("/documents", {"kind": "order", "payload": ORDER, "register": True})
    assert made.json["registered_as"] == "376а-ОД"
    theirs = site.program(site.theirs).post(
        "/documents", {"kind": "order", "payload": ORDER, "register": True}
    )
    assert theirs.json["registered_as"] == "1"


def test_a_rule_of_one_year_goes_before_that_of_every_year(admin):
    changed = admin.put(
        "/numbering",
        {"rules": [{"series": "order/приказ", "pattern": "{n}-{yy}", "first": 50, "year": 2023}]},
    )

    assert rule_of(changed, "order/приказ", 2023)["next"] == "50-23"
    made = admin.post("/documents", {"kind": "order", "payload": ORDER, "register": True})
    assert made.json["registered_as"] == "50-23"


@pytest.mark.parametrize(
    ("rule", "field", "text"),
    [
        (
            {"series": "order/приказ", "pattern": "01-05"},
            "pattern",
            "все документы получили бы один и тот же номер",
        ),
        ({"series": "order/приказ", "pattern": "{year}"}, "pattern", "один и тот же номер"),
        ({"series": "order/приказ", "pattern": "{n}-{n}"}, "pattern", "не один раз"),
        ({"series": "order/приказ", "pattern": "{m}/{n}"}, "pattern", "в фигурных скобках допустимы только"),
        ({"series": "order/приказ", "pattern": "№ {n}"}, "pattern", "номер состоит из цифр, букв"),
        ({"series": "order/приказ", "pattern": "{n}" + "а" * 36}, "pattern", "длиннее 40 знаков"),
        ({"series": "order/приказ", "pattern": "{n}", "first": 0}, "first", ""),
        ({"series": "order/приказ", "pattern": "{n}", "year": 1850}, "year", "от 1990 до 2100"),
        ({"series": "order/указ", "pattern": "{n}"}, "series", "Неизвестный журнал «order/указ»"),
        ({"series": "order/приказ"}, "pattern", ""),
    ],
    ids=[
        "constant",
        "year only",
        "twice",
        "unknown",
        "letters",
        "long",
        "first",
        "year",
        "series",
        "missing",
    ],
)
def test_what_gives_no_number_of_its_own_is_refused_in_plain_words(admin, rule, field, text):
    good = {"series": "curator_report", "pattern": "{n}/{year}"}

    refused = admin.put("/numbering", {"rules": [good, rule]})

    assert refused.status_code == 422
    assert text in refused.json["messages"][f"rules.1.{field}"][0]
    assert rule_of(admin.get("/numbering"), "curator_report")["pattern"] == "{n}"


def test_a_token_without_the_rights_of_an_administrator_neither_sees_nor_changes(site):
    program = site.program()

    assert program.get("/numbering").status_code == 403
    assert program.put("/numbering", {"rules": []}).status_code == 403


def test_an_administrator_sets_numbers_on_the_page_and_a_member_may_not(site, visitor, program):
    site.backends.accounts.create_account(
        site.ours.organisation_id, login="member", name="Член", password="длинный пароль 1"
    )
    filled = fields_of(visitor.get("/numbering").text)
    filled |= {"pattern:order/приказ:0": "{n}а-ОД", "first:order/приказ:0": "376"}

    saved = visitor.post("/numbering", filled, follow_redirects=True)
    again = visitor.post("/numbering", fields_of(saved.text), follow_redirects=True)
    member = site.visitor("member")

    assert "Нумерация изменена" in saved.text
    assert "№&nbsp;376а-ОД" in saved.text
    assert "Ничего не изменено" in again.text
    assert len(site.backends.archive.journal.numbering(site.ours.organisation_id)) == 1
    assert member.get("/numbering").status_code == 403
    assert member.post("/numbering", filled).status_code == 403
    assert "/numbering" in visitor.get("/account").text
    assert "/numbering" in visitor.get("/journal").text
    assert "/numbering" not in member.get("/journal").text
    assert site.backends.archive.verify() == []


def test_a_wrong_pattern_on_the_page_stays_in_its_field_and_nothing_is_changed(site, visitor):
    filled = fields_of(visitor.get("/numbering").text)
    filled |= {
        "pattern:order/приказ:0": "01-05",
        "first:order/приказ:0": "семь",
        "pattern:roadmap:0": "{n}-ДК",
    }
    filled |= {"pattern:new": "{n}/1", "series:new": "order/распоряжение", "year:new": "22"}

    refused = visitor.post("/numbering", filled)

    assert refused.status_code == 422
    assert "все документы получили бы один и тот же номер" in refused.text
    assert "Первый номер: целое число от 1" in refused.text
    assert "Год – от 1990 до 2100" in refused.text
    assert fields_of(refused.text) == filled
    assert site.backends.archive.journal.numbering(site.ours.organisation_id) == []


def test_an_administrator_sets_the_numbers_of_one_year_on_the_page(visitor):
    filled = fields_of(visitor.get("/numbering").text)
    filled |= {"pattern:new": "{n}-{yy}", "series:new": "order/приказ", "year:new": "2023", "first:new": "50"}

    saved = visitor.post("/numbering", filled, follow_redirects=True)

    assert "только 2023 год" in saved.text
    assert "№&nbsp;50-23" in saved.text
