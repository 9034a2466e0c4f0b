"""Every rule about spaces, dashes and quotes on printed text."""

from __future__ import annotations

import pytest

from tests.service.layout_rules.spoiled import Spoil, layout, rules, written

NBSP = "\N{NO-BREAK SPACE}"

CASES = [
    ("T-NB-01", "order", written(f"Горелову{NBSP}А.В.", "Горелову А.В.")),
    ("T-NB-02", "order", written("А.В.", "А. В.")),
    ("T-NB-03", "order", written(f"№{NBSP}23", "№ 23")),
    ("G-ORD-10", "order", written(f"№{NBSP}23", "№23")),
    ("T-NB-04", "order", written(f"12{NBSP}января", "12 января")),
    ("T-NB-05", "information_note", written(f"83,3{NBSP}%", "83,3%")),
    ("T-NB-06", "order", written(f"ул.{NBSP}Центральная", "ул. Центральная")),
    ("T-DASH-01", "order", written(f"февраль{NBSP}– ноябрь", "февраль-ноябрь")),
    ("T-QUOT-01", "order", written("«Методический центр»", "«Методический центр")),
    ("T-QUOT-01", "order", written("«Методический центр»", '"Методический центр"')),
    ("T-CHAR-01", "order", written("«500+»", "500+")),
    ("G-TXT-01", "order", written(f"№{NBSP}23", "№</w:t><w:br/><w:t>23")),
    ("G-TXT-01", "order", written(f"Горелову{NBSP}А.В.", "Горелову</w:t><w:br/><w:t>А.В.")),
]


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_spoiled_text_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


@pytest.mark.parametrize("rule", ["T-NB-01", "T-NB-03", "T-NB-04", "G-ORD-10", "G-TXT-01"])
def test_what_may_be_torn_at_a_line_end_is_an_error(rule: str) -> None:
    spoil = next(case[2] for case in CASES if case[0] == rule)

    assert {one.severity for one in layout("order", spoil) if one.rule == rule} == {"error"}


def test_a_short_name_of_the_project_may_be_defined_without_quotes() -> None:
    assert "T-CHAR-01" not in rules("roadmap.000")


def test_quotes_may_open_in_one_line_of_a_title_and_close_in_the_next() -> None:
    assert "T-QUOT-01" not in rules("roadmap.001")


def test_headings_of_columns_are_no_names() -> None:
    assert rules("order") & {"T-NB-01", "T-NB-03"} == set()
