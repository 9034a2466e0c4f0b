"""What the record promises, on SQLite and on a real PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from archive_parts import ANNA, open_archive, paper, prepare

from service.archive import Wanted
from service.archive.appending import following
from service.database import writing
from service.database.tables import document, version
from service.database.tables_registration import event, journal_entry, version_state
from service.errors import AppendOnly, Conflict


def test_many_writers_of_one_document_leave_no_gap_and_no_double(either):
    """R-11."""
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


def test_of_many_who_follow_the_same_version_one_succeeds(either):
    _, archive = either
    first = archive.append(paper("0"), actor=ANNA)

    def follow(text):
        try:
            return archive.append(
                paper(text), actor=ANNA, document_id=first.document_id, together=following(first.number)
            )
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [one for one in pool.map(follow, map(str, range(1, 9))) if one]

    assert [one.number for one in made] == [2]
    assert archive.history(ANNA.organisation_id, first.document_id)[-1].title == made[0].title
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
    """T-42."""
    engine, archive = either
    made = archive.append(paper(), actor=ANNA)

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.execute(change)

    assert archive.get(ANNA.organisation_id, made.document_id) == made


JOURNAL_CHANGES = {
    "update event": sa.update(event).values(reason="иная"),
    "delete event": sa.delete(event),
    "update number": sa.update(journal_entry).values(number="7"),
    "update series": sa.update(journal_entry).values(series="order"),
    "return a void number": sa.update(journal_entry).values(state="registered"),
    "delete number": sa.delete(journal_entry),
    "move a state": sa.update(version_state).values(entry_id="0"),
    "return a void version": sa.update(version_state).values(state="registered"),
    "delete state": sa.delete(version_state),
}


@pytest.mark.parametrize("change", JOURNAL_CHANGES.values(), ids=JOURNAL_CHANGES)
def test_the_database_itself_refuses_to_change_the_journal(either, change):
    """T-42."""
    engine, archive = either
    entry = archive.journal.reserve(Wanted("order", "order/приказ"), actor=ANNA)
    made = archive.append(paper(), actor=ANNA, together=archive.journal.registers(entry, ANNA))
    archive.journal.void(made.document_id, actor=ANNA, reason="Издан ошибочно")

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.execute(change)

    assert archive.verify() == []


@pytest.mark.parametrize("table", ["version", "document", "event", "journal_entry", "version_state"])
def test_a_table_of_the_record_cannot_be_emptied_at_once(postgres_url, tmp_path, table):
    engine, _, archive = open_archive(tmp_path, database_url=postgres_url)
    prepare(engine)
    archive.append(paper(), actor=ANNA)

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")

    assert archive.verify() == []
    engine.dispose()


@pytest.mark.parametrize("table", [event, journal_entry, version_state], ids=lambda table: table.name)
@pytest.mark.parametrize("verb", ["REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_sqlite_replaces_nothing_of_the_journal(tmp_path, table, verb):
    engine, _, archive = open_archive(tmp_path)
    prepare(engine)
    entry = archive.journal.reserve(Wanted("order", "order/приказ"), actor=ANNA)
    archive.append(paper(), actor=ANNA, together=archive.journal.registers(entry, ANNA))
    names = ", ".join(column.name for column in table.columns)

    for rowid in ("", "rowid, "):
        copy = f"{verb} INTO {table.name} ({rowid}{names}) SELECT {rowid}{names} FROM {table.name}"  # noqa: S608
        with pytest.raises(AppendOnly), writing(engine) as connection:
            connection.exec_driver_sql(copy)

    assert archive.verify() == []
    engine.dispose()
