from __future__ import annotations

import datetime as dt
import secrets

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from service.accounts import Accounts
from service.database import open_database, upgrade
from tests.migrated import migrated_sqlite

START = dt.datetime(2021, 3, 19, 8, 15, 30, tzinfo=dt.UTC)


class Clock:
    """Time that passes when told to."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def advance(self, **parts):
        self.now += dt.timedelta(**parts)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def engine(tmp_path):
    engine = open_database(migrated_sqlite(tmp_path / "formulyar.db"), busy_timeout_s=0.3)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def either_engine(either_database_url):
    engine = open_database(either_database_url, busy_timeout_s=5)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def accounts(engine, clock):
    hasher = PasswordHasher.from_parameters(CHEAPEST)
    return Accounts(engine, now=clock, new_id=lambda: secrets.token_hex(16), hasher=hasher)


@pytest.fixture
def organisation_id(accounts):
    return accounts.create_organisation("Управление образования")


@pytest.fixture
def anna(accounts, organisation_id):
    return accounts.create_account(
        organisation_id, login="anna", name="Анна Смирнова", password="correct horse", is_admin=True
    )


@pytest.fixture
def vera(accounts, organisation_id):
    return accounts.create_account(
        organisation_id, login="vera", name="Вера Орлова", password="battery staple"
    )


@pytest.fixture
def boris(accounts):
    other = accounts.create_organisation("Другое управление")
    return accounts.create_account(
        other, login="boris", name="Борис", password="staple battery", is_admin=True
    )
