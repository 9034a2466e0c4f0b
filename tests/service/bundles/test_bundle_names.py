"""T-08: names inside a bundle are readable, safe everywhere and never equal."""

from __future__ import annotations

import unicodedata

import pytest

from service.bundles.names import Names, safe_stem


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2022-03-19 Приказ № 376", "2022-03-19 Приказ № 376"),
        ("Приказ № 01-05/17", "Приказ № 01-05 17"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\windows\\system32", "C windows system32"),
        ("a\x00b\x1fc\nd\u2028e", "a b c d e"),
        ("CON", "Документ CON"),
        ("nul.приказ", "Документ nul.приказ"),
        ("Com1", "Документ Com1"),
        ("COM", "COM"),
        ("Приказ.", "Приказ"),
        (" . ", "Документ"),
        ("", "Документ"),
        ("отчёт\u202egpj.exe", "отчётgpj.exe"),
        ("и\u0306од", "йод"),
    ],
)
def test_a_name_is_made_safe(name, expected):
    assert safe_stem(name) == expected


def test_a_long_name_is_cut_between_words_and_keeps_its_ending():
    stem = safe_stem("Приказ " * 60, ", версия 12")

    assert len(f"{stem}.docx".encode()) <= 255
    assert stem.endswith("Приказ, версия 12")


def test_a_word_without_spaces_is_cut_too():
    stem = safe_stem("ы" * 300)

    assert stem == "ы" * 115


def test_equal_names_are_numbered_whatever_their_capitals_and_accents():
    names = Names()
    given = ["Приказ", "приказ", "ПРИКАЗ", "Приказ (2)", "Отчёт й", unicodedata.normalize("NFD", "Отчёт й")]

    assert [names.take(name) for name in given] == [
        "Приказ",
        "приказ (2)",
        "ПРИКАЗ (3)",
        "Приказ (2) (2)",
        "Отчёт й",
        "Отчёт й (2)",
    ]


def test_twenty_thousand_equal_names_are_quick_and_all_different():
    names = Names()

    stems = {names.take("Отчёт куратора", ", версия 2") for _ in range(20_000)}

    assert len(stems) == 20_000
    assert "Отчёт куратора, версия 2 (20000)" in stems
