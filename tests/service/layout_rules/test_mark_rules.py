"""Every rule about approval stamps and annex marks."""

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
NAME = f"________________ И.К.{NBSP}Юнусов"
NO_POSITION = both(removed("Начальник МКУ «Управление"), removed("образования Каменского района»<"))
MARK_TABLE = '<w:jc w:val="right"/><w:tblLayout'
MINUTES = both(
    written(
        ">приказом управления образования администрации Лесного муниципального округа<",
        ">протоколом комиссии<",
    ),
    written("от 23", "23", times=1),
)

CASES = [
    ("G-ANN-02", "roadmap.000", removed(f"Приложение №{NBSP}1")),
    ("G-ANN-02", "roadmap.000", written(MARK_TABLE, "<w:tblLayout")),
    ("G-ANN-02", "roadmap.000", written(f"Приложение №{NBSP}1", f"Приложение №{NBSP}1.")),
    ("G-ANN-02", "roadmap.000", written("04а-ОД", "05а-ОД")),
    ("G-ANN-02", "roadmap.000", written(f"от{NBSP}17.01.2022", f"от{NBSP}18.01.2022")),
    ("G-ANN-02", "roadmap.000", written(f"от{NBSP}17.01.2022", f"от{NBSP}17.01.2022 г.")),
    ("G-ANN-02", "roadmap.000", written("к приказу управления", "управления")),
    ("G-ANN-02", "order.000", styled("Mark", "pPr", '<w:ind w:left="0"/>')),
    ("G-ANN-03", "roadmap", written("приказом управления образования", "к приказу управления образования")),
    ("G-ANN-01", "order.000", written(f"(приложение №{NBSP}2)", "(приложение)")),
    ("G-ANN-01", "order", written("(приложение)", f"(приложение №{NBSP}1)")),
    ("G-ANN-04", "order.000", written(f"(приложение №{NBSP}2)", "")),
    ("G-ANN-04", "order", written("(приложение).", "(приложение). Состав (приложение № 2).")),
    ("G-ANN-05", "order.000", styled("MarkFirst", "pPr", '<w:pageBreakBefore w:val="0"/>')),
    ("G-ANN-06", "order.000", written(f"от{NBSP}17.01.2022", f"от 17{NBSP}января{NBSP}2022{NBSP}г.")),
    ("G-APPR-01", "roadmap.001", written(">УТВЕРЖДАЮ<", ">УТВЕРЖДАЮ:<")),
    ("G-APPR-01", "roadmap.001", written(">УТВЕРЖДАЮ<", ">«УТВЕРЖДАЮ»<")),
    ("G-APPR-01", "roadmap.001", written(">УТВЕРЖДАЮ<", ">Утверждаю<")),
    ("G-APPR-01", "roadmap.001", written(MARK_TABLE, "<w:tblLayout")),
    ("G-APPR-01", "roadmap.001", written(f">{NAME}<", ">________________<")),
    ("G-APPR-01", "roadmap.001", written(f"12{NBSP}февраля{NBSP}2021{NBSP}г.<", "<")),
    ("G-APPR-01", "roadmap.001", NO_POSITION),
    ("G-APPR-02", "roadmap.001", styled("Stamp", "pPr", '<w:jc w:val="right"/>')),
    ("G-APPR-03", "roadmap", written(">УТВЕРЖДЕНА<", ">УТВЕРЖДЕН<")),
    ("G-APPR-03", "order.000", written(">УТВЕРЖДЁН<", ">УТВЕРЖДЕНО<")),
    ("G-APPR-03", "roadmap", written("приказом управления образования", "приказ управления образования")),
    ("G-APPR-04", "roadmap", MINUTES),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_mark_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_yo_may_be_written_as_e() -> None:
    assert "G-APPR-03" not in rules("roadmap.004", written(">УТВЕРЖДЁН<", ">УТВЕРЖДЕН<"))


def test_a_paper_without_a_mark_in_its_data_needs_none() -> None:
    assert rules("curator_report", needs_mark=False) == rules("curator_report")
    assert "G-ANN-02" in rules("curator_report", needs_mark=True)


def test_room_left_for_date_and_number_is_no_defect() -> None:
    assert rules("roadmap.003") == set()


def test_an_annex_that_is_a_paper_of_its_own_counts() -> None:
    assert "G-ANN-04" in rules("order", separate_annexes=frozenset())
    assert "G-ANN-04" in rules("order", separate_annexes=frozenset({1, 2}))


def test_a_mark_inside_an_order_is_found_by_what_it_says() -> None:
    mark = paragraph("Приложение", "MarkFirst") + paragraph("к приказу от 1.2.23 № 5", "Mark")
    found = layout("order", inserted(mark, before="Согласовано:"))

    assert {one.rule for one in found} >= {"G-ANN-02"}
    assert any("цифрами дата пишется" in one.message for one in found)
