"""Large files are accepted first and looked at later, whatever happens to the process that does so."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
import time
from typing import Any

import pytest

from service.batches.batches import Batches, SentFile
from service.batches.checker import SILENCE_S, Checker
from service.batches.checks import MOST_ATTEMPTS, Check, Checks
from service.batches.files import Files
from service.batches.preflight import tell_nobody
from service.batches.uploading import Uploads
from service.errors import BatchInvalid, Conflict, NotFound
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.batches.batch_parts import batches_of
from tests.service.work.work_parts import ANNA, BORIS, Parts

PADDING = b" " * 6_000_000


def lines(*payloads: Any) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in payloads)


def papers(count: int) -> list[Any]:
    return [{**read_sample("order"), "number": str(number)} for number in range(1, count + 1)]


def large(data: bytes, name: str = "приказы.jsonl") -> SentFile:
    return SentFile(name, data + b"\n" + PADDING)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def batches(parts: Parts):
    opened = batches_of(parts, Files(parts.engine))
    yield opened
    opened.close()


@pytest.fixture
def uploads(parts: Parts) -> Uploads:
    """Files are written down without waking a checker, which might be faster than the test."""
    return Uploads(
        Files(parts.engine),
        strictness_of=lambda _: {},
        now=parts.clock,
        new_id=lambda: secrets.token_hex(16),
    )


def accepted(uploads: Uploads, sent: SentFile, *, start: bool = False) -> str:
    return uploads.take(ANNA, "order", sent, parse_json, start=start).id


def found(batches: Batches, upload_id: str) -> tuple[int, int, Check | None]:
    upload, listing = batches.upload_of(ANNA.organisation_id, upload_id)
    return listing.ready, listing.refused, batches.check(upload)


def test_a_large_file_is_accepted_before_its_rows_are_looked_at(uploads: Uploads, batches: Batches) -> None:
    upload_id = accepted(uploads, large(lines(*papers(2), {"number": "3"})))

    ready, refused, check = found(batches, upload_id)
    assert (ready, refused) == (0, 0)
    assert check is not None
    assert check.error is None
    with pytest.raises(Conflict, match="ещё проверяется"):
        batches.start(ANNA, upload_id, parse_json)

    assert batches.checker(parse_json).once()

    assert found(batches, upload_id) == (2, 1, None)
    assert batches.start(ANNA, upload_id, parse_json)
    assert not batches.checker(parse_json).once()


def test_a_small_file_is_looked_at_while_its_sender_waits(batches: Batches) -> None:
    upload = batches.upload(ANNA, "order", SentFile("приказы.jsonl", lines(*papers(2))), parse_json)

    assert found(batches, upload.id) == (2, 0, None)


def test_papers_are_ordered_at_the_end_where_that_was_asked_for(
    uploads: Uploads, batches: Batches, parts: Parts
) -> None:
    upload_id = accepted(uploads, large(lines(*papers(2))), start=True)

    batches.checker(parse_json).once()

    upload, _ = batches.upload_of(ANNA.organisation_id, upload_id)
    assert upload.batch_id
    assert parts.work.batch(ANNA.organisation_id, upload.batch_id).counts["ready"] == 2
    assert batches.check(upload) is None


def test_a_file_without_a_good_row_is_looked_at_and_not_started(uploads: Uploads, batches: Batches) -> None:
    upload_id = accepted(uploads, large(lines({"number": "1"})), start=True)

    batches.checker(parse_json).once()

    assert found(batches, upload_id) == (0, 1, None)
    assert batches.upload_of(ANNA.organisation_id, upload_id)[0].batch_id is None


def test_a_file_of_a_process_that_was_killed_is_taken_by_another(
    uploads: Uploads, batches: Batches, parts: Parts
) -> None:
    upload_id = accepted(uploads, large(lines(*papers(2))), start=True)
    checks, clock = Checks(parts.engine), Clock()
    [seen] = checks.waiting()
    assert checks.claim(seen)  # and then the process is killed
    checker = batches.checker(parse_json, clock=clock)

    for clock.now in (0.0, 4.0, 8.0):
        assert not checker.once()  # the other one may be alive
    clock.now = SILENCE_S + 1
    assert checker.once()

    assert found(batches, upload_id) == (2, 0, None)
    assert batches.upload_of(ANNA.organisation_id, upload_id)[0].batch_id


def test_a_process_that_beats_keeps_its_file(uploads: Uploads, parts: Parts) -> None:
    accepted(uploads, large(lines(*papers(1))))
    checks, clock = Checks(parts.engine), Clock()
    mine = checks.claim(checks.waiting()[0])
    assert mine is not None
    checker = Checker(checks, lambda *_: None, clock=clock)

    for _ in range(5):
        assert not checker.once()
        assert checks.beat(mine, done=1, total=2)
        clock.now += 4

    assert [(one.done, one.total) for one in checks.waiting()] == [(1, 2)]


def test_whoever_lost_a_file_writes_nothing(uploads: Uploads, batches: Batches, parts: Parts) -> None:
    upload_id = accepted(uploads, large(lines(*papers(2))), start=True)
    checks = Checks(parts.engine)
    slow = checks.claim(checks.waiting()[0])
    quick = checks.claim(checks.waiting()[0])
    assert slow is not None
    assert quick is not None

    assert uploads.look(slow, parse_json, tell_nobody) is None
    assert found(batches, upload_id)[0] == 0
    assert not checks.beat(slow, done=2, total=2)
    checks.fail(slow, "Нельзя.")
    assert uploads.look(quick, parse_json, tell_nobody)
    checks.end(quick)

    assert found(batches, upload_id) == (2, 0, None)


def test_one_file_is_claimed_once(uploads: Uploads, parts: Parts) -> None:
    accepted(uploads, large(lines(*papers(1))))
    checks = Checks(parts.engine)
    [seen] = checks.waiting()
    claims: list[Check | None] = []
    threads = [threading.Thread(target=lambda: claims.append(checks.claim(seen))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one is not None for one in claims) == 1


def test_a_file_that_cannot_be_read_says_why_and_stops_no_other(uploads: Uploads, batches: Batches) -> None:
    broken = accepted(uploads, SentFile("приказы.json", b'{"number": 1}' + PADDING))
    good = accepted(uploads, large(lines(*papers(1))))
    checker = batches.checker(parse_json)

    assert checker.once()
    assert checker.once()
    assert not checker.once()

    check = found(batches, broken)[2]
    assert check is not None
    assert "Ожидается список документов" in (check.error or "")
    with pytest.raises(Conflict, match="Ожидается список документов"):
        batches.start(ANNA, broken, parse_json)
    assert found(batches, good) == (1, 0, None)


def test_what_the_first_bytes_show_is_said_at_once(batches: Batches) -> None:
    with pytest.raises(BatchInvalid, match=r"Формат \.xls не читается"):
        batches.upload(ANNA, "order", SentFile("приказы.xls", PADDING + b"1"), parse_json)


def test_a_file_that_ends_its_process_again_and_again_is_given_up(
    uploads: Uploads, batches: Batches, parts: Parts
) -> None:
    upload_id = accepted(uploads, large(lines(*papers(1))))
    checks, clock = Checks(parts.engine), Clock()
    for _ in range(MOST_ATTEMPTS):
        checks.claim(checks.waiting()[0])
    checker = batches.checker(parse_json, clock=clock)
    for clock.now in (0.0, 4.0, 8.0):
        assert not checker.once()
    clock.now = SILENCE_S + 1

    assert checker.once()

    check = found(batches, upload_id)[2]
    assert check is not None
    assert "Разделите его" in (check.error or "")


def test_a_failure_inside_is_said_and_the_next_file_is_looked_at(
    uploads: Uploads, batches: Batches, parts: Parts
) -> None:
    upload_id = accepted(uploads, large(lines(*papers(1))))

    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    assert Checker(Checks(parts.engine), fails).once()

    check = found(batches, upload_id)[2]
    assert check is not None
    assert "внутренней ошибки" in (check.error or "")


def test_the_process_that_accepted_a_file_looks_at_it_by_itself(batches: Batches) -> None:
    upload = batches.upload(ANNA, "order", large(lines(*papers(3))), parse_json)

    deadline = time.monotonic() + 20
    while batches.check(upload) and time.monotonic() < deadline:
        threading.Event().wait(0.05)

    assert found(batches, upload.id) == (3, 0, None)


def test_a_repeat_under_the_same_key_is_the_same_file(uploads: Uploads) -> None:
    sent = large(lines(*papers(1)))
    first = uploads.take(ANNA, "order", sent, parse_json, idempotency_key="k")

    assert uploads.take(ANNA, "order", sent, parse_json, idempotency_key="k").id == first.id
    other = large(lines(*papers(2)))
    with pytest.raises(Conflict, match="Idempotency-Key"):
        uploads.take(ANNA, "order", other, parse_json, idempotency_key="k")


def test_a_file_that_is_looked_at_belongs_to_its_organisation(uploads: Uploads, batches: Batches) -> None:
    upload_id = accepted(uploads, large(lines(*papers(1))))

    with pytest.raises(NotFound):
        batches.upload_of(BORIS.organisation_id, upload_id)


def test_files_nobody_started_go_with_their_checks(uploads: Uploads, batches: Batches, parts: Parts) -> None:
    accepted(uploads, large(lines(*papers(1))))
    parts.clock.moment += dt.timedelta(days=2)

    assert batches.clear(after=dt.timedelta(days=1)) == 1
    assert Checks(parts.engine).waiting() == []
