"""What programs send besides the usual: keys used twice, empty lists, compressed bodies, parts of files."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from service.web.downloads import latin_name
from tests.samples import read_sample

ORDER = read_sample("order")
BODY = {"kind": "order", "payload": ORDER}


def test_a_key_is_not_good_for_another_reason(site, program):
    key = {"Idempotency-Key": "k-1"}
    program.post("/documents", {**BODY, "reason": "Первая редакция"}, headers=key)

    same = program.post("/documents", {**BODY, "reason": "Первая редакция"}, headers=key)
    other = program.post("/documents", {**BODY, "reason": "Вторая редакция"}, headers=key)

    assert (same.status_code, other.status_code) == (201, 409)
    assert site.recorded() == 1


def test_an_empty_list_of_documents_is_not_every_document(program):
    program.post("/documents", BODY)

    empty = program.post("/bundles", {"documents": []})
    everything = program.post("/bundles", {})

    assert empty.status_code == 422
    assert "не передавайте" in empty.json["messages"]["documents"][0]
    assert everything.status_code == 200


def test_a_series_is_set_once_in_a_request(admin):
    one, two = (
        {"series": "order/приказ", "pattern": "{n}-А"},
        {"series": "order/приказ", "pattern": "{n}-Б"},
    )

    twice = admin.put("/numbering", {"rules": [one, two]})
    once_a_year = admin.put("/numbering", {"rules": [one, {**two, "year": 2022}]})

    assert twice.status_code == 422
    assert list(twice.json["messages"]) == ["rules.1.series"]
    assert once_a_year.status_code == 200


def test_a_compressed_body_is_refused_by_its_name_and_a_plain_one_may_say_so(program):
    plain = json.dumps(BODY).encode()
    sent = {"content_type": "application/json"}

    packed = program.post("/checks", data=gzip.compress(plain), headers={"Content-Encoding": "gzip"}, **sent)
    identity = program.post("/checks", data=plain, headers={"Content-Encoding": "identity"}, **sent)

    assert packed.status_code == 415
    assert "Content-Encoding" in packed.json["error"]
    assert identity.status_code == 200


def test_a_form_is_asked_for_where_a_form_is_needed(program):
    answer = program.post("/batches", {"kind": "order"})

    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json["error"]


def test_parts_of_a_file_can_be_asked_for(program):
    href = program.post("/documents", BODY).json["files"]["pdf"]["href"]

    whole = program.client.get(href, headers=program.headers)
    part = program.client.get(href, headers={**program.headers, "Range": "bytes=0-3"})
    beyond = program.client.get(href, headers={**program.headers, "Range": "bytes=99999999-"})

    assert (part.status_code, part.data) == (206, b"%PDF")
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    assert "Range" in beyond.json["error"]


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Журнал регистрации.xlsx", "Zhurnal registratsii.xlsx"),
        ("2023-01-23 Приказ № 01-05 17.pdf", "2023-01-23 Prikaz No 01-05 17.pdf"),
        ("Объявление – «Щёлково».docx", "Obiavlenie - Shchelkovo.docx"),
        ('a"; filename="b\\c\r\nX: y/../z.docx', "a_ filename_b_c_X_ y_.._z.docx"),
        ("報告.docx", "file.docx"),
    ],
)
def test_a_russian_file_name_reads_in_latin_letters(name, latin):
    assert latin_name(name) == latin


def test_every_file_says_its_name_twice(program, site):
    href = program.post("/documents", BODY).json["files"]["docx"]["href"]

    for answer in (
        program.client.get(href, headers=program.headers),
        program.get("/journal.xlsx"),
        program.get("/kinds/order/blank.xlsx"),
        program.post("/bundles", {}),
    ):
        disposition = answer.headers["Content-Disposition"]
        plain = re.search(r'filename="?([^";]+)"?;', disposition)
        assert re.match(r"[A-Za-z0-9]", plain[1]), disposition
        assert "filename*=UTF-8''" in disposition
