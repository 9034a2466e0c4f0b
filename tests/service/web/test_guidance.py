"""Pages lead on: a slip in a search, an empty selection, an example, a version made in between, a sample to take."""

from __future__ import annotations

import json

import pytest
from lxml import html

import forms
from service.config import read_settings
from service.server import Server
from service.web.pages import size
from tests.samples import PROJECT, read_sample
from tests.service.web.site import controls

ORDER = read_sample("order")


@pytest.fixture
def document(program):
    return program.post("/documents", {"kind": "order", "payload": ORDER}).json["document_id"]


def tree(answer):
    return html.fromstring(answer.text)


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=32.13.2020&q=приказ", "from"), ("to=вчера", "to"), (f"school={'ш' * 201}", "school")],
)
def test_a_slip_in_a_search_is_told_beside_its_field_and_the_search_stays(visitor, document, query, field):
    answer = visitor.get(f"/documents?{query}")

    page = tree(answer)
    assert answer.status_code == 400
    assert page.xpath(f'//*[@id="summary"]//a[@href="#{field}"]')
    assert "Параметр" not in answer.text
    control = page.xpath(f'//form[@role="search"]//input[@name="{field}"]')[0]
    assert control.get("aria-invalid") == "true"
    assert control.get("value")
    assert len(page.xpath('//form[@role="search"]//*[@aria-invalid]')) == 1


def test_a_search_for_no_words_says_so_and_a_search_without_slips_says_nothing(visitor, document):
    empty = visitor.get("/documents?q=***")
    good = visitor.get("/documents?q=приказ")

    assert "нет слов или чисел" in tree(empty).xpath('string(//*[@id="summary"])')
    assert not tree(good).xpath('//*[@id="summary"]')
    assert document in good.text


def test_nothing_found_leads_back_to_everything(visitor, document):
    page = tree(visitor.get("/documents?q=бегемот"))

    assert page.xpath('//main//a[@href="/documents"]')


def test_an_empty_selection_leads_back_to_the_same_list(visitor, document):
    visitor.get("/documents?q=приказ")

    answer = visitor.post("/documents/bundle", {"q": "приказ", "state": ""})
    page = visitor.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert tree(page).xpath('//input[@name="q"]/@value')[0] == "приказ"
    assert "Не отмечено" in tree(page).xpath('string(//*[contains(@class, "bad")][@role="alert"])')


def test_a_form_filled_with_the_example_says_so(visitor):
    example, blank = visitor.get("/new/order?sample=1"), visitor.get("/new/order")

    assert "заполнена примером" in example.text
    assert "заполнена примером" not in blank.text


def test_a_version_made_in_between_is_not_replaced_unseen(site, visitor, program, document):
    path = f"/documents/{document}/new-version"
    sent = controls(visitor.get(path).text)
    program.post(f"/documents/{document}/versions", {"payload": {**ORDER, "number": "9"}})

    refused = visitor.post(path, [*sent, ("_do", "create")])
    # A button at a row does not count as having seen the warning.
    checked = visitor.post(path, [*sent, ("_do", "add:clauses")])
    again = visitor.post(path, [*controls(refused.text), ("_do", "create")])

    assert refused.status_code == 409
    assert "создана версия 2" in refused.text
    assert tree(refused).xpath(f'//*[@id="summary"]//a[@href="/documents/{document}"]')
    assert dict(controls(checked.text))["_base"] == "1"
    assert again.status_code == 303
    assert site.recorded() == 3


def test_a_version_sent_twice_by_a_double_click_is_made_once(site, visitor, document):
    path = f"/documents/{document}/new-version"
    sent = [*controls(visitor.get(path).text), ("_do", "create")]

    answers = [visitor.post(path, sent).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert site.recorded() == 2


def test_a_program_may_name_the_version_it_has_read(site, program, document):
    path, later = f"/documents/{document}", {"payload": {**ORDER, "number": "9"}}
    etag = program.get(path).headers["ETag"]
    keyed = {"If-Match": etag, "Idempotency-Key": "k"}

    made = program.post(f"{path}/versions", later, headers=keyed)
    again = program.post(f"{path}/versions", later, headers=keyed)
    stale = program.post(f"{path}/versions", later, headers={"If-Match": etag})
    fresh = program.post(f"{path}/versions", later, headers={"If-Match": program.get(path).headers["ETag"]})
    any_version = program.post(f"{path}/versions", later, headers={"If-Match": "*"})

    assert (etag, made.status_code, again.json) == ('"1"', 201, made.json)
    assert (stale.status_code, stale.json["code"]) == (412, "precondition_failed")
    assert "If-Match" in stale.json["error"]
    assert (fresh.status_code, any_version.status_code) == (201, 201)
    assert site.recorded() == 4


@pytest.mark.parametrize("kind", [*forms.all_kinds(), "package"])
def test_a_sample_is_taken_from_the_page_that_asks_for_one(visitor, kind):
    page = tree(visitor.get("/upload"))
    (address,) = page.xpath(f'//a[@href="/kinds/{kind}/sample.json"]/@href')

    answer = visitor.get(address)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.data)
    assert visitor.get("/kinds/letter/sample.json").status_code == 404


def test_what_is_made_most_stands_first(visitor):
    names = tree(visitor.get("/")).xpath('//ul[@class="cards"]//a/@href')

    assert names[:2] == ["/new/order", "/new/roadmap"]
    assert len(names) == len(forms.all_kinds())


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [(1, "1 КБ"), (8_227, "8 КБ"), (999 * 1024, "999 КБ"), (1_000 * 1024, "1,0 МБ"), (2_621_440, "2,5 МБ")],
)
def test_sizes_are_written_as_russians_write_them(size_bytes, shown):
    assert size(size_bytes) == shown.replace(" ", "\N{NO-BREAK SPACE}")


def test_an_error_is_said_once(visitor):
    answer = visitor.get("/journal?year=22")

    assert answer.status_code == 400
    assert answer.text.count("ожидается год") == 1


def test_wrong_numbering_is_listed_with_links_to_its_fields(visitor):
    visitor.get("/numbering")

    page = tree(visitor.post("/numbering", {"pattern:order/приказ:0": "без номера"}))

    (link,) = page.xpath('//*[@id="summary"]//li/a/@href')
    (control,) = page.xpath(f'//*[@id="{link.removeprefix("#")}"]')
    assert control.get("aria-invalid") == "true"
    assert page.xpath(f'//*[@id="{control.get("aria-describedby")}"]//li[@class="error"]')


def test_the_page_of_the_interface_names_the_fields_of_every_body(visitor):
    page = tree(visitor.get("/api/docs"))
    operations = {
        one.xpath("string(h2)").split()[0] + " " + one.xpath("string(h2/code)"): one
        for one in page.xpath('//section[contains(@class, "operation")]')
    }

    def body(name):
        return operations[name].xpath("./table[caption[contains(., 'Тело')]]//th/code/text()")

    assert body("PUT /api/v1/rules") == ["severities"]
    assert body("PUT /api/v1/numbering") == ["rules"]
    assert body("POST /api/v1/bundles") == ["documents", "filter", "versions"]
    assert body("POST /api/v1/documents") == ["kind", "payload", "reason", "overrides", "register"]
    assert "file" in body("POST /api/v1/batches")
    assert body("GET /api/v1/kinds") == []


def test_a_search_by_long_words_fits_into_an_address():
    """The widest search of the page stays below what the server accepts as one line."""
    page = (PROJECT / "service/web/templates/documents.html").read_text(encoding="utf-8")
    longest = {"q": 400, "number": 40, "person": 200, "school": 200}

    assert all(f'name="{name}"' in page and f'maxlength="{most}"' in page for name, most in longest.items())
    assert 6 * sum(longest.values()) + 400 < Server(read_settings({})).cfg.limit_request_line
