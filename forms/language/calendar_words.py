"""Russian words of the calendar: months, weekdays, ordinals, Roman numerals.

Owns the vocabulary shared by reading and printing terms and dates; knows no grammar.
"""

from __future__ import annotations

MONTHS_NOMINATIVE = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
ROMAN = ("", "I", "II", "III", "IV")

# One regular expression per month; every text is lower-cased and has «е» for «ё» before.
_STEMS = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
_ANY_ENDING = {"март": "(?:|а|у|е|ом)", "август": "(?:|а|у|е|ом)", "ма": "(?:й|я|ю|е|ем)"}
_SHORT = ("янв", "февр?", "мар", "апр", "", "", "", "авг", "сент?", "окт", "нояб?", "дек")

# The prefixes that name a weekday in any case and number («по средам», «каждую пятницу»).
_WEEKDAY_STEMS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
WEEKDAY_PATTERN = (
    "(?:понедельник|вторник|четверг)(?:|а|у|и|ам)|(?:сред|пятниц|суббот)(?:а|у|ы|е|ам)|воскресень(?:е|я|ям)"
)

ORDINAL_PATTERN = (
    r"(?:[1-5](?:\s?-?\s?(?:ый|ой|ий|ая|ое|ого|ому|ом|ую|й|я|е|го|м|ю))?|iv|i{1,3}"
    r"|(?:перв|втор|четверт|последн|пят)(?:ый|ой|ая|ое|ого|ому|ом|ую|ые|ых|яя|юю|ей|ее)"
    r"|трет(?:ий|ья|ье|ьего|ьем|ью|ьей))"
)
_ORDINAL_STEMS = {"перв": 1, "втор": 2, "трет": 3, "четв": 4, "пят": 5, "последн": -1}
_ROMAN_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def month_patterns(*, genitive_only: bool = False) -> str:
    """Return a regular expression that finds a month's name in lower case.

    Args:
        genitive_only: Accept only what may follow a day: «марта», «мар.».
    """
    parts = []
    for stem, genitive, short in zip(_STEMS, MONTHS_GENITIVE, _SHORT, strict=True):
        full = genitive if genitive_only else stem + _ANY_ENDING.get(stem, "(?:ь|я|ю|е|ем)")
        parts.append(f"{full}(?![а-я])" + (rf"|{short}(?:\.|(?![а-я]))" if short else ""))
    return "(?:" + "|".join(parts) + ")"


def month_number(word: str) -> int:
    """Return 1–12 for a month's name in any case, or for its abbreviation."""
    for number, stem in enumerate(_STEMS, start=1):
        if stem != "ма" and word.startswith(stem[:3]):
            return number
    return 5


def weekday_number(word: str) -> int:
    """Return 0 for any form of «понедельник», … 6 for «воскресенье»."""
    return next(number for number, stem in enumerate(_WEEKDAY_STEMS) if word.startswith(stem))


def ordinal_number(word: str) -> int:
    """Return the number of «2-й», «II» or «второй»; -1 for «последний»."""
    if word[0].isdigit():
        return int(word[0])
    if word in _ROMAN_NUMBERS:
        return _ROMAN_NUMBERS[word]
    return next(number for stem, number in _ORDINAL_STEMS.items() if word.startswith(stem))
