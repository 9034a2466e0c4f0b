"""Cut the text of a term into tokens: dates, months, prepositions, frequencies.

Owns the vocabulary of terms. Every token has one letter, and period_grammar reads the row of
letters as a sentence. Nothing is skipped: an unknown word stops the reading at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from forms.language.calendar_words import (
    ORDINAL_PATTERN,
    WEEKDAY_PATTERN,
    WEEKDAYS,
    month_number,
    month_patterns,
    ordinal_number,
    weekday_number,
)


@dataclass(frozen=True)
class Atom:
    """One stretch of the calendar, perhaps without its year.

    Attributes:
        unit: day, month, quarter, half, year, school, week, decade, half_month, or number when bare.
        number: The day, quarter, week … within its parent.
        relative_year: The year is a placeholder such as «X - 1».
    """

    unit: str
    number: int = 0
    month: int = 0
    year: int | None = None
    relative_year: bool = False


@dataclass(frozen=True)
class Token:
    """A word or phrase that was understood: its letter, its place and what it says."""

    letter: str
    begin: int
    finish: int
    atom: Atom | None = None
    flags: tuple[str, ...] = field(default=())


_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?!\d)[*¹²³⁴]?"
_YEAR_WORD = r"(?:\s*(?:(?:годах|годов|годы|годам|года|году|год|гг|г)(?![а-я])\.?))?"
# The years of a school year belong to it, not to the half before it.
_NOT_SCHOOL = r"(?!\d{4}\s*[-/]\s*\d{2,4}\s*(?:-?го\s*)?уч)"
_YEAR_TAIL = (
    rf"(?:,?\s*(?:{_NOT_SCHOOL}{_YEAR}{_YEAR_WORD}|(?P<relative>[xх](?:\s*-\s*\d+)?)\s+года?(?![а-я])"
    r"|(?:текущего|этого)\s+года(?![а-я])|[тс]\.\s?г\.))?"
)
_MONTH = month_patterns()
_MONTH_GENITIVE = month_patterns(genitive_only=True)
_SCHOOL_WORD = r"(?:-?го\s*)?(?:учебн(?:ый|ого|ому|ом)|уч\.?)\s*(?:год(?:а|у)?(?![а-я])|г\.?(?![а-я]))"
_OF_WHAT = r"(?:\s+(?:проекта|программы|дорожной\s+карты|плана|мероприятий))?(?:\s+[«\"]?500\s?\+[»\"]?)?"
_PERIOD_OF = rf"(?:\s*(?:реализации|действия|проведения|выполнения|работы))?{_OF_WHAT}"
_COUNT = r"(?:\d{1,2}(?:\s*-\s*\d{1,2})?|один|одного|два|двух|три|трех|четыре|четырех)"
_SPAN_OF_TIME = (
    r"(?:дн[яей]+|день|недел[юьи]|месяц(?:а|ев)?|квартал(?:а)?|полугоди[ея]|полгода|учебный\s+год|года?)"
)


def _year(match: re.Match[str]) -> tuple[int | None, bool]:
    groups = match.groupdict()
    return (int(groups["year"]) if groups.get("year") else None), bool(groups.get("relative"))


def _digits(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    year = match["y"]
    flags = ("YEAR_TWO_DIGITS",) if year and len(year) == 2 else ()
    full = None if not year else int(year) + (2000 if flags else 0)
    return Atom("day", int(match["d"]), int(match["m"]), full), flags


def _day_month(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    year, relative = _year(match)
    return Atom("day", int(match["d"]), month_number(match["mon"]), year, relative), ()


def _month(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    year, relative = _year(match)
    return Atom("month", 0, month_number(match["mon"]), year, relative), ()


def _part_of_year(unit: str) -> Callable[[re.Match[str]], tuple[Atom, tuple[str, ...]]]:
    def read(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
        year, relative = _year(match)
        return Atom(unit, ordinal_number(match["ord"]), 0, year, relative), ()

    return read


def _part_of_month(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    year, relative = _year(match)
    unit = {"н": "week", "д": "decade", "п": "half_month"}[match["unit"][0]]
    return Atom(unit, ordinal_number(match["ord"]), month_number(match["mon"]), year, relative), ()


def _plain_year(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    return Atom("year", year=_year(match)[0]), ()


def _school(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    year = _year(match)[0]
    second = match.groupdict().get("second")
    if year is not None and second and int(second) % 100 != (year + 1) % 100:
        return Atom("school", number=-1, year=year), ()
    return Atom("school", year=year), ()


def _bare(match: re.Match[str]) -> tuple[Atom, tuple[str, ...]]:
    text = match[0].strip()
    if text[0].isdigit():
        return Atom("number", int("".join(char for char in text if char.isdigit()))), ()
    return Atom("ordinal", ordinal_number(text)), ()


def _nothing(match: re.Match[str]) -> tuple[None, tuple[str, ...]]:
    return None, ()


def _weekday(match: re.Match[str]) -> tuple[None, tuple[str, ...]]:
    return None, (f"WEEKDAY={WEEKDAYS[weekday_number(match['weekday'])]}",)


def _frequency(match: re.Match[str]) -> tuple[None, tuple[str, ...]]:
    return None, (f"FREQUENCY={' '.join(match[0].split())}",)


def _tagged(name: str) -> Callable[[re.Match[str]], tuple[None, tuple[str, ...]]]:
    def read(match: re.Match[str]) -> tuple[None, tuple[str, ...]]:
        value = match.groupdict().get("value")
        if value is None and "ord" in match.groupdict():
            value = str(ordinal_number(match["ord"]))
        return None, (f"{name}={value}" if value else name,)

    return read


def _ongoing(match: re.Match[str]) -> tuple[None, tuple[str, ...]]:
    return None, (("OCR_SPLIT_WORD",) if match.groupdict().get("split") else ())


_FOOTNOTE = "[*¹²³⁴]?"
_END = "(?![а-я])"
_ORD = f"(?P<ord>{ORDINAL_PATTERN})"
_IN_MONTH = rf"(?P<mon>{_MONTH_GENITIVE}){_YEAR_TAIL}"
_QUOTED_DAY = r"(?P<q>[«\"]\s*)?(?P<d>\d{1,2})(?(q)\s*[»\"])(?:-?го)?\s*"
_FULL_DATE = rf"(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>(?:19|20|21)?\d\d)(?!\d){_FOOTNOTE}"
_ONCE_IN = rf"(?:не\s+(?:реже|менее)\s+)?(?:{_COUNT}\s+)?раза?\s+(?:в|за|на)\s+(?:{_COUNT}\s+)?"
_DAY_NUMBER = r"(?:каждого\s+)?(?P<value>[1-9]|[12]\d|3[01])(?:-?го)?\s+числа(?![а-я])"
_OF_WHICH_MONTH = (
    r"(?:\s+(?:каждого|следующего|отчетного)\s+(?:месяца|квартала))?(?:\s+месяца)?"
    r"(?:,?\s*следующего\s+за\s+отчетным(?:\s+(?:месяцем|кварталом|периодом))?)?"
)
_THROUGHOUT = r"(?:в\s+течени[еи]|на\s+протяжении)"
_WHOLE_PERIOD = (
    rf"(?:(?:{_THROUGHOUT}|на|за|в)\s+)?"
    rf"(?:(?:весь|всего)\s+(?:период|срок)а?|период[ае]?\s+(?=реализации)){_PERIOD_OF}"
)
_BY_SCHEDULE = (
    r"(?:по|согласно|в\s+соответствии\s+с)\s+(?:(?:отдельн|утвержденн|индивидуальн)(?:ому|ым)\s+)*"
    rf"(?:план(?:у|ом)?-)?(?:график|план|расписани)(?:у|ом|ю|ем){_END}"
    r"(?:\s+(?:работы|мероприятий|посещений|фиоко))?"
)
_AS_NEEDED = (
    r"(?:по\s+мере\s+(?:необходимости|возможности|готовности|поступления"
    r"(?:\s+(?:заявок|запросов|документов))?)|при\s+необходимости|по\s+(?:запросу|запросам|требованию))"
)
_WITH_WHOM = r"(?:\s+со?\s+(?:школ|куратор|администраци|учредител)[а-я]+)?"
_SINCE = r"(?:за\s+период\s+|в\s+период\s+|период\s+|в\s+срок\s+)?(?:начиная\s+)?со?"

_Reader = Callable[[re.Match[str]], tuple[Atom | None, tuple[str, ...]]]
_VOCABULARY: tuple[tuple[str, str, _Reader], ...] = (
    ("d", _FULL_DATE + _YEAR_WORD, _digits),
    ("d", r"(?P<d>\d\d)\.(?P<m>\d\d)(?P<y>)(?!\.?\d)", _digits),
    ("d", _QUOTED_DAY + _IN_MONTH, _day_month),
    ("b", rf"(?:[«\"][\s_]*[»\"]|_+)\s*{_IN_MONTH}", _month),
    ("s", rf"{_YEAR}\s*[-/]\s*(?P<second>\d{{4}}|\d\d)\s*{_SCHOOL_WORD}", _school),
    ("s", rf"(?:всего\s+|весь\s+|текущ(?:ий|его)\s+)?{_SCHOOL_WORD}", _school),
    ("Z", rf"{_ORD}\s*четверт(?:ь|и|ью){_END}", _tagged("TERM")),
    ("q", rf"{_ORD}\s*(?:квартал(?:а|е|у|ы|ов|ах)?|кв\.?){_END}{_YEAR_TAIL}", _part_of_year("quarter")),
    ("h", rf"{_ORD}\s*(?:полугоди[еяюй]|п/г){_END}{_YEAR_TAIL}", _part_of_year("half")),
    (
        "w",
        rf"{_ORD}\s*(?P<unit>недел[яиюье]|декад[ауые]|половин[ауые])\s+{_IN_MONTH}",
        _part_of_month,
    ),
    ("T", rf"{_ORD}\s*этап(?:а|е)?{_END}", _tagged("STAGE")),
    ("m", rf"(?P<mon>{_MONTH}){_YEAR_TAIL}", _month),
    ("R", _ONCE_IN + _SPAN_OF_TIME + _END, _frequency),
    ("R", rf"(?:ежедневно|еженедельно|ежемесячно|ежеквартально|ежегодно){_END}", _frequency),
    ("R", rf"(?:по\s+|кажд(?:ый|ую|ое)\s+)?(?P<weekday>{WEEKDAY_PATTERN}){_END}", _weekday),
    ("R", rf"кажд(?:ый|ую)\s+(?:день|неделю|месяц|квартал|год){_END}", _frequency),
    ("Y", rf"(?:и\s+)?далее\s*-?\s*ежегодно{_END}", _tagged("THEN_YEARLY")),
    ("K", _DAY_NUMBER + _OF_WHICH_MONTH + _END, _tagged("DAY")),
    ("y", _YEAR + _YEAR_WORD, _plain_year),
    ("y", rf"(?:весь|круглый)\s+(?:календарный\s+)?год{_END}", _plain_year),
    ("y", rf"(?:(?:всего|текущего|этого|календарного)\s+)*года{_END}", _plain_year),
    ("W", _WHOLE_PERIOD + _END, _nothing),
    (
        "W",
        rf"{_THROUGHOUT}\s+(?:(?:периода|срока|всей)\s+)?реализации{_OF_WHAT}{_END}",
        _nothing,
    ),
    ("G", rf"на\s+постоянно(?P<split>\s)?й\s+основе{_END}", _ongoing),
    ("G", rf"(?:постоянно|систематически|регулярно|на\s+регулярной\s+основе){_END}", _ongoing),
    ("S", _BY_SCHEDULE + _END, _tagged("SEPARATE_SCHEDULE")),
    ("N", _AS_NEEDED + _END, _tagged("AS_NEEDED")),
    ("A", rf"по\s+(?:отдельному\s+)?согласованию{_WITH_WHOM}{_END}", _tagged("BY_AGREEMENT")),
    ("№", r"№\s*(?P<value>[\w/-]*\w)", _tagged("ACT_NUMBER")),
    ("№", r"№\s*_*", _tagged("ACT_NUMBER_BLANK")),
    ("i", rf"включительно{_END}", _nothing),
    ("L", rf"(?:в\s+срок\s+|срок\s+)?не\s+(?:позднее|позже){_END}", _nothing),
    ("U", rf"(?:в\s+срок\s+|срок\s+|сроком\s+)?до{_END}", _nothing),
    ("k", rf"к{_END}", _nothing),
    ("P", rf"по{_END}", _nothing),
    ("F", _SINCE + _END, _nothing),
    ("O", rf"от{_END}", _nothing),
    ("E", rf"кон(?:ец|ца|це|цу){_END}", _nothing),
    ("B", rf"начал(?:о|а|е|у){_END}", _nothing),
    ("C", rf"середин(?:а|у|ы|е){_END}", _nothing),
    ("I", rf"(?:{_THROUGHOUT}|(?:за|в|на)\s+период|период|во|в|на|за){_END}", _nothing),
    ("n", rf"(?:\d{{1,2}}(?:-?(?:го|е|й|я))?|{ORDINAL_PATTERN})(?!\w)", _bare),
    ("-", r"-", _nothing),
    (",", rf"(?:[,;]|и{_END}|а\s+также{_END})", _nothing),
    ("(", r"\(", _nothing),
    (")", r"\)", _nothing),
)
_COMPILED = tuple((letter, re.compile(pattern), read) for letter, pattern, read in _VOCABULARY)
_SAME_LENGTH = str.maketrans(
    {
        "ё": "е",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "і": "i",  # the Ukrainian letter is typed for the Roman one
        "“": '"',
        "”": '"',
        "„": '"',
    }
    | dict.fromkeys("‐‑‒–—−", "-")
)


def fold(text: str) -> str:
    """Return `text` in lower case with one kind of dash, quote and space, of the same length."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text).translate(_SAME_LENGTH)


def tokens_of(text: str) -> tuple[list[Token], int]:
    """Return the tokens of a term and the place where understanding stopped (the length when nowhere).

    Args:
        text: The author's text.
    """
    folded = fold(text)
    tokens: list[Token] = []
    place = 0
    while folded[place:].strip(" \t\r\n\f\v.;,"):
        if folded[place].isspace():
            place += 1
            continue
        token = _token_at(folded, place)
        if token is None:
            return tokens, place
        tokens.append(token)
        place = token.finish
    return tokens, len(text)


def _token_at(folded: str, place: int) -> Token | None:
    for letter, pattern, read in _COMPILED:
        match = pattern.match(folded, place)
        if match and match.end() > place:
            atom, flags = read(match)
            return Token(letter, place, match.end(), atom, flags)
    return None
