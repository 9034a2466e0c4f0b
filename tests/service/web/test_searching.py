from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.samples import read_sample

ORDER = read_sample("order")
HOSTILE = [
    '"',
    "'; DROP TABLE version; --",
    "a OR b",
    "\0",
    "x" * 10_000,
    "%",
    "😀",
    "<script>alert(1)</script>",
]


@pytest.fixture
def documents(site, program):
    payloads = ({**ORDER, "number": "1"}, {**ORDER, "number": "2", "title": "О ремонте кровли"})
    theirs = site.program(site.theirs)
    theirs.post("/documents", {"kind": "order", "payload": {**ORDER, "number": "3"}})
    return [
        program.post("/documents", {"kind": "order", "payload": one}).json["document_id"] for one in payloads
    ]


def test_a_program_searches_by_words_and_facets(program, documents):
    def ids(query):
        return [item["id"] for item in program.get(f"/documents?{query}").json["items"]]

    assert ids("q=кровель") == [documents[1]]
    assert ids("q=приказ") == documents[::-1]
    assert ids("number=1") == [documents[0]]
    assert ids("number=3") == []
    assert ids("person=Горелову А.В.&kind=order") == documents[::-1]
    assert ids("from=24.01.2023") == []
    assert ids("from=2023-01-23&to=23.01.2023") == documents[::-1]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["q", "kind", "number", "from", "to", "person", "school", "state", "cursor"])
def test_no_question_breaks_the_service(program, visitor, documents, name, text):
    answer = program.get("/documents", query_string={name: text})
    page = visitor.get("/documents", query_string={name: text})

    assert answer.status_code in {200, 400, 404}
    assert page.status_code == answer.status_code
    assert "<script>alert" not in page.text


def test_a_person_searches_on_the_page_and_downloads_what_is_found(visitor, documents):
    page = visitor.get("/documents?q=кровлей")

    assert documents[1] in page.text
    assert documents[0] not in page.text
    answer = visitor.post("/documents/bundle", {"choice": "found", "q": "кровлей"})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert [one["number"] for one in json.loads(package.read("опись.json"))["entries"]] == ["2"]


def test_programs_and_people_ask_for_a_state(program, visitor, documents):
    program.post(f"/documents/{documents[0]}/register", {})

    registered = program.get("/documents?state=registered").json["items"]
    page = visitor.get("/documents?state=draft&q=кровель")
    wrong = program.get("/documents?state=published")

    assert [(item["id"], item["state"]) for item in registered] == [(documents[0], "registered")]
    assert program.get("/documents?state=void").json["items"] == []
    assert documents[1] in page.text
    assert documents[0] not in page.text
    assert '<option value="draft" selected>черновик</option>' in page.text
    assert wrong.status_code == 400
    assert "draft, registered, superseded, void" in wrong.text
    answer = program.post("/bundles", {"filter": {"state": "registered"}})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        entries = json.loads(package.read("опись.json"))["entries"]
    assert [(one["state"], one["registration"]["number"]) for one in entries] == [("registered", "1")]


def test_the_next_page_keeps_the_question(visitor, program):
    for number in range(27):
        program.post("/documents", {"kind": "order", "payload": {**ORDER, "number": str(number + 1)}})

    page = visitor.get("/documents?q=приказом&kind=order")

    assert 'rel="next"' in page.text
    assert "q=%D0%BF%D1%80" in page.text
