"""Organisations, accounts and tokens from the command line, as an operator manages them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from service.__main__ import commands
from service.accounts import Accounts
from service.backends import new_id, utc_now
from service.database import open_database
from service.errors import Conflict, Forbidden, InputError, NotFound


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name, value in {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'formulyar.db'}",
        "STORAGE_URL": f"file:{tmp_path / 'files'}",
        "WORK_DIR": str(tmp_path / "work"),
    }.items():
        monkeypatch.setenv(name, value)

    def call(*words):
        return CliRunner().invoke(commands, list(words), catch_exceptions=False, standalone_mode=False).output

    return call


@pytest.fixture
def accounts(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'formulyar.db'}")
    yield Accounts(engine, now=utc_now, new_id=new_id)
    engine.dispose()


def test_a_new_organisation_and_its_people_come_in(run, accounts):
    code = run("organisation", "add", "Управление образования Заречного района").strip()
    shown = run("user", "add", "anna", "--name", "Смирнова Анна Ивановна", "--admin")
    password = shown.split()[-1]

    actor = accounts.sign_in("anna", password)

    assert (actor.organisation_id, actor.name, actor.is_admin) == (code, "Смирнова Анна Ивановна", True)
    assert run("organisation", "list") == f"{code}  Управление образования Заречного района\n"
    assert "Смирнова Анна Ивановна – Управление образования Заречного района, администратор" in run(
        "user", "list"
    )


def test_with_two_organisations_the_new_account_names_its_own(run, accounts):
    run("organisation", "add", "Первая")
    second = run("organisation", "add", "Вторая").strip()

    with pytest.raises(InputError, match="--organisation"):
        run("user", "add", "anna", "--name", "Анна")
    shown = run("user", "add", "anna", "--name", "Анна", "--organisation", second)

    assert accounts.sign_in("anna", shown.split()[-1]).organisation_id == second
    with pytest.raises(Conflict):
        run("user", "add", "anna", "--name", "Другая Анна", "--organisation", second)


def test_a_token_works_until_it_is_revoked(run, accounts):
    run("organisation", "add", "Первая")
    run("user", "add", "anna", "--name", "Анна")
    text = run("token", "add", "anna", "выгрузка", "--days", "7").strip()
    assert accounts.actor_of_token(text).name == "Анна"

    prefix = run("token", "list", "anna").split()[0]
    run("token", "revoke", "anna", prefix)

    with pytest.raises(Forbidden):
        accounts.actor_of_token(text)
    assert "отозван" in run("token", "list", "anna")
    with pytest.raises(InputError, match="token list"):
        run("token", "revoke", "anna", "unknown")


def test_a_closed_account_stays_out(run, accounts):
    run("organisation", "add", "Первая")
    run("user", "add", "chief", "--name", "Начальник", "--admin")
    password = run("user", "add", "anna", "--name", "Анна").split()[-1]

    run("user", "close", "anna")

    with pytest.raises(Forbidden):
        accounts.sign_in("anna", password)
    with pytest.raises(NotFound, match="anna"):
        run("user", "close", "anna")
    with pytest.raises(Conflict):
        run("user", "close", "chief")
