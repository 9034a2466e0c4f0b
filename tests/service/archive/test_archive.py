"""What the archive gives back, to whom, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, START, paper

from service.archive import Archive
from service.database import reading
from service.database.tables import organisation
from service.documents import Actor
from service.errors import Conflict, InputError, Integrity, NotFound, StorageError

MINE, THEIRS = ANNA.organisation_id, BORIS.organisation_id


def test_a_paper_becomes_the_first_version_of_a_new_document(archive):
    made = archive.append(paper("О комиссии"), actor=ANNA, reason="по письму")

    assert (made.number, made.kind, made.title) == (1, "order", "Приказ «О комиссии»")
    assert (made.organisation_id, made.actor_id, made.actor_name) == (MINE, ANNA.id, ANNA.name)
    assert (made.created_at, made.reason, made.pages) == (START, "по письму", 2)
    assert made.payload == paper("О комиссии").payload
    assert made.provenance == paper().provenance
    assert made.findings == ({"rule": "QUOTES", "severity": "warning"},)


def test_what_was_appended_is_what_is_read(archive):
    made = archive.append(paper(), actor=ANNA)

    assert archive.get(MINE, made.document_id) == made
    assert archive.get(MINE, made.document_id, 1) == made


def test_the_next_version_keeps_the_first(archive):
    first = archive.append(paper("один"), actor=ANNA)
    second = archive.append(paper("два"), actor=ANNA, document_id=first.document_id)

    assert (second.document_id, second.number) == (first.document_id, 2)
    assert archive.get(MINE, first.document_id) == second
    assert archive.get(MINE, first.document_id, 1) == first
    assert archive.history(MINE, first.document_id) == [first, second]


def test_files_come_back_as_they_were_made(archive):
    made = archive.append(paper("О комиссии"), actor=ANNA)

    assert archive.open_file(made, "docx") == "docx О комиссии".encode()
    assert archive.open_file(made, "pdf") == "pdf О комиссии".encode()
    assert archive.open_file(made, "json").decode() == (
        '{"clauses":[{"text":"Утвердить"},{"text":"Контроль"}],"number":"376","title":"О комиссии"}'
    )


def test_a_version_without_a_pdf_has_none_to_give(archive):
    made = archive.append(paper(pdf=False), actor=ANNA)

    assert made.pdf is None
    with pytest.raises(NotFound):
        archive.open_file(made, "pdf")


def test_a_damaged_file_is_never_given_out(archive, tmp_path):
    made = archive.append(paper(), actor=ANNA)
    path = tmp_path / "files" / made.pdf.sha256[:2] / made.pdf.sha256[2:4] / made.pdf.sha256
    path.write_bytes(b"pdf")

    with pytest.raises(Integrity):
        archive.open_file(made, "pdf")

    assert archive.open_file(made, "docx")


def test_changed_data_is_never_given_out(archive):
    made = archive.append(paper(), actor=ANNA)
    changed = dataclasses.replace(made, payload={"title": "другое"})

    with pytest.raises(Integrity):
        archive.open_file(changed, "json")


def test_a_version_of_another_kind_is_refused(archive):
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(Conflict):
        archive.append(paper(kind="roadmap"), actor=ANNA, document_id=made.document_id)

    assert len(archive.history(MINE, made.document_id)) == 1


def test_another_organisation_gets_the_answer_of_a_missing_document(archive):
    made = archive.append(paper(), actor=ANNA)
    calls = (
        lambda organisation, document: archive.get(organisation, document),
        lambda organisation, document: archive.get(organisation, document, 1),
        lambda organisation, document: archive.history(organisation, document),
        lambda organisation, document: archive.append(
            paper(), actor=dataclasses.replace(BORIS, organisation_id=organisation), document_id=document
        ),
    )

    for call in calls:
        foreign, missing = _refusal(call, THEIRS, made.document_id), _refusal(call, THEIRS, "0" * 32)
        assert foreign == missing
    assert archive.get(MINE, made.document_id) == made
    assert archive.verify() == []


@pytest.mark.parametrize("document_id", ["", "\x00", "\ud800", "' OR 1=1 --", "я" * 32, "0" * 65, "a\n"])
def test_an_id_of_any_form_is_simply_not_found(archive, document_id):
    archive.append(paper(), actor=ANNA)

    with pytest.raises(NotFound):
        archive.get(MINE, document_id)
    with pytest.raises(NotFound):
        archive.history(MINE, document_id)
    with pytest.raises(NotFound):
        archive.append(paper(), actor=ANNA, document_id=document_id)


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**63, 10**30])
def test_a_number_of_any_size_is_simply_not_found(archive, number):
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(NotFound):
        archive.get(MINE, made.document_id, number)


def test_an_unknown_organisation_cannot_append(archive):
    with pytest.raises(NotFound):
        archive.append(paper(), actor=Actor(id="c", organisation_id="3" * 32, name="Никто"))


def test_a_call_that_must_fail_keeps_no_files(archive, tmp_path):
    with pytest.raises(NotFound):
        archive.append(paper(), actor=ANNA, document_id="0" * 32)
    with pytest.raises(InputError):
        archive.append(paper(), actor=ANNA, reason="\x00")
    with pytest.raises(InputError):
        archive.append(dataclasses.replace(paper(), title="\ud800"), actor=ANNA)

    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_locked_database_refuses_the_append_and_reading_goes_on(archive, tmp_path):
    made = archive.append(paper(), actor=ANNA)
    other = sqlite3.connect(tmp_path / "formulyar.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageError) as refusal:
            archive.append(paper("два"), actor=ANNA, document_id=made.document_id)
        assert archive.get(MINE, made.document_id) == made
    finally:
        other.close()

    assert (refusal.value.status, refusal.value.retryable) == (503, True)
    assert archive.append(paper("два"), actor=ANNA, document_id=made.document_id).number == 2


def test_versions_are_ordered_by_number_when_the_clock_goes_back(engine, storage):
    times = iter([START, START - dt.timedelta(days=2)])
    archive = Archive(engine, storage, now=lambda: next(times), new_id=lambda: "d" * 32)
    archive.append(paper("один"), actor=ANNA)
    archive.append(paper("два"), actor=ANNA, document_id="d" * 32)

    assert [version.title for version in archive.history(MINE, "d" * 32)] == ["Приказ «один»", "Приказ «два»"]
    assert archive.listing(MINE).items[0].title == "Приказ «два»"
    assert archive.verify() == []


def _refusal(call, *arguments):
    with pytest.raises(NotFound) as refusal:
        call(*arguments)
    return type(refusal.value), str(refusal.value), refusal.value.messages


def test_rows_written_together_live_and_die_with_their_version(archive, engine):
    def rename(connection, made):
        connection.execute(sa.update(organisation).values(name=made.title))

    def refuse(connection, made):
        rename(connection, made)
        raise Conflict("устарело")

    archive.append(paper("один"), actor=ANNA, together=rename)
    with pytest.raises(Conflict):
        archive.append(paper("два"), actor=ANNA, together=refuse)

    with reading(engine) as connection:
        assert set(connection.execute(sa.select(organisation.c.name)).scalars()) == {"Приказ «один»"}
    assert [line.title for line in archive.listing(MINE).items] == ["Приказ «один»"]
    assert archive.verify() == []


def test_nothing_is_written_together_with_a_version_that_was_recorded_before(archive):
    calls = []
    keyed = {"idempotency_key": "k", "request_sha256": "e" * 64}

    archive.append(paper(), actor=ANNA, **keyed, together=lambda _, made: calls.append(made.number))
    archive.append(paper(), actor=ANNA, **keyed, together=lambda _, made: calls.append(made.number))

    assert calls == [1]
