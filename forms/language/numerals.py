"""Whole numbers in Russian words: «пятнадцать тысяч» is 15000."""

from __future__ import annotations

_UNITS = (
    *("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"),
    *("одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать"),
    *("шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"),
)
_TENS = (
    *("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят"),
    *("семьдесят", "восемьдесят", "девяносто"),
)
_HUNDREDS = (
    *("сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"),
)
_VALUES = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    **{word: 100 * value for value, word in enumerate(_HUNDREDS, start=1)},
    "одна": 1,
    "одно": 1,
    "две": 2,
}
_SCALES = {"тысяч": 1_000, "миллион": 1_000_000, "миллиард": 1_000_000_000}


def number_of_words(text: str) -> int | None:
    """Return the number, or None when the text has any word that is no cardinal in the nominative."""
    total = part = 0
    words = text.replace("\u00a0", " ").lower().split()
    for word in words:
        scale = next((value for stem, value in _SCALES.items() if word.startswith(stem)), 0)
        if scale:
            total, part = total + max(part, 1) * scale, 0
        elif word in _VALUES:
            part += _VALUES[word]
        else:
            return None
    return total + part if words else None
