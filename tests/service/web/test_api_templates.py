from __future__ import annotations

import dataclasses
import io
from urllib.parse import quote

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.samples import TEMPLATES
from tests.service.filling.template_files import docx_of
from tests.service.template_check.test_comments import comments_of
from tests.service.web.site import PASSWORD


def sent(program, docx, kind="roadmap", *, path="/templates/check"):
    # As bytes: Flask's client would keep a large body in a temporary file and not close it.
    file = FileStorage(io.BytesIO(docx), filename="шаблон.docx")
    boundary, body = encode_multipart({"file": file, "kind": kind})
    return program.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_good_template_is_ok(admin):
    answer = sent(admin, (TEMPLATES / "roadmap.docx").read_bytes())

    assert answer.status_code == 200
    assert answer.json["ok"] is True
    assert answer.json["errors"] == []


def test_errors_have_place_message_and_fix(admin):
    answer = sent(admin, docx_of("Год {{ yaer }}"))

    assert answer.status_code == 200
    assert answer.json["ok"] is False
    (error,) = answer.json["errors"]
    assert error["place"] == "текст, «Год {{ yaer }}»"
    assert error["message"] == "Метка «{{ yaer }}»: Неизвестное имя «yaer»."
    assert error["fix"].startswith("Возможно, вы имели в виду «year».")


def test_a_file_that_is_no_document_is_an_error_and_not_a_failure(admin):
    answer = sent(admin, b"PK\3\4 nothing")

    assert answer.status_code == 200
    assert answer.json["ok"] is False
    assert "повреждён" in answer.json["errors"][0]["message"]


def test_only_an_administrator_may_ask(program, admin):
    docx = docx_of("{{ title }}")

    assert sent(program, docx).status_code == 403
    assert sent(admin, docx).status_code == 200


def test_what_is_missing_is_named(admin):
    nothing = admin.post("/templates/check", data={}, content_type="multipart/form-data")
    json_body = admin.post("/templates/check", {"kind": "order"})
    other = sent(admin, docx_of("x"), kind="ordre")

    assert nothing.status_code == json_body.status_code == 422
    assert set(nothing.json["messages"]) == {"file", "kind"}
    assert other.status_code == 404


def test_too_large_a_file_is_refused(admin):
    answer = sent(admin, b"x" * 10_000_001)

    assert answer.status_code == 413


def test_one_check_too_many_is_told_to_come_back(site, admin):
    busy = dataclasses.replace(
        site.backends, template_checker=type(site.backends.template_checker)(at_once=0)
    )
    site.app.extensions["formulyar"] = busy

    answer = sent(admin, docx_of("x"))

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers


def test_nothing_is_recorded(site, admin):
    sent(admin, docx_of("{{ title }}"))

    assert site.recorded() == 0


def test_the_description_says_what_is_sent(program):
    operation = program.get("/openapi.json").json["paths"]["/api/v1/templates/check"]["post"]

    assert list(operation["requestBody"]["content"]) == ["multipart/form-data"]
    assert {"200", "403", "413", "422", "429"} <= set(operation["responses"])


def test_the_marked_file_comes_back_under_its_own_name(admin):
    answer = sent(admin, docx_of("Год {{ yaer }}"), path="/templates/check.docx")

    assert answer.status_code == 200
    assert answer.mimetype.endswith("wordprocessingml.document")
    assert quote("шаблон – замечания.docx") in answer.headers["Content-Disposition"]
    assert comments_of(answer.data)[0][0] == "{{ yaer }}"


def test_a_file_that_may_not_come_in_is_not_given_back(admin, program):
    refused = sent(admin, b"PK\3\4 nothing", path="/templates/check.docx")

    assert refused.status_code == 422
    assert refused.json["code"] == "package_refused"
    assert "повреждён" in refused.json["error"]
    assert sent(program, docx_of("{{ title }}"), path="/templates/check.docx").status_code == 403


def posted(visitor, docx, **fields):
    """Send the form of the page, with a file or without."""
    visitor.get("/templates")
    form = {"csrf_token": visitor.token, "kind": "roadmap", **fields}
    if docx is not None:
        form["file"] = FileStorage(io.BytesIO(docx), filename="шаблон.docx")
    boundary, body = encode_multipart(form)
    return visitor.client.post(
        "/templates", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )


def test_the_page_shows_findings_or_gives_the_marked_file(visitor):
    docx = docx_of("Год {{ yaer }}")

    shown = posted(visitor, docx, _do="check")
    given = posted(visitor, docx, _do="marked")

    assert shown.status_code == 200
    assert "использовать шаблон пока нельзя" in shown.text
    assert "1\N{NO-BREAK SPACE}ошибка" in shown.text
    assert "имели в виду «year»" in shown.text
    assert comments_of(given.data)[0][0] == "{{ yaer }}"


def test_the_page_says_what_is_wrong_with_the_file(visitor):
    nothing = posted(visitor, None)
    damaged = posted(visitor, b"PK\3\4 nothing", _do="marked")
    other = posted(visitor, docx_of("x"), kind="ordre")

    assert (nothing.status_code, damaged.status_code, other.status_code) == (400, 422, 404)
    assert "шаблон .docx" in nothing.text
    assert "повреждён" in damaged.text
    assert "Неизвестный вид документа" in other.text


def test_the_page_is_for_administrators(site):
    site.backends.accounts.create_account(
        site.ours.organisation_id, login="clerk", name="Писарев Лев", password=PASSWORD
    )

    assert site.visitor("clerk").get("/templates").status_code == 403
    assert site.visitor("ours").get("/templates").status_code == 200
    assert "/templates" in site.visitor("ours").get("/account").text
    assert "/templates" not in site.visitor("clerk").get("/account").text
