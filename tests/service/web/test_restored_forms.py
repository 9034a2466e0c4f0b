"""A form sent after its session ended comes back to the person who typed it, and to nobody else."""

from __future__ import annotations

import pytest

from service.accounts.kept_forms import MOST_BYTES
from tests.service.web.site import PASSWORD, controls

TYPED = "О хранении документов проекта"


@pytest.fixture
def typed(visitor):
    """The controls of an order that somebody filled in."""
    page = visitor.get("/new/order?sample=1").text
    return [(name, TYPED if name == "title" else text) for name, text in controls(page)]


def leave(visitor):
    """The cookie is gone, as it is after twelve silent hours."""
    visitor.client.delete_cookie("formulyar")


def send(visitor, typed, do="create", path="/new/order", **options):
    return visitor.post(path, [*typed, ("_do", do)], **options)


def enter(visitor, login, target):
    visitor.get("/sign-in")
    form = {"login": login, "password": PASSWORD, "next": target}
    return visitor.post("/sign-in", form, follow_redirects=True)


def test_the_typed_form_is_there_after_signing_in_again(site, visitor, typed):
    leave(visitor)

    sent_away = send(visitor, typed)
    asked = visitor.get(sent_away.headers["Location"])
    back = enter(visitor, "ours", "/new/order?kept=1")

    assert sent_away.status_code == 303
    assert sent_away.headers["Location"] == "/sign-in?next=/new/order?kept%3D1"
    assert "заполненная форма откроется снова" in asked.text
    assert TYPED not in asked.text
    assert "Заполненная форма восстановлена" in back.text
    assert dict(controls(back.text))["title"] == TYPED
    assert site.recorded() == 0
    made = send(visitor, controls(back.text))
    assert made.status_code == 303
    assert site.recorded() == 1
    assert dict(controls(visitor.get("/new/order?kept=1").text))["title"] == ""


def test_another_person_at_the_same_machine_sees_nothing_of_it(site, visitor, typed):
    leave(visitor)
    send(visitor, typed)

    theirs = enter(visitor, "theirs", "/new/order?kept=1")
    leave(visitor)
    ours = enter(visitor, "ours", "/new/order?kept=1")

    assert theirs.status_code == 200
    assert TYPED not in theirs.text
    assert TYPED in ours.text


def test_a_form_of_nobody_is_not_kept(site, visitor, typed):
    leave(visitor)
    unmarked = [(name, text) for name, text in typed if name != "_owner"]
    forged = [*unmarked, ("_owner", f"{site.ours.id}.x.y")]

    for form in (unmarked, forged):
        answer = send(visitor, form)
        assert answer.headers["Location"] == "/sign-in"
    assert site.backends.accounts.kept_forms.find(site.ours.id, "/new/order") is None


def test_a_button_at_a_row_keeps_the_form_too(visitor, typed):
    leave(visitor)

    answer = send(visitor, typed, "add:clauses", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].endswith("next=/new/order?kept%3D1")
    assert TYPED in enter(visitor, "ours", "/new/order?kept=1").text


def test_a_page_from_before_the_new_session_gives_its_form_back(site, visitor, typed):
    """Signed in again in another tab: the token of the old page is no good any more."""
    old_token = visitor.token
    visitor.post("/sign-out")
    visitor.sign_in("ours")
    visitor.token = old_token

    answer = send(visitor, typed)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/new/order?kept=1"
    assert site.recorded() == 0
    page = visitor.get("/new/order?kept=1").text
    assert dict(controls(page))["title"] == TYPED
    assert "Проверьте заполненное и отправьте ещё раз" in page


def test_a_page_of_somebody_else_is_refused_as_before(site, visitor, typed):
    visitor.post("/sign-out")
    visitor.sign_in("theirs")
    visitor.token = "an old one"

    answer = send(visitor, typed)

    assert answer.status_code == 403
    assert site.backends.accounts.kept_forms.find(site.ours.id, "/new/order") is None
    assert site.backends.accounts.kept_forms.find(site.theirs.id, "/new/order") is None


def test_the_form_of_a_version_comes_back_with_its_reason(site, visitor, program, typed):
    send(visitor, typed)
    document = site.backends.archive.listing(site.ours.organisation_id).items[0].id
    path = f"/documents/{document}/new-version"
    again = [
        (name, "Исправлен срок" if name == "_reason" else text)
        for name, text in controls(visitor.get(path).text)
    ]
    leave(visitor)

    send(visitor, again, path=path)

    back = enter(visitor, "ours", f"{path}?kept=1").text
    assert dict(controls(back))["_reason"] == "Исправлен срок"


def test_too_long_a_form_leads_to_sign_in_without_a_promise(visitor, typed):
    leave(visitor)

    answer = send(visitor, [*typed, ("purpose", "x" * MOST_BYTES)])

    assert answer.headers["Location"] == "/sign-in"
