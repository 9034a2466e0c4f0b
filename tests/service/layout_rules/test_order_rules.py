"""Every rule about the printed text of an order."""

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
    written,
)

NBSP = "\N{NO-BREAK SPACE}"
CONTROL = "Контроль за исполнением настоящего приказа"
UNUSED_SHORT_NAME = both(
    written("мероприятий дорожной карты", "мероприятий плана"),
    written("выполнение дорожной карты", "выполнение плана"),
)

CASES = [
    ("G-ORD-01", "order", removed("Во исполнение приказа")),
    ("G-ORD-01", "order", written("Во исполнение приказа", "Рассматривая приказ")),
    ("G-ORD-02", "order", removed("ПРИКАЗЫВАЮ:")),
    ("G-ORD-02", "order", inserted(paragraph("ПРИКАЗЫВАЮ:", "Verb"), before="Директору МКУ")),
    ("G-ORD-02", "order", written("ПРИКАЗЫВАЮ:", "ПРИКАЗЫВАЮ")),
    ("G-ORD-02", "order.003", written("ОБЯЗЫВАЮ:", "ПРИКАЗЫВАЮ:")),
    ("G-ORD-03", "order", written("образовательными результатами<", "образовательными результатами.<")),
    ("G-ORD-03", "order", written("образовательными результатами<", "образовательными результатами.,<")),
    ("G-ORD-04", "order", inserted(paragraph("", "Clause"), before="Директору МКУ")),
    ("G-ORD-04", "order", inserted(paragraph("7. Обеспечить явку.", "Text"), before="Директору МКУ")),
    ("G-ORD-04", "order", written("до\u00a003.02.2023.", "до\u00a003.02.2023")),
    ("G-ORD-05", "order", inserted(paragraph("Обязательная явка учителей.", "Clause"), before="Директору МКУ")),
    ("G-ORD-05", "order", written(". Срок: февраль", ". В планах: февраль")),
    ("G-ORD-06", "order", written(f"Черных{NBSP}О.П.", f"О.П.{NBSP}Черных")),
    ("G-ORD-07", "order", removed(CONTROL)),
    ("G-ORD-07", "order", inserted(paragraph(f"{CONTROL} оставляю за собой.", "Clause"), before="Директору МКУ")),
    ("G-ORD-08", "order.000", UNUSED_SHORT_NAME),
    ("G-ORD-09", "order", inserted(paragraph("Считать проект поддержки школ «500+» важным."), before="Директору МКУ")),
    ("G-ORD-10", "order", written(f"№{NBSP}23", "№23")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_order_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_a_gap_in_numbers_typed_by_hand_is_named() -> None:
    typed = [
        inserted(paragraph(f"{number}. Обеспечить явку {number} учителей."), before="Директору МКУ")
        for number in (5, 6, 8)
    ]

    (first, second) = [
        one.message for one in layout("order", both(*typed)) if "Нумерация пунктов нарушена" in one.message
    ][:2]

    assert first.startswith("Нумерация пунктов нарушена: после ожидаемого 3 идёт 5")
    assert "ожидаемого 7 идёт 8" in second


def test_an_order_may_bring_its_operative_word_at_the_end_of_the_preamble() -> None:
    inline = both(
        removed(">ПРИКАЗЫВАЮ:<"), written("образовательными результатами<", "результатами ПРИКАЗЫВАЮ:<")
    )

    assert rules("order", inline) & {"G-ORD-01", "G-ORD-02", "G-ORD-03"} == set()


def test_a_school_named_after_somebody_does_not_mix_the_order_of_names() -> None:
    assert "G-ORD-06" not in rules("order.004")


def test_the_seed_that_words_its_project_four_ways_is_only_told_so() -> None:
    assert {one.severity for one in layout("order.000") if one.rule == "G-ORD-09"} <= {"info"}
