"""Who may come in with a password, and what happens to it."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import subprocess
import sys
import unicodedata

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import CHEAPEST

from service.accounts import Accounts
from service.database import reading
from service.documents import Actor
from service.errors import Conflict, Forbidden, InputError, NotFound


def test_the_right_password_opens(accounts, anna, organisation_id):
    assert anna == Actor(anna.id, organisation_id, "Анна Смирнова", is_admin=True)
    assert accounts.sign_in("anna", "correct horse") == anna


@pytest.mark.parametrize("login", ["ANNA", " anna ", "Anna"])
def test_a_login_is_the_same_in_any_case(accounts, anna, login):
    assert accounts.sign_in(login, "correct horse") == anna


def test_a_login_and_a_password_are_the_same_however_the_keyboard_composes_letters(accounts, organisation_id):
    accounts.create_account(organisation_id, login="Андрей", name="А", password="ёлочка зелёный йод")

    login = unicodedata.normalize("NFD", "андрей")
    password = unicodedata.normalize("NFD", "ёлочка зелёный йод")

    assert accounts.sign_in(login, password).name == "А"


def test_every_failure_to_sign_in_has_the_same_answer(accounts, anna, vera, organisation_id):
    accounts.set_active(organisation_id, vera.id, active=False)
    attempts = [
        ("anna", "wrong password"),
        ("nobody", "correct horse"),
        ("vera", "battery staple"),
        ("", ""),
        ("anna", ""),
        ("anna", "x" * 10_000_000),
        ("anna\x00", "correct horse"),
        ("\ud800", "correct horse"),
        ("anna", "correct horse\ud800"),
    ]

    answers = set()
    for login, password in attempts:
        with pytest.raises(Forbidden) as refusal:
            accounts.sign_in(login, password)
        answers.add((type(refusal.value), str(refusal.value)))

    assert len(answers) == 1


def test_an_unknown_login_costs_as_many_hashes_as_a_known_one(engine, clock, anna):
    """T-23."""
    hasher = CountingHasher.from_parameters(CHEAPEST)
    accounts = Accounts(engine, now=clock, new_id=lambda: secrets.token_hex(16), hasher=hasher)

    counts = []
    for login in ("anna", "nobody"):
        hasher.verified.clear()
        with pytest.raises(Forbidden):
            accounts.sign_in(login, "wrong password")
        counts.append(len(hasher.verified))

        # A hash that cannot be read or is cheaper would be compared with sooner.
        assert not hasher.check_needs_rehash(hasher.verified[0])
        with pytest.raises(VerifyMismatchError):
            hasher.verify(hasher.verified[0], "wrong password")

    assert counts == [1, 1]


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_rfc_9106(engine, clock):
    accounts = Accounts(engine, now=clock, new_id=lambda: secrets.token_hex(16))
    organisation_id = accounts.create_organisation("О")

    accounts.create_account(organisation_id, login="a", name="A", password="correct horse")

    with reading(engine) as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM actor").scalar()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_other_parameters_is_renewed_at_the_next_sign_in(engine, clock, accounts, anna):
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    renewing = Accounts(engine, now=clock, new_id=lambda: secrets.token_hex(16), hasher=stronger)
    session = accounts.sessions.begin(anna.id)

    assert renewing.sign_in("anna", "correct horse") == anna

    with reading(engine) as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM actor").scalar()
    assert "m=16,t=2,p=1" in kept
    assert accounts.sessions.actor_of(session) == anna
    assert accounts.sign_in("anna", "correct horse") == anna


def test_signing_in_works_while_nothing_can_be_written(engine, clock, accounts, anna, tmp_path):
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    renewing = Accounts(engine, now=clock, new_id=lambda: secrets.token_hex(16), hasher=stronger)
    with contextlib.closing(sqlite3.connect(tmp_path / "formulyar.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert renewing.sign_in("anna", "correct horse") == anna


@pytest.mark.parametrize("password", ["", "x" * 9, "x" * 201, "x" * 20 + "\ud800"])
def test_a_password_of_another_length_is_refused_in_words(accounts, organisation_id, password):
    with pytest.raises(InputError, match="от 10 до 200 символов") as refusal:
        accounts.create_account(organisation_id, login="a", name="A", password=password)

    assert list(refusal.value.messages) == ["password"]


@pytest.mark.parametrize("password", ["x" * 10, "ж" * 200])
def test_a_password_of_10_to_200_characters_is_accepted(accounts, organisation_id, password):
    actor = accounts.create_account(organisation_id, login="a", name="A", password=password)

    assert accounts.sign_in("a", password) == actor


@pytest.mark.parametrize("login", ["", "   ", "x" * 101, "a b", "a\x00", "\ud800", "a\u200b"])
def test_a_login_that_cannot_be_typed_is_refused(accounts, organisation_id, login):
    with pytest.raises(InputError) as refusal:
        accounts.create_account(organisation_id, login=login, name="A", password="correct horse")

    assert list(refusal.value.messages) == ["login"]


@pytest.mark.parametrize("login", ["anna", "ANNA", " Anna"])
def test_a_login_can_be_taken_once(accounts, anna, organisation_id, login):
    with pytest.raises(Conflict):
        accounts.create_account(organisation_id, login=login, name="A", password="correct horse")


def test_an_account_needs_its_organisation(accounts):
    with pytest.raises(NotFound):
        accounts.create_account("0" * 32, login="a", name="A", password="correct horse")


def test_a_changed_password_ends_every_session(accounts, anna):
    session = accounts.sessions.begin(anna.id)

    accounts.change_password(anna.id, old_password="correct horse", new_password="battery staple")

    with pytest.raises(NotFound):
        accounts.sessions.actor_of(session)
    with pytest.raises(Forbidden):
        accounts.sign_in("anna", "correct horse")
    assert accounts.sign_in("anna", "battery staple") == anna
    assert accounts.sessions.actor_of(accounts.sessions.begin(anna.id)) == anna


def test_a_password_is_changed_only_with_the_old_one(accounts, anna):
    with pytest.raises(Forbidden):
        accounts.change_password(anna.id, old_password="wrong password", new_password="battery staple")

    assert accounts.sign_in("anna", "correct horse") == anna


def test_a_password_set_by_an_administrator_ends_every_session(accounts, anna):
    session = accounts.sessions.begin(anna.id)

    accounts.set_password("ANNA", "battery staple")

    with pytest.raises(NotFound):
        accounts.sessions.actor_of(session)
    assert accounts.sign_in("anna", "battery staple") == anna


@pytest.mark.parametrize("login", ["", "nobody", "\ud800"])
def test_a_password_is_set_only_for_an_account(accounts, anna, login):
    with pytest.raises(NotFound):
        accounts.set_password(login, "battery staple")


@pytest.mark.parametrize("session", ["", ".", "x", "\ud800.1", "\x00.1", "1", "1.1.", "..."])
def test_a_session_of_another_form_opens_nothing(accounts, anna, session):
    for text in (session, f"{anna.id}.0.x", f"{anna.id}.1", f"{anna.id}.1.", f"{anna.id}.", anna.id):
        with pytest.raises(NotFound):
            accounts.sessions.actor_of(text)


def test_a_closed_account_ends_its_sessions_until_it_is_opened_again(accounts, anna, vera, organisation_id):
    session = accounts.sessions.begin(vera.id)

    accounts.set_active(organisation_id, vera.id, active=False)

    for call in (accounts.get_actor, accounts.sessions.begin):
        with pytest.raises(NotFound):
            call(vera.id)
    accounts.set_active(organisation_id, vera.id, active=True)
    with pytest.raises(NotFound):
        accounts.sessions.actor_of(session)
    assert accounts.get_actor(vera.id) == vera


def test_the_last_administrator_cannot_be_closed(accounts, anna, vera, organisation_id):
    with pytest.raises(Conflict):
        accounts.set_active(organisation_id, anna.id, active=False)

    assert accounts.get_actor(anna.id) == anna


def test_an_account_of_another_organisation_is_not_found(accounts, anna, boris):
    with pytest.raises(NotFound) as foreign:
        accounts.set_active(anna.organisation_id, boris.id, active=False)
    with pytest.raises(NotFound) as missing:
        accounts.set_active(anna.organisation_id, "0" * 32, active=False)

    assert str(foreign.value) == str(missing.value)
    assert accounts.get_actor(boris.id) == boris


def test_the_accounts_of_an_organisation_are_listed_without_their_hashes(accounts, anna, vera, boris):
    listed = accounts.accounts_of(anna.organisation_id)

    assert [(account.login, account.is_admin, account.active) for account in listed] == [
        ("anna", True, True),
        ("vera", False, True),
    ]
    assert "argon2" not in repr(listed)


def test_an_empty_database_gets_one_administrator(accounts):
    first = accounts.ensure_first_admin()

    assert accounts.ensure_first_admin() is None
    actor = accounts.sign_in(first.login, first.password)
    assert actor.is_admin
    assert len(first.password) == 23
    assert first.password not in repr(first)


def test_a_database_with_accounts_gets_no_other_administrator(accounts, vera):
    assert accounts.ensure_first_admin() is None


FIRST_ADMIN = """
import datetime as dt, secrets, sys
from service.accounts import Accounts
from service.database import open_database

engine = open_database(sys.argv[1], busy_timeout_s=30)
accounts = Accounts(engine, now=lambda: dt.datetime.now(dt.UTC), new_id=lambda: secrets.token_hex(16))
sys.stdin.readline()
print(accounts.ensure_first_admin() is not None)
engine.dispose()
"""


def test_of_many_processes_one_makes_the_first_administrator(engine, tmp_path):
    url = f"sqlite:///{tmp_path / 'formulyar.db'}"
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", FIRST_ADMIN, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(4)
    ]
    answers = [process.communicate("\n", timeout=60) for process in started]

    assert sorted(output.strip() for output, _ in answers) == ["False"] * 3 + ["True"], answers
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar() == 1


def test_no_password_is_in_the_file(accounts, anna, tmp_path):
    first = b"correct horse"
    accounts.change_password(anna.id, old_password="correct horse", new_password="battery staple")

    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert first not in path.read_bytes()
            assert b"battery staple" not in path.read_bytes()


class CountingHasher(PasswordHasher):
    """Keeps the hashes compared with; comparing takes all the time of signing in."""

    verified: list[str] = []  # noqa: RUF012 - PasswordHasher has slots

    def verify(self, hash, password):  # noqa: A002 - the name of the library
        self.verified.append(hash)
        return super().verify(hash, password)
