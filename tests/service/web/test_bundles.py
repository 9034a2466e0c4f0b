from __future__ import annotations

import io
import json
import socket
import threading
import zipfile

import pytest
from werkzeug.serving import make_server

from tests.doubles import eventually
from tests.samples import read_sample

ORDER = read_sample("order")


@pytest.fixture
def documents(program):
    return [
        program.post("/documents", {"kind": "order", "payload": {**ORDER, "number": number}}).json[
            "document_id"
        ]
        for number in ("1", "2", "3")
    ]


def inventory(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.testzip() is None
        return json.loads(package.read("опись.json"))


def test_a_program_downloads_the_documents_it_names(program, documents):
    answer = program.post("/bundles", {"documents": documents[:2]})

    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert [one["number"] for one in inventory(answer)["entries"]] == ["1", "2"]


def test_a_program_downloads_a_kind_or_everything_with_all_versions(program, documents):
    program.post(f"/documents/{documents[0]}/versions", {"payload": {**ORDER, "number": "1а"}})

    newest = inventory(program.post("/bundles", {"filter": {"kind": "order"}}))
    every = inventory(program.post("/bundles", {"versions": "all"}))

    assert [one["number"] for one in newest["entries"]] == ["2", "3", "1а"]
    assert [one["number"] for one in every["entries"]] == ["1", "2", "3", "1а"]
    assert every["complete"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"documents": ["0" * 32]}, 404),
        ({"documents": ["'; DROP TABLE version; --"]}, 404),
        ({"documents": [1]}, 422),
        ({"documents": "all"}, 422),
        ({"filter": {"kind": "letter"}}, 404),
        ({"filter": {"kind": "roadmap"}}, 400),
        ({"filter": {"q": "синхрофазотрон"}}, 400),
        ({"filter": {"from": "вчера"}}, 400),
        ({"filter": {"x": "1"}}, 422),
        ({"filter": {"kind": "order"}, "documents": ["0" * 32]}, 422),
        ({"versions": "some"}, 422),
        ({"unknown": 1}, 422),
        ([], 422),
    ],
)
def test_what_cannot_be_chosen_is_refused(program, documents, body, status):
    assert program.post("/bundles", body).status_code == status


def test_documents_of_others_are_not_in_any_bundle(site, program, documents):
    theirs = site.program(site.theirs)

    foreign = theirs.post("/bundles", {"documents": documents}, headers={"X-Request-ID": "the-same-id"})
    absent = theirs.post("/bundles", {"documents": ["0" * 32]}, headers={"X-Request-ID": "the-same-id"})

    assert foreign.status_code == 404
    assert foreign.data == absent.data
    assert theirs.post("/bundles", {}).status_code == 400


def test_a_person_downloads_what_they_marked_in_the_list(visitor, documents):
    page = visitor.get("/documents")
    assert f'name="document" value="{documents[0]}"' in page.text

    answer = visitor.post("/documents/bundle", [("document", documents[0]), ("document", documents[2])])

    assert [one["number"] for one in inventory(answer)["entries"]] == ["1", "3"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_nothing_marked_is_said(visitor, documents):
    answer = visitor.post("/documents/bundle", {})

    assert answer.status_code == 303
    assert "Не отмечено ни одного документа" in visitor.get(answer.headers["Location"]).text


def test_a_connection_that_is_cut_leaves_no_temporary_file(site, documents, tmp_path, monkeypatch):
    """R-22."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    program = site.program()
    closed = threading.Event()

    def watched(environ, start):
        answer = site.app.wsgi_app(environ, start)
        return iter_closing(answer, closed) if environ["PATH_INFO"].endswith("/bundles") else answer

    server = make_server("127.0.0.1", 0, watched, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        body = json.dumps({"documents": documents}).encode()
        head = (
            f"POST /api/v1/bundles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: {program.headers['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
            connection.sendall(head.encode() + body)
            assert connection.recv(12) == b"HTTP/1.1 200"
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        eventually(closed.is_set)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert list(temporary.iterdir()) == []
    assert inventory(program.post("/bundles", {"documents": documents}))["count"] == 3


def iter_closing(answer, closed):
    try:
        yield from answer
    finally:
        answer.close()
        closed.set()
