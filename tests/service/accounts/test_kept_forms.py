"""A kept form belongs to one person and one page, for one day, on both databases."""

from __future__ import annotations

import pytest

from service.accounts.kept_forms import MOST_BYTES

FORM = [
    ("title", "О проведении «500+»"),
    ("clauses-0-text", "Обеспечить\r\nхранение"),
    ("clauses-0-text", ""),
]


@pytest.fixture
def engine(either_engine):
    return either_engine


@pytest.fixture
def kept(accounts):
    return accounts.kept_forms


def test_a_form_comes_back_as_it_was_to_its_owner_and_page_only(kept, anna, vera, boris):
    assert kept.keep(anna.id, "/new/order", FORM) is True

    assert kept.find(anna.id, "/new/order") == FORM
    assert kept.find(anna.id, "/new/roadmap") is None
    assert kept.find(vera.id, "/new/order") is None
    assert kept.find(boris.id, "/new/order") is None


def test_the_last_form_of_a_person_takes_the_place_of_the_one_before(kept, anna, vera):
    kept.keep(vera.id, "/new/order", FORM[:1])
    kept.keep(anna.id, "/new/order", FORM)
    kept.keep(anna.id, "/new/roadmap", FORM[:2])

    assert kept.find(anna.id, "/new/order") is None
    assert kept.find(anna.id, "/new/roadmap") == FORM[:2]
    assert kept.find(vera.id, "/new/order") == FORM[:1]


def test_a_form_is_forgotten_when_told_and_after_a_day(kept, anna, vera, clock):
    kept.keep(anna.id, "/new/order", FORM)
    kept.keep(vera.id, "/new/order", FORM)

    kept.forget(anna.id)
    assert kept.find(anna.id, "/new/order") is None
    clock.advance(hours=23)
    assert kept.find(vera.id, "/new/order") == FORM
    clock.advance(hours=2)
    assert kept.find(vera.id, "/new/order") is None


def test_too_large_a_form_is_not_kept_and_takes_nothing_away(kept, anna):
    kept.keep(anna.id, "/new/order", FORM)

    assert kept.keep(anna.id, "/new/order", [("title", "x" * MOST_BYTES)]) is False

    assert kept.find(anna.id, "/new/order") == FORM
