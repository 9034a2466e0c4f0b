"""What the record promises, on SQLite and on a real PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, open_archive, paper, prepare

from service.database import writing
from service.database.tables import document, version
from service.errors import AppendOnly, Conflict


@pytest.fixture
def either(tmp_path, either_database_url):
    engine, _, archive = open_archive(tmp_path, database_url=either_database_url)
    prepare(engine)
    yield engine, archive
    engine.dispose()


def test_many_writers_of_one_document_leave_no_gap_and_no_double(either):
    _, archive = either
    first = archive.append(paper("0"), actor=ANNA)

    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda text: archive.append(paper(str(text)), actor=ANNA, document_id=first.document_id),
                range(1, 41),
            )
        )

    assert sorted(one.number for one in made) == list(range(2, 42))
    assert [one.number for one in archive.history(ANNA.organisation_id, first.document_id)] == list(
        range(1, 42)
    )
    assert archive.verify() == []


def test_one_key_makes_one_document_however_many_ask_at_once(either):
    _, archive = either
    keyed = {"idempotency_key": "k-1", "request_sha256": "e" * 64}

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: archive.append(paper(), actor=ANNA, **keyed), range(16)))

    assert len({one.document_id for one in made}) == 1
    assert len(archive.listing(ANNA.organisation_id).items) == 1
    with pytest.raises(Conflict):
        archive.append(paper("другое"), actor=ANNA, idempotency_key="k-1", request_sha256="f" * 64)


@pytest.mark.parametrize(
    "change",
    [
        sa.update(version).values(title="другое"),
        sa.delete(version),
        sa.update(document).values(kind="roadmap"),
        sa.delete(document),
    ],
    ids=["update version", "delete version", "update document", "delete document"],
)
def test_the_database_itself_refuses_to_change_the_record(either, change):
    engine, archive = either
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.execute(change)

    assert archive.get(ANNA.organisation_id, made.document_id) == made
