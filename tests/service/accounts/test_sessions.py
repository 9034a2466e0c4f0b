"""Sessions end on the server, on both databases, and cost the one query that loads the account."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
import sqlalchemy as sa

from service.accounts.sessions import SESSION_LENGTH, Sessions
from service.database import reading
from service.database.tables_sessions import ended_session
from service.errors import NotFound


@pytest.fixture
def engine(either_engine):
    return either_engine


@pytest.fixture
def sessions(accounts):
    return accounts.sessions


def rows(engine):
    with reading(engine) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(ended_session)).scalar()


def test_a_session_that_was_ended_opens_nothing_and_others_go_on(sessions, anna):
    first, second = sessions.begin(anna.id), sessions.begin(anna.id)

    sessions.end(first)

    with pytest.raises(NotFound):
        sessions.actor_of(first)
    assert sessions.actor_of(second) == anna


def test_ending_twice_or_something_unknown_changes_nothing(engine, sessions, anna):
    session = sessions.begin(anna.id)
    sessions.end(session)

    for again in (session, "", "x.y.z", f"{anna.id}.9.{'0' * 32}", f"{anna.id}.1"):
        sessions.end(again)

    assert rows(engine) == 1


def test_opening_a_session_writes_nothing_and_asking_is_one_query(engine, sessions, anna):
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement.split()[0])

    sa.event.listen(engine, "before_cursor_execute", note)
    session = sessions.begin(anna.id)
    begun, asked[:] = list(asked), []
    sessions.actor_of(session)
    sa.event.remove(engine, "before_cursor_execute", note)

    assert "INSERT" not in begun
    assert asked.count("SELECT") == 1
    assert set(asked) <= {"SELECT", "BEGIN", "PRAGMA"}


def test_sessions_ended_long_ago_are_forgotten_when_no_cookie_can_live(engine, clock, accounts, anna):
    sessions = Sessions(engine, now=clock, new_id=lambda: secrets.token_hex(16))
    first = sessions.begin(anna.id)
    sessions.end(first)
    clock.advance(hours=SESSION_LENGTH / dt.timedelta(hours=1))
    sessions.end(sessions.begin(anna.id))
    assert rows(engine) == 2

    clock.advance(hours=1 + 2 * SESSION_LENGTH / dt.timedelta(hours=1))
    sessions.end(sessions.begin(anna.id))

    assert rows(engine) == 1
