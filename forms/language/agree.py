"""Agree words with nouns and numbers; print dates and the names of acts."""

from __future__ import annotations

import datetime as dt

NBSP = "\u00a0"
_MONTHS_GENITIVE = ("января", "февраля", "марта", "апреля", "мая", "июня",
                    "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip


def approved_word(document_noun_phrase: str) -> str:
    """Return УТВЕРЖДЁН, УТВЕРЖДЕНА, УТВЕРЖДЕНО or УТВЕРЖДЕНЫ for the document's head noun."""
    head = document_noun_phrase.split()[0].lower().split("(")[0]
    if head == "дорожная":
        return "УТВЕРЖДЕНА"
    return {
        "о": "УТВЕРЖДЕНО",
        "е": "УТВЕРЖДЕНО",
        "ы": "УТВЕРЖДЕНЫ",
        "и": "УТВЕРЖДЕНЫ",
        "а": "УТВЕРЖДЕНА",
    }.get(head[-1], "УТВЕРЖДЁН")


def with_number(n: int, noun: str) -> str:
    """Return «2 школы» with a no-break space."""
    return f"{n}{NBSP}{noun}"


def act_forms(kind: str, case: str) -> str:
    """Return the act's kind word in `case`: «приказом»."""
    endings = {"nominative": "", "genitive": "а", "dative": "у", "accusative": "", "instrumental": "ом", "prepositional": "е"}  # fmt: skip
    return kind + endings[case]


def month_genitive(month: int) -> str:
    """Return «сентября» for 9."""
    return _MONTHS_GENITIVE[month - 1]


def date_in_words(d: dt.date) -> str:
    """Return «5 сентября 2022 г.» with no-break spaces."""
    return f"{d.day}{NBSP}{month_genitive(d.month)}{NBSP}{d.year}{NBSP}г."


def date_in_digits(d: dt.date) -> str:
    """Return «05.09.2022»."""
    return f"{d.day:02}.{d.month:02}.{d.year}"
