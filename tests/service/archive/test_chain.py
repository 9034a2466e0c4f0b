"""The chain proves the record: what was changed by hand is found."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, BORIS, paper

from service.archive.chain import chain_sha256
from service.database import reading
from service.database.tables import version
from service.documents import ChainHead
from service.errors import Integrity

MINE = ANNA.organisation_id
GUARDS = ("version_no_update", "version_no_delete", "document_no_update", "document_no_delete")


@pytest.fixture
def made(archive):
    """Five versions of Anna, two of one document, with one of Boris between them."""
    first = archive.append(paper("1"), actor=ANNA)
    second = archive.append(paper("2"), actor=ANNA)
    archive.append(paper("чужой"), actor=BORIS)
    third = archive.append(paper("3"), actor=ANNA, document_id=first.document_id)
    return [first, second, third, *(archive.append(paper(text), actor=ANNA) for text in "45")]


@pytest.fixture
def by_hand(tmp_path):
    """Run SQL as somebody would who owns the file and removes the guards first."""

    def run(statement, *parameters):
        with contextlib.closing(sqlite3.connect(tmp_path / "formulyar.db")) as connection, connection:
            for guard in GUARDS:
                connection.execute(f"DROP TRIGGER IF EXISTS {guard}")
            assert connection.execute(statement, parameters).rowcount == 1

    return run


def test_every_version_continues_the_one_before_in_its_organisation(made, archive):
    assert [version.chain_number for version in made] == [1, 2, 3, 4, 5]
    assert made[0].prev_chain_sha256 == "0" * 64
    assert [version.prev_chain_sha256 for version in made[1:]] == [
        version.chain_sha256 for version in made[:-1]
    ]
    assert archive.head(BORIS.organisation_id).chain_number == 1


def test_the_hash_can_be_made_again_from_what_is_published(made):
    # What the stand-alone verifier does; the literal keeps the format from changing unnoticed.
    last = made[2]
    fields = {
        "format": "formulyar-version-record-2",
        "document_id": last.document_id,
        "number": 2,
        "organisation_id": MINE,
        "kind": "order",
        "title": "Приказ «3»",
        "file_name": "Приказ 3",
        "payload_sha256": last.payload_sha256,
        "docx_sha256": hashlib.sha256(b"docx 3").hexdigest(),
        "docx_size": 6,
        "pdf_sha256": hashlib.sha256(b"pdf 3").hexdigest(),
        "pdf_size": 5,
        "pages": 2,
        "template_sha256": "c" * 64,
        "program_version": "0.1.0",
        "office_version": "LibreOffice 7.4.7",
        "fonts": ["Liberation Serif"],
        "findings": [{"rule": "QUOTES", "severity": "warning"}],
        "actor_id": ANNA.id,
        "actor_name": "Анна Ивановна Смирнова",
        "reason": "",
        "created_at": "2021-03-19T08:15:33.000000Z",
        "chain_number": 3,
        "prev_chain_sha256": made[1].chain_sha256,
    }
    link = {
        "format": "formulyar-version-2",
        "chain_number": 3,
        "prev_chain_sha256": made[1].chain_sha256,
        "record_sha256": published_hash(fields),
    }

    assert published_hash(link) == last.chain_sha256


def test_a_version_recorded_before_links_were_hashed_apart_is_still_good(made, archive, by_hand, engine):
    row = _row(engine, 5)
    columns = [column.name for column in version.columns if column.name not in {"payload", "chain_sha256"}]
    fields = {name: row[name] for name in columns}
    fields |= {"format": "formulyar-version-1", "fonts": json.loads(row["fonts"])}
    fields["findings"] = json.loads(row["findings"])
    by_hand("UPDATE version SET chain_sha256 = ? WHERE chain_number = 5 AND organisation_id = ?",
            published_hash(fields), MINE)  # fmt: skip

    assert archive.verify(MINE) == []
    assert archive.get(MINE, made[4].document_id).chain_sha256 == published_hash(fields)
    by_hand("UPDATE version SET title = 'иной' WHERE chain_number = 5 AND organisation_id = ?", MINE)
    assert [problem.code for problem in archive.verify(MINE)] == ["row_changed"]


def test_a_record_nobody_touched_has_no_problems(made, archive):
    assert archive.verify() == []
    assert archive.verify(MINE, heads=[archive.head(MINE)]) == []


def test_the_head_is_the_last_version(made, archive):
    assert archive.head(MINE) == ChainHead(MINE, 5, made[-1].chain_sha256)
    assert archive.head("3" * 32) == ChainHead("3" * 32, 0, "0" * 64)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "Приказ «иной»"),
        ("file_name", "иной"),
        ("docx_sha256", hashlib.sha256(b"docx 2").hexdigest()),
        ("pdf_sha256", None),
        ("pages", 3),
        ("template_sha256", "d" * 64),
        ("program_version", "0.1.1"),
        ("office_version", ""),
        ("fonts", "[]"),
        ("fonts", '[ "Liberation Serif"]'),
        ("findings", "[NaN]"),
        ("findings", "не JSON"),
        ("actor_id", BORIS.id),
        ("actor_name", "Иная"),
        ("reason", "иная"),
        ("created_at", "2021-03-19T08:15:33.000001Z"),
        ("payload_sha256", "d" * 64),
        ("chain_sha256", "d" * 64),
        ("prev_chain_sha256", "d" * 64),
        ("payload", '{"title":"3"}'),
        ("payload", b"\xff\xfe"),
        ("title", b"\xd0"),
        ("docx_size", "шесть"),
    ],
)
def test_every_edited_column_is_found_and_the_version_is_not_given_out(made, archive, by_hand, column, value):
    """T-41."""
    statement = f"UPDATE version SET {column} = ? WHERE chain_number = 3 AND organisation_id = ?"  # noqa: S608
    by_hand(statement, value, MINE)

    problems = archive.verify(MINE)

    assert {"row_changed", "payload_changed"} & {problem.code for problem in problems}
    assert problems[0].chain_number == 3
    with pytest.raises(Integrity):
        archive.get(MINE, made[0].document_id, 2)


def test_edited_data_with_its_hash_adjusted_are_found(made, archive, by_hand):
    text = '{"title":"иное"}'
    by_hand(
        "UPDATE version SET payload = ?, payload_sha256 = ? WHERE chain_number = 3 AND organisation_id = ?",
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        MINE,
    )

    assert [(problem.code, problem.chain_number) for problem in archive.verify(MINE)] == [("row_changed", 3)]


def test_an_edit_with_every_hash_of_the_row_adjusted_breaks_the_next_link(made, archive, by_hand, engine):
    row = _row(engine, 3)
    row["title"] = "Приказ «иной»"
    by_hand(
        "UPDATE version SET title = ?, chain_sha256 = ? WHERE chain_number = 3 AND organisation_id = ?",
        row["title"],
        chain_sha256(row),
        MINE,
    )

    assert [(problem.code, problem.chain_number) for problem in archive.verify(MINE)] == [("chain_broken", 4)]


def test_an_adjusted_end_differs_from_a_head_kept_elsewhere(made, archive, by_hand, engine):
    """R-17."""
    head = archive.head(MINE)
    row = _row(engine, 5)
    row["title"] = "Приказ «иной»"
    by_hand(
        "UPDATE version SET title = ?, chain_sha256 = ? WHERE chain_number = 5 AND organisation_id = ?",
        row["title"],
        chain_sha256(row),
        MINE,
    )

    assert archive.verify(MINE) == []
    assert [problem.code for problem in archive.verify(MINE, heads=[head])] == ["head_differs"]


def test_a_row_removed_in_the_middle_is_found(made, archive, by_hand):
    by_hand("DELETE FROM version WHERE chain_number = 2 AND organisation_id = ?", MINE)

    assert [(problem.code, problem.chain_number) for problem in archive.verify()] == [("row_missing", 3)]


def test_a_first_version_removed_is_found_twice_in_chain_and_document(made, archive, by_hand):
    by_hand("DELETE FROM version WHERE chain_number = 1 AND organisation_id = ?", MINE)

    assert [(problem.code, problem.chain_number) for problem in archive.verify()] == [
        ("row_missing", 2),
        ("row_missing", 3),
    ]


def test_a_cut_end_is_found_against_a_head_kept_elsewhere(made, archive, by_hand):
    """R-17."""
    head = archive.head(MINE)
    by_hand("DELETE FROM version WHERE chain_number = 5 AND organisation_id = ?", MINE)

    assert [problem.code for problem in archive.verify(heads=[head])] == ["row_missing"]


def test_a_removed_document_is_found(made, archive, by_hand):
    by_hand("DELETE FROM document WHERE id = ?", made[1].document_id)

    assert [(problem.code, problem.chain_number) for problem in archive.verify()] == [("row_missing", 2)]


def test_an_edited_document_is_found(made, archive, by_hand):
    by_hand(
        "UPDATE document SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id = ?", made[1].document_id
    )

    assert [(problem.code, problem.chain_number) for problem in archive.verify()] == [("row_changed", 2)]


def test_a_document_given_to_another_organisation_is_found(made, archive, by_hand):
    by_hand(
        "UPDATE document SET organisation_id = ? WHERE id = ?", BORIS.organisation_id, made[1].document_id
    )

    assert [(problem.code, problem.chain_number) for problem in archive.verify()] == [("row_missing", 2)]


@pytest.mark.parametrize("stored", ["docx", "pdf"])
def test_a_flipped_bit_a_cut_and_a_missing_file_are_found(made, archive, tmp_path, stored):
    damaged, cut, missing = (_path(tmp_path, getattr(version, stored).sha256) for version in made[:3])
    data = bytearray(damaged.read_bytes())
    data[0] ^= 1
    damaged.write_bytes(data)
    cut.write_bytes(cut.read_bytes()[:-1])
    missing.unlink()

    assert [(problem.code, problem.chain_number) for problem in archive.verify(MINE)] == [
        ("file_damaged", 1),
        ("file_damaged", 2),
        ("file_missing", 3),
    ]


def test_two_exchanged_files_are_found(made, archive, tmp_path):
    one, other = _path(tmp_path, made[0].docx.sha256), _path(tmp_path, made[1].docx.sha256)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)

    assert [problem.code for problem in archive.verify()] == ["file_damaged", "file_damaged"]


def test_damage_of_one_organisation_is_not_told_to_another(made, archive, by_hand):
    by_hand("UPDATE version SET title = '' WHERE chain_number = 3 AND organisation_id = ?", MINE)

    assert archive.verify(BORIS.organisation_id) == []
    assert [problem.organisation_id for problem in archive.verify()] == [MINE]


def test_a_number_that_is_text_ends_the_walk_with_a_problem(made, archive, by_hand):
    by_hand("UPDATE version SET chain_number = 'три' WHERE chain_number = 3 AND organisation_id = ?", MINE)

    assert "row_changed" in {problem.code for problem in archive.verify(MINE)}


def test_a_chain_longer_than_one_reading_is_walked_to_its_end(archive, tmp_path):
    last = [archive.append(paper("тот же"), actor=ANNA) for _ in range(205)][-1]
    changed = _path(tmp_path, last.pdf.sha256)
    changed.write_bytes(b"")

    assert len(archive.verify(MINE)) == 205


def published_hash(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(engine, chain_number):
    with reading(engine) as connection:
        mine = version.c.organisation_id == MINE
        query = sa.select(version).where(mine, version.c.chain_number == chain_number)
        return dict(connection.execute(query).mappings().one())


def _path(tmp_path, sha256):
    return tmp_path / "files" / sha256[:2] / sha256[2:4] / sha256
