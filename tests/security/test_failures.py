"""What a caller sees when something fails, and what stays inside."""

from __future__ import annotations

import io

import pytest

from service.conversion import Readiness
from service.errors import ConversionTimeout, OfficeStart, QueueFull, StorageFull
from tests.doubles import DoubleConverter
from tests.samples import read_sample
from tests.service.web.site import controls, open_site

ORDER = read_sample("order")


class FailingConverter(DoubleConverter):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def convert(self, docx, *, deadline_s):
        raise self.error

    def ready(self):
        return Readiness(ok=False, office_version="", detail="нет")


@pytest.fixture
def failing(tmp_path):
    opened = []

    def open_failing(error):
        site = open_site(tmp_path, converter=FailingConverter(error))
        opened.append(site)
        return site

    yield open_failing
    for site in opened:
        site.backends.close()


def test_an_unexpected_error_tells_nothing_but_its_number(failing, capsys):
    site = failing(ZeroDivisionError("secret detail /etc/path"))

    answer = site.program().post("/documents", {"kind": "order", "payload": ORDER})

    assert answer.status_code == 500
    assert answer.json["code"] == "internal"
    assert "secret" not in answer.text
    logged = capsys.readouterr()
    assert answer.json["request_id"] in logged.out + logged.err
    assert site.recorded() == 0


def test_an_unexpected_error_on_a_page_is_a_page(failing):
    site = failing(ZeroDivisionError("secret detail"))
    visitor = site.visitor("ours")
    sent = controls(visitor.get("/new/order?sample=1").text)

    answer = visitor.post("/new/order", [*sent, ("_do", "create")])

    assert answer.status_code == 500
    assert "Номер запроса" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (QueueFull("Очередь полна."), 429, "5"),
        (OfficeStart("LibreOffice не запускается."), 503, "10"),
        (ConversionTimeout("Не успели."), 504, None),
        (StorageFull("Нет места."), 507, "60"),
    ],
)
def test_overload_answers_when_to_come_back(failing, error, status, retry):
    site = failing(error)

    answer = site.program().post("/documents", {"kind": "order", "payload": ORDER})

    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry
    assert answer.json["error"] == str(error)
    assert site.recorded() == 0


def test_a_form_survives_a_failure_with_everything_typed(failing):
    site = failing(QueueFull("Очередь полна: повторите через минуту."))
    visitor = site.visitor("ours")
    sent = controls(visitor.get("/new/order?sample=1").text)

    answer = visitor.post("/new/order", [*sent, ("_do", "create")])

    assert answer.status_code == 429
    assert "Очередь полна" in answer.text
    # The mark of the owner is signed anew with the time, to the second.
    assert {**dict(controls(answer.text)), "_owner": ""} == {**dict(sent), "_owner": ""}


def test_ready_tells_what_is_not(failing):
    site = failing(OfficeStart("нет"))
    client = site.app.test_client()

    live, ready = client.get("/healthz"), client.get("/readyz")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json["checks"] == {"database": True, "storage": True, "converter": False, "disk": True}
    assert (ready.json["ok"], ready.json["converter"]) == (False, "нет")


def test_a_body_beyond_the_limit_is_refused(tmp_path):
    """T-11."""
    site = open_site(tmp_path, BODY_LIMIT_BYTES="20000")
    program, visitor = site.program(), site.visitor("ours")

    api = program.post("/documents", {"kind": "order", "payload": {**ORDER, "purpose": "я" * 30_000}})
    chunked = program.client.post(
        "/api/v1/documents",
        input_stream=_Endless(),
        content_type="application/json",
        headers=program.headers,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    page = visitor.post("/new/order", {"title": "я" * 30_000})

    assert chunked.status_code == 413, chunked.text
    assert api.status_code == page.status_code == 413
    assert api.json["code"] == "too_large"
    assert "Слишком большой файл" in page.text
    assert "допустимо не более 20\u00a0КБ" in page.text
    assert site.recorded() == 0
    site.backends.close()


def test_an_untrusted_host_is_refused(tmp_path):
    """T-33."""
    site = open_site(tmp_path, TRUSTED_HOSTS="papers.example")
    client = site.app.test_client()

    good = client.get("/healthz", headers={"Host": "papers.example"})
    api = client.get("/api/v1/kinds", headers={"Host": "evil.example"})
    page = client.get("/sign-in", headers={"Host": "evil.example"})

    assert good.status_code == 200
    assert api.status_code == page.status_code == 400
    assert api.json["ok"] is False
    site.backends.close()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "\"'><img src=x onerror=alert(1)>"]
)
def test_what_people_type_is_never_markup(site, visitor, program, text):
    """T-30."""
    payload = {**ORDER, "title": text, "purpose": text}
    made = program.post("/documents", {"kind": "order", "payload": payload, "reason": text})
    document = f"/documents/{made.json['document_id']}"

    for path in (
        "/",
        "/documents",
        document,
        f"{document}/new-version",
        f"/new/{text}",
        f"/documents?kind={text}",
    ):
        page = visitor.get(path).text
        assert text not in page.replace("{{ 7 * 7 }}", "") if "{{" in text else text not in page
        assert "<img src=x" not in page
    assert made.status_code == 201


class _Endless(io.RawIOBase):
    """A body that never ends, as a chunked upload may be."""

    def readable(self):
        return True

    def seekable(self):
        return False

    def tell(self):
        return 0

    def seek(self, offset, whence=0):
        return 0

    def readinto(self, buffer):
        buffer[:] = b" " * len(buffer)
        return len(buffer)
