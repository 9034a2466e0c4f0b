from __future__ import annotations

import json

import pytest

import forms
from service.batches.batches import SentFile
from service.web.strict_json import parse_json
from tests.samples import ALL_SAMPLES, kind_of, read_sample

ORDER = read_sample("order")


def body(**changes):
    return {"kind": "order", "payload": {**ORDER, **changes}}


def test_kinds_are_listed_with_schema_and_sample(program):
    answer = program.get("/kinds")

    assert [item["name"] for item in answer.json["items"]] == list(forms.all_kinds())
    order = program.get("/kinds/order").json
    assert order["title"] == "Приказ"
    assert program.client.get(order["schema"], headers=program.headers).json["type"] == "object"
    assert program.client.get(order["sample"], headers=program.headers).json == ORDER


@pytest.mark.parametrize("kind", forms.all_kinds())
def test_a_sample_is_accepted_as_it_is(program, kind):
    sample = program.get(f"/kinds/{kind}/sample").json

    answer = program.post("/checks", {"kind": kind, "payload": sample})

    assert answer.status_code == 200
    assert answer.json["ready"] is True


def test_a_document_is_made_and_can_be_read(site, program):
    made = program.post("/documents", {**body(), "reason": "Первая редакция"})

    assert made.status_code == 201
    version = made.json
    assert version["number"] == 1
    assert version["title"].startswith("Приказ от 23.01.2023 № 01-05/17")
    assert version["actor_name"] == "Велесова Марина"
    assert version["reason"] == "Первая редакция"
    assert made.headers["Location"] == f"/api/v1/documents/{version['document_id']}/versions/1"
    assert program.client.get(made.headers["Location"], headers=program.headers).json == version
    assert site.recorded() == 1


def test_files_of_a_version_are_attachments_with_russian_names(program):
    version = program.post("/documents", body()).json

    for name, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        answer = program.client.get(version["files"][name]["href"], headers=program.headers)
        assert answer.data.startswith(start)
        assert len(answer.data) == version["files"][name]["size_bytes"]
        assert answer.mimetype == version["files"][name]["media_type"]
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment;")
        assert "filename*=UTF-8''2023-01-23%20%D0%9F%D1%80%D0%B8%D0%BA%D0%B0%D0%B7" in disposition
    assert (
        json.loads(program.client.get(version["files"]["json"]["href"], headers=program.headers).data)
        == ORDER
    )


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.stem)
def test_every_sample_becomes_a_document(program, sample):
    kind = kind_of(sample).name

    answer = program.post("/documents", {"kind": kind, "payload": read_sample(sample)})

    assert answer.status_code == 201, answer.text
    assert answer.json["kind"] == kind


def test_a_second_version_leaves_the_first_as_it_was(program):
    first = program.post("/documents", body()).json
    path = f"/documents/{first['document_id']}"
    before = program.get(f"{path}/versions/1.docx").data

    second = program.post(f"{path}/versions", {"payload": {**ORDER, "number": "02-01/9"}, "reason": "Номер"})

    assert second.status_code == 201
    assert second.json["number"] == 2
    assert program.get(f"{path}/versions/1").json == first
    assert program.get(f"{path}/versions/1.docx").data == before
    document = program.get(path).json
    assert [version["number"] for version in document["versions"]] == [1, 2]
    assert "02-01/9" in document["title"]


def test_the_same_post_with_a_key_makes_one_document(site, program):
    key = {"Idempotency-Key": "order-1"}

    first = program.post("/documents", body(), headers=key)
    again = program.post("/documents", body(), headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert site.recorded() == 1


def test_a_key_used_for_another_request_is_a_conflict(site, program):
    key = {"Idempotency-Key": "k-1"}
    program.post("/documents", body(), headers=key)

    answer = program.post("/documents", body(number="7"), headers=key)

    assert answer.status_code == 409
    assert answer.json["code"] == "conflict"
    assert site.recorded() == 1


@pytest.mark.parametrize("key", ["", "k" * 201, "a\x8fb"])
def test_a_bad_key_is_refused(site, program, key):
    answer = program.post("/documents", body(), headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["error"]
    assert site.recorded() == 0


def test_documents_are_listed_page_by_page(program):
    ids = [program.post("/documents", body(number=str(n))).json["document_id"] for n in range(1, 6)]

    first = program.get("/documents?limit=3").json
    rest = program.get(f"/documents?limit=3&cursor={first['next_cursor']}").json

    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert program.get("/documents?kind=roadmap").json["items"] == []
    assert len(program.get("/documents?kind=order").json["items"]) == 5


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=٣", "cursor=x", "cursor=' OR 1=1 --"]
)
def test_a_wrong_query_is_refused(program, query):
    answer = program.get(f"/documents?{query}")

    assert answer.status_code == 400
    assert answer.json["code"] == "bad_input"


def test_a_check_returns_findings_and_records_nothing(site, program):
    answer = program.post("/checks", body(title="О проекте."))

    assert answer.status_code == 200
    assert answer.json["ready"] is True
    assert "TITLE_STOP" in [finding["rule"] for finding in answer.json["findings"]]
    assert site.recorded() == 0


def test_a_preview_is_a_pdf_and_records_nothing(site, program):
    answer = program.post("/previews", body())

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert site.recorded() == 0


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?page=1", {}), ("", {"Accept": "image/png"}), ("?page=1", {"Accept": "application/pdf"})],
)
def test_a_preview_may_be_the_picture_of_a_page(program, query, headers):
    answer = program.post(f"/previews{query}", body(), headers=headers)

    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")


def test_a_program_that_takes_anything_gets_the_pdf(program):
    assert program.post("/previews", body(), headers={"Accept": "*/*"}).mimetype == "application/pdf"


@pytest.mark.parametrize("page", ["0", "99", "-1", "x", "1e3", "٣", "00000"])
def test_a_preview_of_a_page_that_is_not_there_is_refused_and_says_so(program, page):
    answer = program.post(f"/previews?page={page}", body())

    assert answer.status_code == 400
    assert "Параметр page" in answer.json["error"]


def test_a_preview_is_made_of_data_with_errors_that_stop_the_record(program):
    wrong = body(annexes=[])

    refused = program.post("/documents", wrong)
    assert (refused.status_code, refused.json["code"]) == (422, "checks_failed")
    assert program.post("/previews", wrong).mimetype == "application/pdf"


def test_an_error_has_one_shape(program):
    answer = program.post("/documents", body(number="№ 5"))

    assert answer.status_code == 422
    assert set(answer.json) == {"ok", "code", "error", "messages", "status", "request_id"}
    assert answer.json["ok"] is False
    assert answer.json["code"] == "form_invalid"
    assert answer.json["status"] == 422
    assert answer.json["messages"] == {
        "number": ["Номер состоит из цифр, букв и знаков «-», «/», «.»; знак № не пишется."]
    }
    assert answer.headers["X-Request-ID"] == answer.json["request_id"]


def test_a_request_id_is_taken_from_the_caller_when_it_is_plain(program):
    given = program.get("/nope", headers={"X-Request-ID": "abc-12345"})
    forged = program.get("/nope", headers={"X-Request-ID": 'x" onload="1'})

    assert given.json["request_id"] == "abc-12345"
    assert forged.json["request_id"] != 'x" onload="1'


@pytest.mark.parametrize(
    ("payload", "path", "says"),
    [
        ({**ORDER, "titel": "x"}, "titel", "Возможно, вы имели в виду «title»"),
        ({key: value for key, value in ORDER.items() if key != "date"}, "date", "не заполнено"),
        ({**ORDER, "number": 17}, "number", "текст в кавычках"),
        ({**ORDER, "date": "2023-02-30"}, "date", "Дата не распознана"),
        ({**ORDER, "doc_kind": "закон"}, "doc_kind", "Ожидается одно из значений"),
        ({**ORDER, "organisation": "x"}, "organisation", "объект"),
        ({**ORDER, "clauses": {}}, "clauses", "список"),
        ({**ORDER, "clauses": []}, "clauses", "от 1 до 200"),
        ({**ORDER, "clauses": [{"text": "а", "annex": "1"}]}, "clauses.0.annex", "целое число"),
        ({**ORDER, "clauses": [{"text": "а", "annex": True}]}, "clauses.0.annex", "целое число"),
        ({**ORDER, "title": "a\x07b"}, "title", "U+0007"),
        ({**ORDER, "title": None}, "title", "null"),
        ([], "_", "объект"),
        ("x", "_", "объект"),
        (None, "_", "объект"),
    ],
)
@pytest.mark.parametrize("address", ["/documents", "/checks", "/previews"])
def test_a_payload_that_does_not_fit_names_its_field(site, program, address, payload, path, says):
    answer = program.post(address, {"kind": "order", "payload": payload})

    assert answer.status_code == 422
    assert says in " ".join(answer.json["messages"][path])
    assert site.recorded() == 0


@pytest.mark.parametrize(
    ("request_body", "path"),
    [
        ({"kind": "order"}, "payload"),
        ({"payload": ORDER}, "kind"),
        ({"kind": "order", "payload": ORDER, "extra": 1}, "extra"),
        ({"kind": 5, "payload": ORDER}, "kind"),
        ({"kind": "order", "payload": ORDER, "reason": 5}, "reason"),
        ({"kind": "order", "payload": ORDER, "reason": "x" * 2001}, "reason"),
        ([], "_"),
        (5, "_"),
    ],
)
def test_an_envelope_that_does_not_fit_names_its_field(site, program, request_body, path):
    answer = program.post("/documents", request_body)

    assert answer.status_code == 422
    assert path in answer.json["messages"]
    assert site.recorded() == 0


@pytest.mark.parametrize("name", ["nope", "", "../order", "_parts", "language", "order\x00", "о" * 64])
def test_an_unknown_kind_is_not_found(site, program, name):
    answer = program.post("/documents", {"kind": name, "payload": ORDER})

    assert answer.status_code in {404, 422}
    assert answer.json["ok"] is False
    assert site.recorded() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"kind": "order", "kind": "order", "payload": {}}',
        b'{"kind": "order", "payload": NaN}',
        b'{"kind": "order", "payload": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"kind": "order", "payload": {}} tail',
        b"\xff\xfe",
        rb'{"kind": "order", "payload": {"\ud800": 1}}',
        b'{"kind": "order", "payload": ' + b"9" * 5000 + b"}",
    ],
)
@pytest.mark.parametrize("address", ["/documents", "/checks", "/previews"])
def test_broken_json_is_a_syntax_error(site, program, address, data):
    answer = program.post(address, data=data, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["code"] == "bad_input"
    assert site.recorded() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=cp1251",
        "text/json",
    ],
)
def test_another_content_type_is_refused(site, program, content_type):
    """T-31."""
    answer = program.post("/documents", data=json.dumps(body()), content_type=content_type)

    assert answer.status_code == 415
    assert answer.json["code"] == "unsupported_media_type"
    assert site.recorded() == 0


def test_a_compressed_body_is_refused(program):
    """T-11."""
    answer = program.post(
        "/documents", data=b"x", content_type="application/json", headers={"Content-Encoding": "gzip"}
    )

    assert answer.status_code == 415


def test_utf8_may_be_named(program):
    answer = program.post("/checks", data=json.dumps(body()), content_type="application/json; charset=UTF-8")

    assert answer.status_code == 200


def test_another_method_is_refused_with_those_allowed(program):
    answer = program.client.delete("/api/v1/documents", headers=program.headers)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.json["code"] == "method_not_allowed"


@pytest.mark.parametrize("number", ["0", "-1", "2", "99999999999999999999", "x", "1.exe", "1.pdf.exe"])
def test_a_version_that_does_not_exist_is_not_found(program, number):
    document_id = program.post("/documents", body()).json["document_id"]

    answer = program.get(f"/documents/{document_id}/versions/{number}")

    assert answer.status_code == 404
    assert answer.json["ok"] is False


def test_a_damaged_file_is_never_sent(site, program):
    version = program.post("/documents", body()).json
    folder = next(p for p in (site.backends.storage.__dict__.values()) if hasattr(p, "rglob"))
    stored = next(p for p in folder.rglob("*") if p.name.endswith(version["files"]["pdf"]["sha256"][-20:]))
    stored.chmod(0o600)
    stored.write_bytes(b"%PDF-1.4 damaged")

    answer = program.get(f"/documents/{version['document_id']}/versions/1.pdf")

    assert answer.status_code == 500
    assert answer.json["code"] == "integrity"


@pytest.mark.parametrize(
    ("path", "name", "says"),
    [
        ("/documents?persn=Седых", "persn", "имели в виду «person»"),
        ("/documents?limit=2&limit=3", "limit", "несколько раз"),
        ("/documents?limit=0", "limit", "от 1 до 200"),
        ("/documents?from=31.02.2022", "from", "не распознана"),
        ("/journal?year=0999", "year", "ожидается год"),
        ("/kinds?q=1", "q", "не принимает параметров"),
        ("/kinds?%00=1", "_", "Неизвестный параметр"),
    ],
)
def test_a_wrong_parameter_is_named(program, path, name, says):
    answer = program.get(path)

    assert answer.status_code == 400
    assert answer.json["code"] == "bad_input"
    (text,) = answer.json["messages"][name]
    assert says in text


def test_a_state_may_be_asked_for_more_than_once(site, program):
    """The harmless twin of a repeated parameter: one that is a list."""
    line = json.dumps(ORDER, ensure_ascii=False).encode()
    upload = site.backends.batches.upload(site.ours, "order", SentFile("orders.jsonl", line), parse_json)
    batch = site.backends.batches.start(site.ours, upload.id, parse_json)

    answer = program.get(f"/batches/{batch}/rows?state=ready&state=done&limit=5")

    assert [row["state"] for row in answer.json["items"]] == ["ready"]


def test_fields_are_refused_where_none_are_taken(site, program):
    line = json.dumps(ORDER, ensure_ascii=False).encode()
    upload = site.backends.batches.upload(site.ours, "order", SentFile("orders.jsonl", line), parse_json)
    batch = site.backends.batches.start(site.ours, upload.id, parse_json)

    refused = program.post(f"/batches/{batch}/cancel", {"rows": [1]})
    assert refused.status_code == 422
    assert "без тела" in refused.json["messages"]["_"][0]
    assert program.get(f"/batches/{batch}").json["cancelled"] is False
    assert program.post(f"/batches/{batch}/cancel", {}).json["cancelled"] is True
