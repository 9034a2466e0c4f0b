"""A bucket as storage: what the server sees, and what happens when it fails."""

from __future__ import annotations

import multiprocessing
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.backends import open_storage
from service.errors import ConfigError, StorageError, StorageFull
from service.storage import read_verified
from service.storage.s3 import Bucket, S3Storage, bucket_of
from tests.swift_server import client, running_swift

DATA = b"abc"
SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
KEY = f"2023/ba/{SHA256}"


@pytest.fixture
def bucket(bucket_url):
    return bucket_of(bucket_url.replace("?", "/2023?"))


def test_an_object_lies_under_its_hash_in_the_folder_of_the_address(bucket, swift):
    S3Storage(bucket).put(DATA, "application/pdf")

    kept = client(swift).get_object(Bucket=bucket.name, Key=KEY)
    assert (kept["Body"].read(), kept["ContentType"]) == (DATA, "application/pdf")


def test_putting_again_rewrites_nothing(bucket, swift):
    storage = S3Storage(bucket)
    storage.put(DATA, "application/pdf")

    storage.put(DATA, "text/plain")

    assert client(swift).get_object(Bucket=bucket.name, Key=KEY)["ContentType"] == "application/pdf"


def test_a_damaged_object_is_replaced_when_the_right_bytes_come(bucket, swift):
    storage = S3Storage(bucket)
    storage.put(DATA, "text/plain")
    client(swift).put_object(Bucket=bucket.name, Key=KEY, Body=b"abd")

    storage.put(DATA, "text/plain")

    assert read_verified(storage, SHA256) == DATA


def test_a_wrong_key_reads_and_writes_nothing(bucket, monkeypatch):
    S3Storage(bucket).put(DATA, "text/plain")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")
    stranger = S3Storage(bucket)

    with pytest.raises(StorageError):
        stranger.put(b"other", "text/plain")
    with pytest.raises(StorageError):
        stranger.open(SHA256)


def test_a_bucket_that_does_not_exist_is_said_at_start(bucket_url):
    address = bucket_url.replace("s3://papers", "s3://nothing")

    with pytest.raises(ConfigError, match=r"STORAGE_URL.*nothing"):
        open_storage(address)
    assert open_storage(bucket_url).exists(SHA256) is False


@pytest.mark.parametrize(
    "url", ["s3:", "s3:///folder", "s3://key:secret@bucket", "s3://bucket?endpont=x", "ftp://x", "file:"]
)
def test_an_address_that_cannot_work_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigError, match="STORAGE_URL") as refusal:
        open_storage(url)

    assert "secret" not in str(refusal.value)


def test_a_client_is_not_shared_with_a_forked_process(bucket):
    storage = S3Storage(bucket)
    storage.put(DATA, "text/plain")

    child = multiprocessing.get_context("fork").Process(target=_put_and_read, args=(storage,))
    child.start()
    child.join(60)

    assert child.exitcode == 0
    assert read_verified(storage, SHA256) == DATA


def test_a_server_that_was_away_is_used_again_when_it_is_back(s3_keys):
    with running_swift() as server:
        name = "papers"
        client(server).create_bucket(Bucket=name)
        storage = S3Storage(Bucket(name, endpoint=server.endpoint))
        storage.put(DATA, "text/plain")

        server.stop()
        with pytest.raises(StorageError):
            storage.open(SHA256)
        with pytest.raises(StorageError):
            storage.put(b"other", "text/plain")
        server.start()

        assert read_verified(storage, SHA256) == DATA
        assert storage.put(b"other", "text/plain").size_bytes == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", StorageError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", StorageError),
        (b"HTTP/1.1 507 Full\r\nContent-Length: 0\r\n\r\n", StorageFull),
        (b"nonsense\r\n\r\n", StorageError),
    ],
    ids=["500", "cut body", "full", "no HTTP"],
)
def test_a_server_that_fails_is_a_storage_error_and_never_half_a_file(answer, error, s3_keys):
    server = _server_that_answers(answer)
    storage = S3Storage(Bucket("papers", endpoint=f"http://127.0.0.1:{server.server_port}"))
    try:
        with pytest.raises(error):
            storage.open(SHA256)
    finally:
        server.shutdown()
        server.server_close()


def _put_and_read(storage):
    storage.put(b"from the child", "text/plain")
    assert read_verified(storage, SHA256) == DATA


def _server_that_answers(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.wfile.write(answer)
            self.close_connection = True

        def log_message(self, *_words):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_what_is_kept_is_listed_in_the_order_of_names(bucket):
    storage = S3Storage(bucket)
    kept = sorted(storage.put(b"%d" % number, "text/plain").sha256 for number in range(5))

    first = storage.names(after="", limit=3)
    rest = storage.names(after=first[-1][0], limit=3)

    assert [name for name, _ in first + rest] == kept
    assert all(age_s < 3600 for _, age_s in first + rest)
    assert storage.discard(kept[0], unused_s=0, unused=lambda: True) is False
    assert storage.exists(kept[0])
