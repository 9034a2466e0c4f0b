from __future__ import annotations

import contextlib
import sqlite3
import stat

import pytest

from service.app import secret_key
from service.errors import ConfigError
from tests.samples import read_sample
from tests.service.web.site import PASSWORD, open_site

ORDER = read_sample("order")


def test_a_person_signs_in_and_out(site):
    visitor = site.visitor()

    entered = visitor.sign_in("ours")
    inside = visitor.get("/")
    left = visitor.post("/sign-out")
    outside = visitor.get("/")

    assert entered.status_code == 303
    assert inside.status_code == 200
    assert left.headers["Location"] == "/sign-in"
    assert outside.status_code == 303


@pytest.mark.parametrize(
    ("login", "password"), [("ours", "wrong"), ("nobody", PASSWORD), ("", ""), ("ours", "")]
)
def test_every_failure_to_sign_in_looks_the_same(site, login, password):
    visitor = site.visitor()

    answer = visitor.sign_in(login, password)

    assert answer.status_code == 403
    assert "Неверный логин или пароль." in answer.text
    assert visitor.get("/").status_code == 303


def test_signing_in_opens_a_new_session(site):
    """T-23."""
    visitor = site.visitor()
    visitor.get("/sign-in")
    before, token = visitor.client.get_cookie("formulyar").value, visitor.token

    visitor.sign_in("ours")

    assert visitor.client.get_cookie("formulyar").value != before
    assert visitor.token != token
    with visitor.client.session_transaction() as session:
        first = session["id"]
    visitor.post("/sign-out")
    visitor.sign_in("ours")
    with visitor.client.session_transaction() as session:
        assert session["id"] != first


def copied(site, visitor):
    """A client with a copy of the visitor's cookie, as a thief or another machine would have it."""
    copy = site.app.test_client()
    copy.set_cookie("formulyar", visitor.client.get_cookie("formulyar").value)
    return copy


def test_a_copied_cookie_is_refused_after_signing_out_elsewhere(site):
    here, other = site.visitor("ours"), site.visitor("ours")
    copy = copied(site, here)
    assert copy.get("/account").status_code == 200

    here.post("/sign-out")

    assert copied(site, here).get("/account").status_code == 303
    assert copy.get("/account").status_code == 303
    assert copy.get("/account").headers["Location"].startswith("/sign-in")
    assert other.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/account", "/static/formulyar.css", "/healthz", "/sign-in", "/nowhere"])
def test_the_cookie_of_a_session_that_is_over_is_not_renewed(site, path):
    here = site.visitor("ours")
    copy = copied(site, here)
    here.post("/sign-out")

    answer = copy.get(path)
    answer.close()

    with copy.session_transaction() as session:
        known = session.get("_user_id")
    assert known is None or "Set-Cookie" not in answer.headers


def test_the_cookie_of_an_open_session_is_renewed(site):
    """The harmless twin: who works stays signed in."""
    visitor = site.visitor("ours")

    assert "formulyar=" in visitor.get("/account").headers["Set-Cookie"]


def test_signing_in_again_ends_the_session_before(site):
    visitor = site.visitor("ours")
    copy = copied(site, visitor)

    visitor.client.get("/account")
    visitor.post("/sign-in", {"login": "ours", "password": PASSWORD})

    assert copy.get("/account").status_code == 303
    assert visitor.get("/account").status_code == 200


def test_a_closed_account_and_a_new_password_end_copies_too(site):
    accounts = site.backends.accounts
    clerk = accounts.create_account(
        site.ours.organisation_id, login="clerk", name="Писарев Лев", password=PASSWORD
    )
    copy = copied(site, site.visitor("clerk"))
    assert copy.get("/account").status_code == 200

    accounts.set_active(site.ours.organisation_id, clerk.id, active=False)
    assert copy.get("/account").status_code == 303
    accounts.set_active(site.ours.organisation_id, clerk.id, active=True)
    assert copy.get("/account").status_code == 303

    copy = copied(site, site.visitor("clerk"))
    accounts.set_password("clerk", "другой длинный пароль")
    assert copy.get("/account").status_code == 303


def test_going_out_is_possible_while_nothing_can_be_written(site, tmp_path):
    visitor = site.visitor("ours")
    with contextlib.closing(sqlite3.connect(tmp_path / "site.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        left = visitor.post("/sign-out", follow_redirects=True)

    assert left.status_code == 200
    assert "хранилище недоступно" in left.text
    assert visitor.get("/account").status_code == 303


def test_signing_in_needs_a_csrf_token(site):
    """T-31."""
    answer = site.app.test_client().post("/sign-in", data={"login": "ours", "password": PASSWORD})

    assert answer.status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site, tmp_path):
    (tmp_path / "https").mkdir()
    safe = open_site(tmp_path / "https", SECURE_COOKIES="yes")

    plain = site.visitor().get("/sign-in").headers["Set-Cookie"]
    secure = safe.visitor().get("/sign-in")

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert "Secure" in secure.headers["Set-Cookie"]
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=")
    safe.backends.close()


def test_guessing_a_password_is_stopped_for_the_account(site):
    visitor = site.visitor()
    for _ in range(10):
        assert visitor.sign_in("ours", "wrong").status_code == 403

    blocked = visitor.sign_in("ours")
    other = site.visitor().sign_in("theirs")

    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    assert "Слишком много попыток" in blocked.text
    assert other.status_code == 303


def test_guessing_logins_is_stopped_for_the_address(site):
    visitor = site.visitor()
    for number in range(60):
        visitor.sign_in(f"nobody{number}", "wrong")

    assert visitor.sign_in("ours").status_code == 429


def test_signing_in_well_is_not_counted(site):
    for _ in range(12):
        assert site.visitor().sign_in("ours").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "https:evil.example",
        "javascript:alert(1)", "evil", "/\t/evil.example", "\\\\evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y", "",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(site, target):
    """T-33."""
    visitor = site.visitor()
    visitor.get("/sign-in")

    answer = visitor.post("/sign-in", {"login": "ours", "password": PASSWORD, "next": target})

    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/", "/%0d%0aSet-Cookie:x=1"}


def test_next_leads_back_to_the_page_asked_for(site):
    visitor = site.visitor()
    sent_away = visitor.get("/documents?kind=order")
    visitor.get(sent_away.headers["Location"])

    answer = visitor.post(
        "/sign-in", {"login": "ours", "password": PASSWORD, "next": "/documents?kind=order"}
    )

    assert "next=/documents?kind%3Dorder" in sent_away.headers["Location"]
    assert answer.headers["Location"] == "/documents?kind=order"


def test_a_button_pressed_after_the_session_ended_leads_to_sign_in(site):
    visitor = site.visitor()
    visitor.get("/sign-in")

    answer = visitor.post("/new/order", {"_do": "add:clauses"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_new_password_ends_the_other_sessions(site):
    here, there = site.visitor("ours"), site.visitor("ours")
    form = {
        "old_password": PASSWORD,
        "new_password": "новый пароль 22",
        "repeated_password": "новый пароль 22",
    }

    answer = here.post("/account/password", form)

    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert site.visitor().sign_in("ours").status_code == 403
    assert site.visitor().sign_in("ours", "новый пароль 22").status_code == 303


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (
            {"old_password": "x", "new_password": "новый пароль 22", "repeated_password": "новый пароль 22"},
            "неверно",
        ),
        ({"old_password": PASSWORD, "new_password": "a", "repeated_password": "a"}, "от 10"),
        (
            {"old_password": PASSWORD, "new_password": "новый пароль 22", "repeated_password": "2"},
            "не совпадают",
        ),
    ],
)
def test_a_password_is_not_changed_by_mistake(site, visitor, form, says):
    answer = visitor.post("/account/password", form)

    assert answer.status_code in {400, 403}
    assert says in answer.text
    assert site.visitor().sign_in("ours").status_code == 303


def test_a_token_is_shown_once_and_works_until_it_is_revoked(site, visitor):
    page = visitor.post("/account/tokens", {"name": "выгрузка", "days": "30"})
    token = page.text.split('class="secret">')[1].split("<")[0]
    client, headers = site.app.test_client(), {"Authorization": f"Bearer {token}"}

    assert client.get("/api/v1/kinds", headers=headers).status_code == 200
    listed = visitor.get("/account")
    assert "выгрузка" in listed.text
    assert token not in listed.text
    token_id = site.backends.accounts.list_tokens(site.ours)[0].id
    assert visitor.post(f"/account/tokens/{token_id}/revoke").status_code == 303
    assert client.get("/api/v1/kinds", headers=headers).status_code == 401
    assert "отозван" in visitor.get("/account").text


@pytest.mark.parametrize(
    "form", [{"name": "", "days": "30"}, {"name": "x", "days": "0"}, {"name": "x", "days": "x"}]
)
def test_a_token_needs_a_name_and_a_term(site, visitor, form):
    answer = visitor.post("/account/tokens", form)

    assert answer.status_code == 400
    assert site.backends.accounts.list_tokens(site.ours) == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Bearer fml_00000000_" + "0" * 48,
        "Basic b3VyczpvdXJz",
        "Bearer я",
        "bearer\x00",
    ],
)
def test_a_wrong_token_opens_nothing(site, header):
    answer = site.app.test_client().get(
        "/api/v1/kinds", headers={"Authorization": header.encode().decode("latin-1")}
    )

    assert answer.status_code == 401
    assert answer.json["code"] == "unauthorized"


def test_the_key_of_sessions_is_made_once_and_only_for_its_owner(tmp_path):
    path = tmp_path / "var" / "secret_key"

    first, second = secret_key(path), secret_key(path)

    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"change-me", b"x" * 31, b" " * 64])
def test_a_short_key_is_refused(tmp_path, content):
    """T-43."""
    path = tmp_path / "secret_key"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match="SECRET_KEY_FILE"):
        secret_key(path)
