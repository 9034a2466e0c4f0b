from __future__ import annotations

import copy
from typing import Any

import pytest
from marshmallow import ValidationError

import forms
from forms._kind import flat_messages
from tests.samples import read_sample

KIND = forms.get_kind("order")
NBSP = "\N{NO-BREAK SPACE}"
METHODIST = {
    "position": "методист управления образования",
    "person": {"last": "Седых", "first": "Ольга", "middle": "Юрьевна"},
}
DEPUTY = {
    "position": "заместитель начальника управления",
    "person": {"last": "Фомина", "first": "Елена", "middle": "Сергеевна"},
}
ACT = {
    "kind": "приказ",
    "body": "департамента образования",
    "date": "2021-02-15",
    "number": "161",
    "title": "Об участии",
}


def payload(**changes: Any) -> dict[str, Any]:
    base = copy.deepcopy(read_sample("order"))
    base.update(annexes=[], basis=[], purpose="в целях поддержки школ", clauses=[{"text": "Утвердить план"}])
    base.update(control={"kind": "self"})
    base.update(changes)
    return base


def context(**changes: Any) -> dict[str, Any]:
    return KIND.context(KIND.load(payload(**changes)))


def clauses(**changes: Any) -> list[str]:
    derived = context(**changes)
    return [line["text"] for line in (*derived["clause_lines"], *derived["closing_lines"])]


def test_a_purpose_alone_opens_the_preamble_with_a_capital() -> None:
    assert context()["preamble"] == "В целях поддержки школ"


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("in_accordance", "В соответствии с приказом департамента образования"),
        ("on_basis", "На основании приказа департамента образования"),
        ("pursuant", "Во исполнение приказа департамента образования"),
    ],
)
def test_the_opening_decides_the_case_of_the_basis(opening: str, expected: str) -> None:
    preamble = context(opening=opening, basis=[ACT], purpose="")["preamble"]

    assert preamble == f"{expected} от 15{NBSP}февраля{NBSP}2021{NBSP}г. №{NBSP}161 «Об участии»"


def test_a_purpose_follows_the_basis_in_small_letters() -> None:
    assert context(basis=[ACT], purpose="В целях поддержки.")["preamble"].endswith(
        "«Об участии», в целях поддержки"
    )


def test_an_executor_stands_in_the_dative_before_the_action() -> None:
    made = clauses(clauses=[{"executor": METHODIST, "text": "Разместить приказ на сайте."}])

    assert made == [f"Методисту управления образования Седых{NBSP}О.Ю. разместить приказ на сайте."]


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("до 01.03.2022", "Утвердить план в срок до 01.03.2022."),
        ("не позднее 25.02.2022", "Утвердить план не позднее 25.02.2022."),
        ("март 2022", "Утвердить план. Срок: март 2022."),
        (None, "Утвердить план."),
    ],
)
def test_a_deadline_joins_the_sentence_as_it_is_worded(deadline: str | None, expected: str) -> None:
    assert clauses(clauses=[{"text": "Утвердить план.", "deadline": deadline}]) == [expected]


def test_a_single_annex_has_no_number_and_two_have() -> None:
    annex = {"title": "Состав рабочей группы"}
    clause = [{"text": "Утвердить состав", "annex": 1}]

    assert clauses(clauses=clause, annexes=[annex]) == ["Утвердить состав (приложение)."]
    assert clauses(clauses=clause, annexes=[annex, annex]) == [f"Утвердить состав (приложение №{NBSP}1)."]


@pytest.mark.parametrize(
    ("kind", "verb", "control"),
    [("приказ", "ПРИКАЗЫВАЮ", "приказа"), ("распоряжение", "ОБЯЗЫВАЮ", "распоряжения"),
     ("постановление", "ПОСТАНОВЛЯЮ", "постановления")],
)  # fmt: skip
def test_the_operative_word_follows_the_kind(kind: str, verb: str, control: str) -> None:
    derived = context(doc_kind=kind)

    assert derived["verb"] == verb
    assert derived["control_text"] == f"Контроль за исполнением настоящего {control} оставляю за собой."


def test_control_is_laid_on_a_person_in_the_accusative() -> None:
    made = context(control={"kind": "official", "official": DEPUTY})["control_text"]

    assert made.endswith(f"возложить на заместителя начальника управления Фомину{NBSP}Е.С.")


def test_control_without_its_official_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        KIND.load(payload(control={"kind": "official"}))

    assert list(flat_messages(refused.value.messages)) == ["control.official"]


def test_an_order_without_a_reason_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        KIND.load(payload(purpose=""))

    assert list(flat_messages(refused.value.messages)) == ["purpose"]


def test_an_acting_officer_is_shown_by_the_status_and_the_genitive() -> None:
    signer = {**DEPUTY, "position": "начальник управления", "status": "Врио"}

    assert context(signer=signer)["signature"] == {
        "position": ["Врио начальника управления"],
        "name": f"Е.С.{NBSP}Фомина",
    }


def test_a_stated_form_wins_over_the_automatic_one() -> None:
    person = {**METHODIST["person"], "forms": {"dative": {"last": "Седыхиной"}}}
    made = clauses(clauses=[{"executor": {**METHODIST, "person": person}, "text": "сделать"}])

    assert f"Седыхиной{NBSP}О.Ю." in made[0]


def test_an_uncertain_case_is_a_finding_of_severity_error_at_its_place() -> None:
    executor = {"position": "методист", "person": {"last": "Ткач", "initials": "О.И."}}
    data = KIND.load(payload(clauses=[{"text": "Утвердить"}, {"executor": executor, "text": "сделать"}]))

    found = KIND.findings(data)
    assert [(f.rule, f.severity, f.path) for f in found if f.rule.startswith("CASE")] == [
        ("CASE_UNCERTAIN", "error", "clauses.1.executor.person")
    ]


def test_a_gender_makes_the_case_certain() -> None:
    executor = {"position": "методист", "person": {"last": "Ткач", "initials": "О.И.", "gender": "m"}}
    data = KIND.load(payload(clauses=[{"executor": executor, "text": "сделать"}]))

    assert "CASE_UNCERTAIN" not in {finding.rule for finding in KIND.findings(data)}
    assert f"Ткачу{NBSP}О.И." in KIND.context(data)["closing_lines"][0]["text"]


def test_the_file_name_is_what_people_expect() -> None:
    data = KIND.load(payload(date="2021-03-19", number="376"))

    assert KIND.safe_file_name(data) == "2021-03-19 Приказ № 376"


def test_a_number_with_a_slash_makes_no_folder() -> None:
    assert "/" not in KIND.safe_file_name(KIND.load(payload(number="01-05/17")))


def test_several_acts_are_joined_by_and_before_the_purpose() -> None:
    preamble = context(basis=[ACT, ACT], purpose="в целях поддержки")["preamble"]

    assert preamble.count(" и ") == 1
    assert preamble.endswith("», в целях поддержки")


def test_only_what_makes_three_lines_goes_with_the_signature() -> None:
    short = {"text": "Издать приказ."}
    long = {"text": "Обеспечить " + "выполнение мероприятий дорожной карты " * 8}

    assert len(context(clauses=[short, short, short])["closing_lines"]) == 2
    assert len(context(clauses=[short, short, long])["closing_lines"]) == 1


def test_the_lines_of_a_list_in_an_annex_get_their_stops() -> None:
    items = [{"style": "item", "text": text} for text in ("Первый", "Второй;", "Третий")]
    annex = {
        "title": "Состав группы",
        "paragraphs": [*items, {"style": "text", "text": "Заседания раз в год."}],
    }
    printed = context(annexes=[annex])["printed_annexes"][0]["paragraphs"]

    assert [part["text"] for part in printed] == ["Первый;", "Второй;", "Третий.", "Заседания раз в год."]


def test_a_clause_leads_on_to_its_parts_with_a_colon() -> None:
    parts = [{"text": "Пункт 3 исключить"}]
    made = clauses(clauses=[{"text": "Внести в приказ следующие изменения", "subclauses": parts}])

    assert made == ["Внести в приказ следующие изменения:", "Пункт 3 исключить."]
