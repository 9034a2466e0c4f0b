"""Tokens for programs: shown once, scoped, ending."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sqlite3

import pytest

from service.database import reading
from service.errors import Forbidden, InputError, NotFound


def test_a_token_stands_for_who_made_it(accounts, vera):
    text, info = accounts.create_token(vera, "Импорт", 30)

    actor = accounts.actor_of_token(text)

    assert (actor.id, actor.organisation_id, actor.name) == (vera.id, vera.organisation_id, vera.name)
    assert actor.token_id == info.id


def test_a_token_has_a_visible_prefix_and_a_long_secret(accounts, vera):
    text, info = accounts.create_token(vera, "Импорт", 30)

    assert re.fullmatch(r"fml_[0-9a-f]{8}_[0-9a-f]{48}", text)
    assert text.split("_")[1] == info.prefix


def test_only_hashes_of_tokens_are_in_the_file(accounts, vera, tmp_path):
    text, _ = accounts.create_token(vera, "Импорт", 30)
    accounts.actor_of_token(text)
    secret = text.rpartition("_")[2].encode()

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret not in kept
    assert vera.id.encode() in kept


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text.upper(),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:-1],
        lambda text: "",
        lambda text: "fml_" + "0" * 8 + "_" + "0" * 48,
        lambda text: "fml_\ud800_\x00",
        lambda text: "x" * 1_000_000,
    ],
)
def test_any_other_text_opens_nothing(accounts, vera, change):
    text, _ = accounts.create_token(vera, "Импорт", 30)

    with pytest.raises(Forbidden, match="Ключ доступа недействителен"):
        accounts.actor_of_token(change(text))


def test_a_token_ends_with_its_term(accounts, vera, clock):
    text, info = accounts.create_token(vera, "Импорт", 30)
    assert info.expires_at == clock() + dt.timedelta(days=30)
    clock.advance(days=30, seconds=-1)
    accounts.actor_of_token(text)

    clock.advance(seconds=1)

    with pytest.raises(Forbidden):
        accounts.actor_of_token(text)


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_a_term_is_1_to_366_days(accounts, vera, days):
    with pytest.raises(InputError, match="366"):
        accounts.create_token(vera, "Импорт", days)


def test_a_revoked_token_ends_at_once(accounts, vera):
    text, info = accounts.create_token(vera, "Импорт", 30)
    other, _ = accounts.create_token(vera, "Другой", 30)
    accounts.actor_of_token(text)

    accounts.revoke_token(vera, info.id)
    accounts.revoke_token(vera, info.id)

    with pytest.raises(Forbidden):
        accounts.actor_of_token(text)
    assert accounts.actor_of_token(other).id == vera.id


def test_a_closed_account_closes_its_tokens(accounts, anna, vera):
    text, _ = accounts.create_token(vera, "Импорт", 30)

    accounts.set_active(vera.organisation_id, vera.id, active=False)

    with pytest.raises(Forbidden):
        accounts.actor_of_token(text)


def test_a_token_of_an_administrator_is_none_unless_it_was_asked_for(accounts, anna):
    plain, _ = accounts.create_token(anna, "Импорт", 30)
    full, info = accounts.create_token(anna, "Обслуживание", 30, scopes=("documents", "admin"))

    assert not accounts.actor_of_token(plain).is_admin
    assert accounts.actor_of_token(full).is_admin
    assert info.scopes == ("admin", "documents")


def test_nobody_gives_a_token_rights_he_has_not(accounts, vera):
    with pytest.raises(Forbidden):
        accounts.create_token(vera, "Импорт", 30, scopes=("admin",))


@pytest.mark.parametrize("scopes", [(), ("all",), ("documents", "")])
def test_unknown_rights_are_refused(accounts, anna, scopes):
    with pytest.raises(InputError):
        accounts.create_token(anna, "Импорт", 30, scopes=scopes)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "\x00", "\ud800"])
def test_a_token_needs_a_readable_name(accounts, vera, name):
    with pytest.raises(InputError):
        accounts.create_token(vera, name, 30)


def test_a_token_cannot_make_tokens(accounts, anna):
    text, _ = accounts.create_token(anna, "Обслуживание", 30, scopes=("admin",))

    with pytest.raises(Forbidden):
        accounts.create_token(accounts.actor_of_token(text), "Ещё", 30)


def test_everybody_sees_his_own_tokens_and_an_administrator_all_of_the_organisation(
    accounts, anna, vera, boris
):
    for owner, name in ((anna, "Анны"), (vera, "Веры"), (boris, "Бориса")):
        accounts.create_token(owner, name, 30)

    assert {token.name for token in accounts.list_tokens(vera)} == {"Веры"}
    assert {token.name for token in accounts.list_tokens(anna)} == {"Анны", "Веры"}


def test_a_token_of_somebody_else_is_not_found(accounts, anna, vera, boris):
    _, of_anna = accounts.create_token(anna, "Анны", 30)
    refusals = []
    for actor, token_id in ((vera, of_anna.id), (boris, of_anna.id), (boris, "0" * 32)):
        with pytest.raises(NotFound) as refusal:
            accounts.revoke_token(actor, token_id)
        refusals.append(str(refusal.value))

    assert len(set(refusals)) == 1
    assert accounts.list_tokens(anna)[0].revoked_at is None


def test_an_administrator_revokes_tokens_of_the_organisation(accounts, anna, vera):
    text, info = accounts.create_token(vera, "Импорт", 30)

    accounts.revoke_token(anna, info.id)

    with pytest.raises(Forbidden):
        accounts.actor_of_token(text)


def test_the_last_use_is_noted_every_ten_minutes(accounts, vera, clock):
    text, _ = accounts.create_token(vera, "Импорт", 30)
    first = clock()
    accounts.actor_of_token(text)
    clock.advance(minutes=9)
    accounts.actor_of_token(text)
    assert accounts.list_tokens(vera)[0].last_used_at == first

    clock.advance(minutes=1)
    accounts.actor_of_token(text)

    assert accounts.list_tokens(vera)[0].last_used_at == first + dt.timedelta(minutes=10)


def test_a_token_opens_while_nothing_can_be_written(accounts, vera, tmp_path):
    text, _ = accounts.create_token(vera, "Импорт", 30)
    with contextlib.closing(sqlite3.connect(tmp_path / "formulyar.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert accounts.actor_of_token(text).id == vera.id


def test_a_token_of_an_account_that_is_gone_is_not_made(accounts, vera, engine):
    stranger = type(vera)(id="0" * 32, organisation_id=vera.organisation_id, name="Никто")

    with pytest.raises(NotFound):
        accounts.create_token(stranger, "Импорт", 30)

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM api_token").scalar() == 0
