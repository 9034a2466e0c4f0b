from __future__ import annotations

import io
import json
import shutil

import pytest
from lxml import html

import forms
from tests.samples import read_sample
from tests.service.web.site import controls, errors_of

ORDER = read_sample("order")


@pytest.fixture
def sent(visitor):
    """The controls of the order's form, filled in with the sample."""
    return controls(visitor.get("/new/order?sample=1").text)


@pytest.fixture
def document(visitor, sent):
    return visitor.post("/new/order", [*sent, ("_do", "create")]).headers["Location"]


def changed_to(sent, **values):
    return [(name, values.get(name, value)) for name, value in sent]


def test_home_offers_every_kind(visitor):
    page = visitor.get("/")

    for kind in forms.all_kinds().values():
        assert kind.title in page.text
        assert f"/new/{kind.name}" in page.text


def test_a_filled_form_becomes_a_document(site, visitor, sent):
    answer = visitor.post("/new/order", [*sent, ("_do", "create")])

    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"])
    assert "Документ создан." in page.text
    assert "Версия 1" in page.text
    assert site.recorded() == 1


def test_the_same_form_sent_twice_makes_one_document(site, visitor, sent):
    first = visitor.post("/new/order", [*sent, ("_do", "create")])
    again = visitor.post("/new/order", [*sent, ("_do", "create")])

    assert again.headers["Location"] == first.headers["Location"]
    assert site.recorded() == 1


def test_a_form_changed_after_going_back_makes_another_document(site, visitor, sent):
    first = visitor.post("/new/order", [*sent, ("_do", "create")])
    other = visitor.post("/new/order", [*changed_to(sent, number="9"), ("_do", "create")])

    assert other.status_code == 303
    assert other.headers["Location"] != first.headers["Location"]
    assert site.recorded() == 2


def test_the_key_of_a_form_survives_its_buttons(visitor, sent):
    key = dict(sent)["_key"]

    answer = visitor.post("/new/order", [*sent, ("_do", "add:clauses")])

    assert dict(controls(answer.text))["_key"] == key
    assert dict(controls(visitor.get("/new/order").text))["_key"] != key


def test_a_row_button_changes_the_form_and_keeps_what_was_typed(site, visitor, sent):
    answer = visitor.post("/new/order", [*changed_to(sent, number="77-Т"), ("_do", "add:clauses")])

    assert answer.status_code == 200
    fields = dict(controls(answer.text))
    assert fields["number"] == "77-Т"
    assert fields["clauses-5-text"] == ""
    focused = html.fromstring(answer.text).xpath("//*[@autofocus]/@id")
    assert focused == ["clauses-5-text"]
    assert site.recorded() == 0


def test_a_check_shows_what_is_wrong_beside_the_field(site, visitor, sent):
    answer = visitor.post("/new/order", [*changed_to(sent, number="№ 5"), ("_do", "check")])

    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    number = page.get_element_by_id("number")
    assert number.get("aria-invalid") == "true"
    beside = page.get_element_by_id(number.get("aria-describedby").split()[0])
    assert "знак № не пишется" in beside.text_content()
    assert any(error.startswith("Номер: ") for error in errors_of(answer.text))
    assert page.xpath('//*[@id="summary"]//a/@href') == ["#number"]
    assert site.recorded() == 0


def test_a_check_without_errors_says_so_and_shows_remarks(visitor, sent):
    good = visitor.post("/new/order", [*sent, ("_do", "check")])
    remarked = visitor.post("/new/order", [*changed_to(sent, title="О проекте."), ("_do", "check")])

    assert good.status_code == remarked.status_code == 200
    assert "Ошибок нет." in good.text
    assert "точка не ставится" in remarked.text


def test_a_preview_is_shown_by_the_browser_and_recorded_nowhere(site, visitor, sent):
    answer = visitor.post("/preview/order", sent)

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert site.recorded() == 0


def test_a_preview_of_a_wrong_form_says_what_is_wrong(visitor, sent):
    answer = visitor.post("/preview/order", changed_to(sent, number="№ 5"))

    assert answer.status_code == 422
    assert "знак № не пишется" in answer.text


def test_a_new_version_starts_from_the_newest_and_keeps_the_old_one(site, visitor, document):
    page = visitor.get(f"{document}/new-version")
    sent = changed_to(controls(page.text), number="01-05/18", _reason="Исправлен номер")

    answer = visitor.post(f"{document}/new-version", [*sent, ("_do", "create")])

    assert answer.status_code == 303
    shown = visitor.get(document).text
    assert "Версия 2" in shown
    assert "Версия 1" in shown
    assert "Исправлен номер" in shown
    first = visitor.get(f"{document}/1.json").json
    assert first["number"] == "01-05/17"


def test_files_are_downloads_that_run_nothing(visitor, document):
    for name, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        answer = visitor.get(f"{document}/1.{name}")
        assert answer.data.startswith(start)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_json_from_a_file_or_the_clipboard_becomes_a_document(site, visitor):
    data = json.dumps(ORDER).encode()
    key = dict(html.fromstring(visitor.get("/upload").text).forms[-1].form_values())["_key"]
    file = {"kind": "order", "_key": key, "file": (io.BytesIO(b"\xef\xbb\xbf" + data), "order.json")}

    uploaded = visitor.post("/upload", file, content_type="multipart/form-data")
    pasted = visitor.post("/upload", {"kind": "order", "_key": key, "text": data.decode()})

    assert uploaded.status_code == pasted.status_code == 303
    assert uploaded.headers["Location"] == pasted.headers["Location"]
    assert site.recorded() == 1


def test_json_may_become_the_next_version(visitor, document):
    document_id = document.rsplit("/", 1)[-1]
    page = visitor.get(f"/upload?document={document_id}")
    text = json.dumps({**ORDER, "number": "18"})

    answer = visitor.post("/upload", {"document": document_id, "text": text, "_reason": "Номер"})

    assert "Новой версией".lower() in page.text.lower()
    assert answer.headers["Location"] == document
    assert "Версия 2" in visitor.get(document).text


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"kind": "order", "text": ""}, 400, "Пустой запрос"),
        ({"kind": "order", "text": "{"}, 400, "строка 1"),
        ({"kind": "order", "text": '{"a": 1, "a": 2}'}, 400, "повторяется"),
        ({"kind": "order", "text": "{}"}, 422, "не заполнено"),
        ({"kind": "nope", "text": "{}"}, 404, "Неизвестный вид"),
        ({"text": "{}"}, 404, "Неизвестный вид"),
    ],
)
def test_a_wrong_upload_says_why_and_keeps_the_text(site, visitor, form, status, says):
    answer = visitor.post("/upload", form)

    assert answer.status_code == status
    assert says in answer.text
    assert form["text"] in html.fromstring(answer.text).get_element_by_id("text").text
    assert site.recorded() == 0


def test_papers_are_listed_and_leafed_through(site, visitor, program):
    for number in range(27):
        program.post("/documents", {"kind": "order", "payload": {**ORDER, "number": str(number)}})

    first = visitor.get("/documents")
    following = html.fromstring(first.text).xpath('//a[@rel="next"]/@href')
    second = visitor.get(following[0])

    assert len(html.fromstring(first.text).xpath("//tbody/tr")) == 25
    assert len(html.fromstring(second.text).xpath("//tbody/tr")) == 2
    assert "По этому запросу документов нет" in visitor.get("/documents?kind=roadmap").text


@pytest.mark.parametrize(
    "path", ["/nope", "/new/nope", "/documents/abc", "/documents/abc/1.pdf", "/documents/%00"]
)
def test_what_does_not_exist_gets_a_russian_page(visitor, path):
    answer = visitor.get(path)

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "Не найдено" in answer.text


def test_a_large_document_is_edited_as_json(visitor, program):
    payload = read_sample("roadmap")
    payload["rows"] = [{**payload["rows"][1], "no": f"{n}"} for n in range(310)]
    payload["footnotes"] = []
    made = program.post("/documents", {"kind": "roadmap", "payload": payload}).json

    answer = visitor.get(f"/documents/{made['document_id']}/new-version")

    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"])
    assert "не больше 300 строк" in page.text


def test_pages_work_without_the_script(site, visitor, tmp_path):
    copied = shutil.copytree(
        site.app.static_folder, tmp_path / "static", ignore=shutil.ignore_patterns("vendor")
    )
    site.app.static_folder = str(copied)

    page = visitor.get("/new/order")

    assert page.status_code == 200
    assert "htmx" not in "".join(html.fromstring(page.text).xpath("//script/@src"))


def test_every_page_has_landmarks_and_one_heading(visitor, document):
    for path in (
        "/",
        "/documents",
        document,
        "/upload",
        "/account",
        "/new/order",
        f"{document}/new-version",
        "/api/docs",
    ):
        page = html.fromstring(visitor.get(path).text)
        assert page.get("lang") == "ru"
        assert len(page.xpath("//h1")) == 1, path
        assert len(page.xpath("//main")) == 1
        assert page.xpath('//a[@class="skip"]/@href') == ["#main"]
        assert page.xpath("//title")[0].text.endswith("– Формуляр")
        assert not page.xpath("//@style | //style | //script[not(@src)] | //@onclick | //@onload"), path
