from __future__ import annotations

import pytest

from tests.samples import read_sample

ORDER = read_sample("order")


@pytest.fixture
def document(program):
    made = program.post("/documents", {"kind": "order", "payload": ORDER}).json["document_id"]
    for payload in ({**ORDER, "number": "18"}, {**ORDER, "number": "18", "place": "г. <b>Озёрск</b>"}):
        assert program.post(f"/documents/{made}/versions", {"payload": payload}).status_code == 201
    return made


def test_a_program_reads_what_changed_between_any_two_versions(program, document):
    last = program.get(f"/documents/{document}/changes").json
    whole = program.get(f"/documents/{document}/changes?from=1&to=3").json
    back = program.get(f"/documents/{document}/changes?from=2&to=1").json

    assert (last["from_version"], last["to_version"]) == (2, 3)
    assert [one["path"] for one in whole["changes"]] == ["number", "place"]
    assert back["changes"] == [
        {
            "change": "replaced",
            "path": "number",
            "text": "Номер «18» заменён на «01-05/17».",
            "old": "18",
            "new": "01-05/17",
        }
    ]
    assert program.get(f"/documents/{document}/changes?from=1&to=1").json["changes"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=4", 404),
        ("to=9", 404),
        ("from=0", 400),
        ("from=x", 400),
        ("from=-1", 400),
        ("to=99999999999", 400),
    ],
)
def test_versions_that_are_not_there_are_refused(program, document, query, status):
    assert program.get(f"/documents/{document}/changes?{query}").status_code == status


def test_one_version_has_nothing_to_compare_with(program, visitor):
    made = program.post("/documents", {"kind": "order", "payload": ORDER}).json["document_id"]

    assert program.get(f"/documents/{made}/changes").status_code == 404
    assert "Что изменилось" not in visitor.get(f"/documents/{made}").text


def test_the_page_of_a_document_tells_what_changed_in_its_newest_version(visitor, document):
    page = visitor.get(f"/documents/{document}").text

    assert "Что изменилось в версии 3" in page
    assert "Место издания «пгт Лесной Бор» заменено на «г. &lt;b&gt;Озёрск&lt;/b&gt;»." in page
    assert "Номер «01-05/17»" not in page


def test_a_page_compares_any_two_versions(visitor, document):
    page = visitor.get(f"/documents/{document}/changes?from=1&to=2").text

    assert "Номер «01-05/17» заменён на «18»." in page
    assert "Место издания" not in page
    assert "Данные этих версий одинаковы." in visitor.get(f"/documents/{document}/changes?from=2&to=2").text
