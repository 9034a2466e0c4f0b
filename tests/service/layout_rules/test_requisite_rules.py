"""Every rule about the letterhead's requisites, their forms and their order."""

from __future__ import annotations

import datetime as dt

import pytest

from service.layout_rules import PaperFacts, check_layout
from service.layout_rules.wording import find_date, kind_word, unspaced, verb_word
from tests.service.layout_rules.spoiled import (
    Spoil,
    both,
    filled,
    inserted,
    layout,
    paragraph,
    removed,
    rules,
    styled,
    written,
)

NBSP = "\N{NO-BREAK SPACE}"
DATE = f"23{NBSP}января{NBSP}2023{NBSP}г."
LETTERHEAD = "тел. (48233) 2-14-07"
FIRST_TITLE, SECOND_TITLE = "О реализации проекта адресной", "в Лесном муниципальном округе в 2023"


def own_date(text: str) -> Spoil:
    return written(f"{DATE}<", f"{text}<", times=1)


CASES = [
    ("G-REQ-09", "order", written(">ПРИКАЗ<", ">О приказе<")),
    ("G-REQ-10", "order", own_date("23.01.2023 г.")),
    ("G-REQ-10", "order", own_date(f"«23»{NBSP}января{NBSP}2023{NBSP}г.")),
    ("G-REQ-10", "order", own_date(f"03{NBSP}января{NBSP}2023{NBSP}г.")),
    ("G-REQ-10", "order", own_date(f"31{NBSP}февраля{NBSP}2023{NBSP}г.")),
    ("G-REQ-10", "order", own_date("3.1.23")),
    ("G-REQ-10", "order", own_date("от 23.01.2023")),
    ("G-REQ-10", "order", own_date(f"«___»{NBSP}__________{NBSP}20__{NBSP}г.")),
    ("G-REQ-11", "order", written(f"№{NBSP}01-05/17", "№01-05/17")),
    ("G-REQ-11", "order", written(f"№{NBSP}01-05/17", f"№{NBSP}_____")),
    ("G-REQ-13", "order", written(">пгт Лесной Бор<", "><")),
    ("G-REQ-17", "order", written(f"2023{NBSP}году<", f"2023{NBSP}году.<", times=1)),
    ("G-REQ-17", "order", written(f">{FIRST_TITLE}", ">Реализация проекта адресной", times=1)),
    ("G-REQ-17", "order", written(f">{FIRST_TITLE}", f">{FIRST_TITLE}{' и очень важной' * 25}", times=1)),
    ("G-REQ-17", "order", both(removed(FIRST_TITLE), removed(SECOND_TITLE))),
    ("G-BLANK-01", "order", styled("HeadName", "pPr", '<w:jc w:val="left"/>')),
    ("G-BLANK-01", "order", styled("HeadName", "pPr", '<w:ind w:left="0" w:right="5386"/>')),
    ("G-BLANK-01", "order.001", written('<w:tblW w:w="4252"', '<w:jc w:val="right"/><w:tblW w:w="4252"')),
    ("G-BLANK-02", "order", inserted(paragraph("ПРИКАЗ", "DocKind"), before="Утвердить дорожную карту")),
    ("G-BLANK-03", "order", written(f"№{NBSP}01-05/17", "")),
    ("G-BLANK-03", "order", own_date("")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_requisite_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_the_date_of_the_first_seed_is_refused_with_its_reason() -> None:
    (finding,) = [one for one in layout("order", own_date("14.01.2022 г.")) if one.rule == "G-REQ-10"]

    assert finding.severity == "error"
    assert "после даты цифрами «г.» не пишется" in finding.message


@pytest.mark.parametrize("text", ["05.06.2016", f"5{NBSP}июня{NBSP}2016{NBSP}г."])
def test_both_forms_of_the_standard_are_right(text: str) -> None:
    printed = find_date(text)

    assert printed is not None
    assert printed.defect == ""
    assert printed.value == dt.date(2016, 6, 5)


def test_the_place_may_be_named_by_the_organisation() -> None:
    no_place = written(">пгт Лесной Бор<", "><")
    town = written(">Лесного муниципального округа<", ">города Лесной Бор<", times=1)

    assert "G-REQ-13" not in rules("order", both(no_place, town))


def test_a_note_without_place_and_number_is_no_order() -> None:
    assert rules("curator_report") & {"G-REQ-13", "G-BLANK-03", "G-ORD-02"} == set()


def test_the_kind_and_the_operative_word_may_be_spaced_out() -> None:
    assert kind_word("П Р И К А З") == "ПРИКАЗ"
    assert verb_word("п р и к а з ы в а ю:") == "ПРИКАЗЫВАЮ"
    assert unspaced("в 6 и 8 классах") == "в 6 и 8 классах"
    assert "G-REQ-09" not in rules("order", written(">ПРИКАЗ<", ">П Р И К А З<"))


def test_from_the_new_edition_on_the_shortest_text_has_a_title() -> None:
    untitled = both(removed(FIRST_TITLE), removed(SECOND_TITLE))
    facts = PaperFacts(kind="order", part="order")
    short = filled("order")
    for line in ("Главному специалисту", "Провести установочное", "Подготовить отчёт", "Директору МКУ",
                 "Руководителям школ", "Методисту управления", "Во исполнение"):  # fmt: skip
        short = removed(line)(short)

    def has_no_title(date: dt.date) -> bool:
        found = check_layout(untitled(short), date=date, paper=facts)
        return any(one.rule == "G-REQ-17" for one in found)

    assert has_no_title(dt.date(2025, 8, 18))
    assert not has_no_title(dt.date(2025, 8, 17))
