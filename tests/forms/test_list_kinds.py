"""Rules of the kinds that are lists of people and schools: what must be found is found, its twin is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError

import forms
from forms._kind import flat_messages
from service.filling import TemplateCache
from service.filling.document import read_parts
from tests.samples import read_sample

Change = Callable[[dict[str, Any]], None]


# True of some samples; tests/forms/checks counts what the shared rules say of each of them.
SHARED = {"REQ_OPTIONAL", "ABBR_UNDEFINED"}


def rules_after(sample: str, change: Change = lambda payload: None) -> list[str]:
    """Return the ids of what the checks find in a sample that was changed."""
    kind = forms.get_kind(sample.split(".")[0])
    payload = copy.deepcopy(read_sample(sample))
    change(payload)
    return [finding.rule for finding in kind.findings(kind.load(payload)) if finding.rule not in SHARED]


def refusal_of(sample: str, change: Change) -> dict[str, list[str]]:
    kind = forms.get_kind(sample.split(".")[0])
    payload = copy.deepcopy(read_sample(sample))
    change(payload)
    with pytest.raises(ValidationError) as refused:
        kind.load(payload)
    return flat_messages(refused.value.messages)


def set_at(*path: Any, to: Any) -> Change:
    """Return a change of one value; the last step may be new."""

    def change(payload: Any) -> None:
        for step in path[:-1]:
            payload = payload[step]
        payload[path[-1]] = to

    return change


def remove(*path: Any) -> Change:
    def change(payload: Any) -> None:
        for step in path[:-1]:
            payload = payload[step]
        del payload[path[-1]]

    return change


def both(*changes: Change) -> Change:
    def change(payload: dict[str, Any]) -> None:
        for one in changes:
            one(payload)

    return change


@pytest.mark.parametrize(
    "sample",
    [
        "working_group",
        "working_group.000",
        "working_group.commission",
        "school_list",
        "school_list.002",
        "school_list.region",
        "visit_schedule",
        "visit_schedule.001",
        "approval_sheet",
        "approval_sheet.004",
        "acquaintance_sheet",
        "acquaintance_sheet.003",
    ],
)
def test_a_clean_sample_has_no_findings(sample: str) -> None:
    assert rules_after(sample) == []


@pytest.mark.parametrize(
    ("sample", "change", "rule"),
    [
        ("working_group", set_at("members", 1, "role", to="chairman"), "GROUP_CHAIRMAN"),
        ("working_group", set_at("members", 0, "role", to="member"), "GROUP_CHAIRMAN"),
        ("working_group", set_at("members", 2, "role", to="member"), "GROUP_SECRETARY"),
        ("working_group", set_at("members", 4, "person", "last", to="Яхонтова"), "GROUP_NAME_ORDER"),
        ("working_group", remove("members", 5), "GROUP_EVEN_VOTES"),
        ("school_list", set_at("schools", 1, "name", to="Берёзовская"), "SCHOOL_NAME"),
        (
            "school_list",
            set_at("schools", 0, "curator_organisation", to="МБОУ «Лесноборская СОШ № 2»"),
            "CURATOR_OF_OWN_SCHOOL",
        ),
        (
            "school_list",
            both(
                set_at("schools", 1, "coordinator", to={"last": "Фомина", "initials": "Е.С."}),
                set_at(
                    "schools",
                    2,
                    "coordinator",
                    to={"last": "Горелов", "first": "Антон", "middle": "Викторович"},
                ),
            ),
            "COORDINATOR_APART",
        ),
        ("visit_schedule", set_at("visits", 0, "date", to="2023-02-10"), "VISIT_OUTSIDE_STAGE"),
        ("visit_schedule", set_at("visits", 0, "date", to="2023-02-23"), "VISIT_DAY_OFF"),
        ("visit_schedule", set_at("visits", 0, "date", to="2023-02-24"), "VISIT_DAY_OFF"),
        ("visit_schedule", set_at("first_visit_by", to="2023-02-16"), "VISIT_FIRST_LATE"),
        ("visit_schedule", set_at("interval_days", to=27), "VISIT_GAP"),
        ("visit_schedule", set_at("visits", 4, "date", to="2023-02-14"), "VISIT_TWO_SCHOOLS"),
        ("visit_schedule", set_at("schools_count", to=5), "VISIT_SCHOOLS_COUNT"),
        (
            "visit_schedule.001",
            set_at("visits", 4, "curator", to={"last": "Седых", "initials": "М.Ю."}),
            "VISIT_TWO_CURATORS",
        ),
        ("visit_schedule.001", remove("visits", 7), "VISIT_MISSING"),
        ("approval_sheet.004", set_at("people", 0, "date", to="2021-03-09"), "VISA_AFTER_DOCUMENT"),
        ("approval_sheet.004", set_at("people", 0, "date", to="2021-03-01"), "VISA_BEFORE_DRAFT"),
        ("acquaintance_sheet", set_at("people", 0, "date", to="2023-01-20"), "ACQUAINTED_BEFORE_DOCUMENT"),
    ],
)
def test_a_rule_finds_what_it_is_for(sample: str, change: Change, rule: str) -> None:
    assert rule in rules_after(sample, change)


def test_yo_stands_where_ye_stands_in_a_list_of_names() -> None:
    changed = set_at("members", 3, "person", "last", to="Ёлкина")

    assert "GROUP_NAME_ORDER" not in rules_after("working_group", changed)


def test_nobody_is_named_twice() -> None:
    person = {"last": "Седых", "first": "Марина", "middle": "Юрьевна"}

    assert "members.3.person.last" not in refusal_of(
        "working_group", set_at("members", 3, "person", to=person)
    )
    assert refusal_of("working_group", set_at("members", 10, "person", to=person)) == {
        "members.10.person.last": ["Этот человек уже есть в списке."]
    }


def test_another_municipality_needs_a_coordinator_of_its_own() -> None:
    messages = refusal_of("school_list.region", remove("schools", 2, "coordinator"))

    assert list(messages) == ["schools.2.coordinator"]


def test_a_coordinator_stands_once_for_all_of_their_schools(templates: TemplateCache) -> None:
    kind = forms.get_kind("school_list")
    data = kind.load(read_sample("school_list.002"))

    docx = templates.get("school_list").fill(kind.context(data), title="")

    body = read_parts(docx)["word/document.xml"].decode()
    assert body.count("Шарафутдинов Тимур Азатович") == 1
    assert body.count('<w:vMerge w:val="restart"/>') == 3
    assert body.count("<w:vMerge/>") == 4


def test_contacts_are_left_out_for_publication(templates: TemplateCache) -> None:
    kind = forms.get_kind("school_list")
    payload = read_sample("school_list.region")

    open_paper = kind.context(kind.load(payload))
    public_paper = kind.context(kind.load({**payload, "without_contacts": True}))

    assert "8 (48200) 2-11-40" in str(open_paper["tables"])
    assert "8 (48200) 2-11-40" not in str(public_paper["tables"])
    assert len(public_paper["grid"]) == len(open_paper["grid"]) - 1


def test_what_no_chosen_column_prints_is_refused() -> None:
    messages = refusal_of("school_list.002", set_at("schools", 0, "site", to="school.example"))

    assert list(messages) == ["schools.0.site"]


def test_a_school_without_a_curator_cannot_be_visited() -> None:
    assert list(refusal_of("visit_schedule", remove("visits", 0, "curator"))) == [
        f"visits.{index}.curator" for index in (0, 1, 2, 3, 16, 17, 18)
    ]
