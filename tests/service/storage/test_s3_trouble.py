"""R-19: an S3 server that fails, is slow, cuts its answer or lies: 503 to come again, and never half a file.

The server is a small HTTP server on the loopback that answers what the test says, in turn; the last answer stays.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.errors import Integrity, StorageError, StorageFull
from service.storage import read_verified
from service.storage.s3 import Bucket, S3Storage

DATA = b"abc"
DIGEST = hashlib.sha256(DATA)
CHECKSUM = base64.b64encode(DIGEST.digest()).decode()
SILENT = b""
OTHER = base64.b64encode(hashlib.sha256(b"abd").digest()).decode()


def http(status: str, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


GOOD_PUT = http("200 OK", ETag='"900150983cd24fb0d6963f7d28e17f72"', x_amz_checksum_sha256=CHECKSUM)
GOOD_GET = http("200 OK", DATA, ETag='"900150983cd24fb0d6963f7d28e17f72"')


class Answers:
    """What the server says in turn, and what it was asked."""

    def __init__(self, *answers: bytes) -> None:
        self.left = list(answers)
        self.asked: list[str] = []
        self.over = threading.Event()

    def next(self) -> bytes:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


@contextmanager
def storage_on(*answers: bytes, read_s: float = 30):
    said = Answers(*answers)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said.asked.append(f"{self.command} {self.headers.get('If-None-Match', '')}".strip())
            answer = said.next()
            if answer == SILENT:
                said.over.wait(60)
            self.wfile.write(answer)
            self.close_connection = True

        do_GET = do_PUT = do_HEAD = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_words) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    bucket = Bucket("papers", endpoint=f"http://127.0.0.1:{server.server_port}")
    try:
        yield S3Storage(bucket, read_s=read_s), said
    finally:
        said.over.set()
        server.shutdown()
        server.server_close()
        thread.join(30)


@pytest.fixture(autouse=True)
def _keys(s3_keys):
    """The storage needs keys; this server asks for none."""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http("500 Broken"), StorageError),
        (http("503 Slow Down"), StorageError),
        (http("507 Full"), StorageFull),
        (http("200 OK", ETag='"0"', x_amz_checksum_sha256=OTHER), StorageError),
        (b"nonsense\r\n\r\n", StorageError),
    ],
    ids=["500", "503", "full", "another checksum", "no HTTP"],
)
def test_r_19_bytes_that_were_not_surely_kept_are_not_acknowledged(answer, error):
    with storage_on(answer) as (storage, _), pytest.raises(error) as refusal:
        storage.put(DATA, "text/plain")

    assert refusal.value.status in {503, 507}


def test_r_19_a_put_is_repeated_under_the_same_name_until_it_is_acknowledged():
    with storage_on(http("500 Broken"), http("500 Broken"), GOOD_PUT) as (storage, said):
        stored = storage.put(DATA, "text/plain")

    assert stored.sha256 == DIGEST.hexdigest()
    assert said.asked == ["PUT *"] * 3


def test_r_19_a_put_that_arrived_although_its_answer_was_lost_is_acknowledged():
    """The repeat hears that the name is taken, and looks whether by the same bytes."""
    with storage_on(http("500 Broken"), http("412 Precondition Failed"), GOOD_GET) as (storage, said):
        stored = storage.put(DATA, "text/plain")

    assert stored.sha256 == DIGEST.hexdigest()
    assert said.asked == ["PUT *", "PUT *", "GET"]


def test_r_19_a_server_that_never_answers_is_given_up():
    began = time.monotonic()
    with storage_on(SILENT, read_s=0.2) as (storage, said), pytest.raises(StorageError) as refusal:
        storage.open(DIGEST.hexdigest())

    assert (refusal.value.status, refusal.value.retryable) == (503, True)
    assert len(said.asked) == 4
    assert time.monotonic() - began < 45


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http("200 OK", b"ab", length=3), StorageError),
        (http("200 OK", b"abd", ETag='"900150983cd24fb0d6963f7d28e17f72"'), Integrity),
        (http("200 OK", b""), Integrity),
    ],
    ids=["cut in the middle", "other bytes under a right ETag", "nothing"],
)
def test_r_19_bytes_that_are_not_the_recorded_ones_are_never_given_out(answer, error):
    with storage_on(answer) as (storage, _), pytest.raises(error):
        read_verified(storage, DIGEST.hexdigest())


def test_r_19_control_a_server_that_answers_well_is_believed():
    with storage_on(GOOD_PUT, GOOD_GET) as (storage, _):
        assert storage.put(DATA, "text/plain").size_bytes == 3
        assert read_verified(storage, DIGEST.hexdigest()) == DATA
