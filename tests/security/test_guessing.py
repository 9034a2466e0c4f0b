"""T-23: a thousand guesses of a password end in 429, whatever address each of them claims to come from."""

from __future__ import annotations

from collections import Counter

from tests.service.web.site import PASSWORD

TRIES, PER_ACCOUNT = 1_000, 10


def test_a_thousand_guesses_from_a_thousand_claimed_addresses_are_stopped_after_ten(site):
    visitor = site.visitor()
    visitor.get("/sign-in")
    form = {"login": "ours", "csrf_token": visitor.token}

    answers = Counter(
        visitor.client.post(
            "/sign-in",
            data={**form, "password": f"догадка {number}"},
            headers={"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}", "X-Real-IP": "10.1.1.1"},
        ).status_code
        for number in range(TRIES)
    )
    right = visitor.client.post("/sign-in", data={**form, "password": PASSWORD})
    # The twin: another account may still come in from the same address.
    other = site.visitor().sign_in("theirs")

    assert answers == {403: PER_ACCOUNT, 429: TRIES - PER_ACCOUNT}
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert other.status_code == 303


def test_a_login_spelled_otherwise_is_the_same_account(site):
    visitor = site.visitor()
    visitor.get("/sign-in")
    spelled = ["ours", "OURS", " ours", "Ours ", "oURS"]

    statuses = [
        visitor.client.post(
            "/sign-in",
            data={"login": spelled[number % 5], "password": "догадка", "csrf_token": visitor.token},
        ).status_code
        for number in range(PER_ACCOUNT + 5)
    ]

    assert statuses == [403] * PER_ACCOUNT + [429] * 5
