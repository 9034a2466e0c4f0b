"""A repeated call makes nothing twice."""

from __future__ import annotations

import threading

import pytest
from archive_parts import ANNA, BORIS, paper

from service.errors import Conflict, InputError

MINE = ANNA.organisation_id
REQUEST, OTHER_REQUEST = "e" * 64, "f" * 64


def test_a_repeat_returns_what_the_first_call_made(archive):
    first = archive.append(paper("один"), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)
    again = archive.append(paper("два"), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)

    assert again == first
    assert len(archive.listing(MINE).items) == 1


def test_a_repeat_keeps_no_files(archive, tmp_path):
    archive.append(paper("один"), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)
    before = _files(tmp_path)

    archive.append(paper("два"), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)

    assert _files(tmp_path) == before


def test_a_repeat_returns_the_version_of_then_after_newer_ones(archive):
    first = archive.append(paper("один"), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)
    archive.append(paper("два"), actor=ANNA, document_id=first.document_id)

    assert archive.find_idempotent(MINE, "k", REQUEST) == first


def test_another_request_under_the_same_key_is_refused(archive):
    archive.append(paper(), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)

    with pytest.raises(Conflict):
        archive.append(paper("два"), actor=ANNA, idempotency_key="k", request_sha256=OTHER_REQUEST)
    with pytest.raises(Conflict):
        archive.find_idempotent(MINE, "k", OTHER_REQUEST)


def test_an_unused_key_finds_nothing(archive):
    assert archive.find_idempotent(MINE, "k", REQUEST) is None


def test_organisations_do_not_see_each_others_keys(archive):
    mine = archive.append(paper(), actor=ANNA, idempotency_key="k", request_sha256=REQUEST)
    theirs = archive.append(paper(), actor=BORIS, idempotency_key="k", request_sha256=OTHER_REQUEST)

    assert mine.document_id != theirs.document_id


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", "\x00", "\ud800"])
def test_a_key_of_another_form_is_refused(archive, key):
    with pytest.raises(InputError, match="Idempotency-Key"):
        archive.append(paper(), actor=ANNA, idempotency_key=key, request_sha256=REQUEST)


def test_a_key_without_the_hash_of_its_request_is_a_mistake_of_the_program(archive):
    with pytest.raises(ValueError, match="hash of its request"):
        archive.append(paper(), actor=ANNA, idempotency_key="k")


def test_the_same_call_at_the_same_moment_makes_one_version(archive):
    made = []

    def append(text):
        made.append(archive.append(paper(text), actor=ANNA, idempotency_key="k", request_sha256=REQUEST))

    threads = [threading.Thread(target=append, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(made) == 8
    assert len({(version.document_id, version.number) for version in made}) == 1
    assert len(archive.listing(MINE).items) == 1


def _files(tmp_path):
    return sorted(path.name for path in (tmp_path / "files").rglob("*") if path.is_file())
