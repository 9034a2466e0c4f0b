"""A report on a roadmap: shares with their denominators, statuses that agree with the terms."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from marshmallow import ValidationError

import forms
from forms._kind import flat_messages
from tests.samples import read_sample

KIND = forms.get_kind("roadmap_report")


def changed_row(index: int, **values: Any) -> dict[str, Any]:
    payload = copy.deepcopy(read_sample("roadmap_report"))
    payload["rows"][index].update(values)
    return payload


def rules(payload: dict[str, Any]) -> list[str]:
    """Return what the checks find but abbreviations: tests/forms/checks counts those of each sample."""
    found = [finding.rule for finding in KIND.findings(KIND.load(payload))]
    return [rule for rule in found if rule != "ABBR_UNDEFINED"]


def test_a_clean_report_has_no_findings() -> None:
    assert rules(read_sample("roadmap_report")) == []
    assert rules(read_sample("roadmap_report.004")) == []


def test_the_two_shares_differ_in_their_denominator() -> None:
    context = KIND.context(KIND.load(read_sample("roadmap_report")))

    assert context["share_lines"][0].endswith("4 из 5 (80,0\N{NO-BREAK SPACE}%).")
    assert context["share_lines"][1].endswith("4 из 10 (40,0\N{NO-BREAK SPACE}%).")


def test_rows_ahead_and_without_an_end_are_listed_and_not_counted() -> None:
    context = KIND.context(KIND.load(read_sample("roadmap_report.004")))

    assert context["excluded_lines"] == [
        "срок не наступил: 4, 9, 10, 11, 15, 16, 17",
        "срок окончания не установлен (в том числе «по отдельному графику»): 1, 2, 3",
    ]
    assert "6 из 7 " in context["share_lines"][0]


def test_with_nothing_due_the_share_is_a_dash() -> None:
    payload = copy.deepcopy(read_sample("roadmap_report"))
    payload["rows"] = [payload["rows"][3]]

    lines = KIND.context(KIND.load(payload))["share_lines"]

    assert lines[0].endswith(": –.")
    assert lines[1].endswith(": 0 из 1 (0,0\N{NO-BREAK SPACE}%).")


@pytest.mark.parametrize(
    ("index", "values", "rule"),
    [
        (0, {"status": "not_due", "done_on": None, "confirmed": False}, "REPORT_STATUS"),
        (0, {"status": "running", "done_on": None, "confirmed": False}, "REPORT_STATUS"),
        (3, {"status": "not_done", "note": "Не хватило времени"}, "REPORT_STATUS"),
        (0, {"done_on": "2023-02-01"}, "REPORT_STATUS"),
        (0, {"status": "done_late"}, "REPORT_STATUS"),
        (0, {"evidence": ""}, "REPORT_PROOF"),
        (0, {"done_on": None}, "REPORT_PROOF"),
    ],
)
def test_a_rule_finds_what_it_is_for(index: int, values: dict[str, Any], rule: str) -> None:
    assert rule in rules(changed_row(index, **values))


def test_every_measure_of_the_roadmap_is_reported() -> None:
    payload = copy.deepcopy(read_sample("roadmap_report"))
    del payload["rows"][4]

    assert rules(payload) == ["REPORT_ROWS"]


@pytest.mark.parametrize(
    ("index", "values", "place"),
    [
        (7, {"note": ""}, "rows.7.note"),
        (3, {"confirmed": True}, "rows.3.confirmed"),
        (3, {"done_on": "2023-06-01"}, "rows.3.done_on"),
        (0, {"done_on": "2023-06-17"}, "rows.0.done_on"),
        (1, {"no": "1.1"}, "rows.1.no"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(index: int, values: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        KIND.load(changed_row(index, **values))

    assert list(flat_messages(refused.value.messages)) == [place]
