"""Every rule about signatures and the executor mark."""

from __future__ import annotations

import pytest

from tests.service.layout_rules.spoiled import (
    Spoil,
    both,
    inserted,
    layout,
    paragraph,
    removed,
    rules,
    styled,
    written,
)

NBSP = "\N{NO-BREAK SPACE}"
NAME = f"И.О.{NBSP}Мельниченко"
GRID = '<w:gridCol w:w="6361"/><w:gridCol w:w="193"/><w:gridCol w:w="3084"/>'
MEMBERS = paragraph(f"Член комиссии\t\tА.В.{NBSP}Горелов", "Sign") + paragraph(
    f"Председатель\t\tА.К.{NBSP}Мурзина", "Sign"
)
AFTER_TABLE = written(
    '</w:tbl><w:p><w:pPr><w:pStyle w:val="EndGap"/></w:pPr></w:p><w:sectPr>', f"</w:tbl>{MEMBERS}<w:sectPr>"
)
NARROW = both(
    written(GRID, '<w:gridCol w:w="6590"/><w:gridCol w:w="164"/><w:gridCol w:w="2884"/>'),
    written(">Начальник управления образования<", ">Начальник управления образования и молодёжной политики<"),
)

COPY = ("Верно", f"Делопроизводитель\tО.Ю.{NBSP}Седых", "14.02.2022")


def copy_mark(*lines: str, before: str = "Горелов Антон Викторович") -> Spoil:
    return inserted("".join(paragraph(line, "Executor") for line in lines), before=before)


CASES = [
    ("G-SIGN-01", "order", written(NAME, f"Мельниченко{NBSP}И.О.")),
    ("G-SIGN-01", "order", written(NAME, "И.О. Мельниченко")),
    ("G-SIGN-01", "order", written(NAME, f"И. О.{NBSP}Мельниченко")),
    ("G-SIGN-01", "order", both(removed(NAME), removed("Начальник управления образования<"))),
    ("G-SIGN-01", "order", NARROW),
    ("G-SIGN-02", "order", styled("SignFirst", "pPr", '<w:ind w:firstLine="709"/>')),
    ("G-SIGN-02", "order.001", written('<w:vAlign w:val="bottom"/>', "")),
    ("G-SIGN-02", "order", styled("SignName", "pPr", '<w:jc w:val="left"/>')),
    ("G-SIGN-03", "order", styled("SignFirst", "pPr", '<w:spacing w:before="60"/>')),
    ("G-SIGN-04", "order", written(">Начальник управления образования<", ">за начальника управления<")),
    ("G-SIGN-05", "order", styled("ClauseKeep", "pPr", '<w:keepNext w:val="0"/>')),
    ("G-SIGN-06", "curator_report", AFTER_TABLE),
    ("G-EXEC-01", "order", removed("8 (48233) 2-14-11")),
    ("G-EXEC-01", "order", written("Горелов Антон Викторович, главный", f"А.В.{NBSP}Горелов, главный")),
    ("G-EXEC-01", "order", styled("Executor", "pPr", '<w:ind w:left="709"/>')),
]  # fmt: skip


@pytest.mark.parametrize("lines", [COPY[:2], COPY[:1], (COPY[0], COPY[2])])
def test_a_copy_is_certified_with_position_name_and_date(lines: tuple[str, ...]) -> None:
    assert "G-COPY-01" in rules("order", copy_mark(*lines))


def test_a_certified_copy_is_left_alone() -> None:
    assert "G-COPY-01" not in rules("order", copy_mark(*COPY))


def test_the_mark_of_a_copy_stands_below_the_signature() -> None:
    assert "G-COPY-01" in rules("order", copy_mark(*COPY, before="ПРИКАЗЫВАЮ"))


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_signature_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_an_order_without_an_executor_mark_is_only_told_so() -> None:
    assert {one.severity for one in layout("order.004") if one.rule == "G-EXEC-01"} == {"info"}


def test_a_signature_may_be_one_line_with_a_tab() -> None:
    line = paragraph(f"Начальник управления\tИ.О.{NBSP}Мельниченко", "SignFirst")
    in_a_line = both(removed(NAME), removed("Начальник управления образования<"),
                     inserted(line, before="Горелов Антон Викторович"))  # fmt: skip

    assert rules("order", in_a_line) & {"G-SIGN-01", "G-SIGN-02"} == set()
