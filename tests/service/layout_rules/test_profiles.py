from __future__ import annotations

import datetime as dt

import pytest

from service.layout_rules import EDITION_2016, EDITION_2025, PaperFacts, date_of, facts_of, profile_for


@pytest.mark.parametrize(
    ("date", "edition"),
    [
        (dt.date(2021, 3, 19), "2016"),
        (dt.date(2025, 8, 17), "2016"),
        (dt.date(2025, 8, 18), "2025"),
        (None, "2025"),
    ],
)
def test_the_date_chooses_the_edition(date: dt.date | None, edition: str) -> None:
    assert profile_for(date).edition == edition


def test_an_organisation_may_set_the_edition() -> None:
    assert profile_for(dt.date(2021, 3, 19), "2025") is EDITION_2025
    assert profile_for(dt.date(2026, 3, 19), "2016") is EDITION_2016


def test_the_new_edition_widens_the_angular_line_and_always_wants_a_title() -> None:
    assert (EDITION_2016.angular, EDITION_2025.angular) == (4252, 4535)
    assert (EDITION_2016.title_always, EDITION_2025.title_always) == (False, True)


def test_facts_come_from_the_fields_that_kinds_share() -> None:
    day = dt.date(2022, 1, 17)
    approval = {"form": "annex", "date": day, "number": "04а-ОД"}

    assert facts_of("any", {}) == PaperFacts(kind="any", part="note")
    assert facts_of("any", {"approval": approval}, pages=3) == PaperFacts(
        kind="any", part="annex", pages=3, needs_mark=True, order_date=day, order_number="04а-ОД"
    )
    order = {
        "doc_kind": "приказ", "clauses": [{}], "date": day, "number": "5", "letterhead": "angular",
        "annexes": [{"paragraphs": []}, {"paragraphs": [{}]}],
    }  # fmt: skip
    assert facts_of("any", order) == PaperFacts(
        kind="any", part="order", kept_over_10_years=True, order_date=day, order_number="5",
        letterhead="angular", separate_annexes=frozenset({1}),
    )  # fmt: skip


def test_the_date_of_a_paper_is_its_own_or_that_of_its_mark() -> None:
    day = dt.date(2022, 1, 17)

    assert date_of({"date": day}) == day
    assert date_of({"reported_on": day}) == day
    assert date_of({"approval": {"date": day}}) == day
    assert date_of({}) is None
