"""What every storage promises. A new storage is one more factory here."""

from __future__ import annotations

import hashlib
import threading

import pytest

from service.documents import StoredFile
from service.errors import Integrity, NotFound
from service.storage import read_verified
from service.storage.local import LocalStorage
from service.storage.s3 import S3Storage, bucket_of

DATA = "Приказ № 376".encode()


def local(request):
    return LocalStorage(request.getfixturevalue("tmp_path") / "files")


def s3(request):
    return S3Storage(bucket_of(request.getfixturevalue("bucket_url")))


@pytest.fixture(params=[local, s3], ids=lambda factory: factory.__name__)
def storage(request):
    return request.param(request)


def test_bytes_come_back_as_they_were_put(storage):
    stored = storage.put(DATA, "application/pdf")

    with storage.open(stored.sha256) as stream:
        assert stream.read() == DATA


def test_bytes_are_named_by_their_hash(storage):
    stored = storage.put(b"abc", "text/plain")

    assert stored == StoredFile(
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        size_bytes=3,
        media_type="text/plain",
    )


def test_no_bytes_at_all_are_bytes_too(storage):
    stored = storage.put(b"", "text/plain")

    assert read_verified(storage, stored.sha256) == b""


def test_the_same_bytes_may_be_put_again(storage):
    first = storage.put(DATA, "application/pdf")

    assert storage.put(DATA, "application/pdf") == first


def test_what_was_put_exists_and_nothing_else_does(storage):
    stored = storage.put(DATA, "application/pdf")

    assert storage.exists(stored.sha256)
    assert not storage.exists("0" * 64)


def test_what_was_never_put_is_not_found(storage):
    with pytest.raises(NotFound):
        storage.open("0" * 64)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "/" * 64, "0" * 64 + "\n", "я" * 64]
)
def test_a_name_that_is_no_hash_is_never_found(storage, name):
    assert not storage.exists(name)
    with pytest.raises(NotFound):
        storage.open(name)


def test_a_recorded_file_that_is_gone_is_a_broken_record(storage):
    with pytest.raises(Integrity):
        read_verified(storage, "0" * 64)


def test_many_may_put_the_same_and_different_bytes_at_once(storage):
    shared = b"shared" * 10_000
    stored = []

    def put(number):
        stored.append(storage.put(shared, "text/plain"))
        stored.append(storage.put(b"%d" % number, "text/plain"))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(stored) == 16
    assert len({file.sha256 for file in stored}) == 9
    for file in stored:
        assert hashlib.sha256(read_verified(storage, file.sha256)).hexdigest() == file.sha256
