"""Rules about days, sums and shares told in a text: the calendar and the arithmetic decide, nobody has to guess."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from forms._checks import Finding
from forms._checks_walk import Printed
from forms.language.agree import date_in_digits
from forms.language.calendar_words import MONTHS_GENITIVE
from forms.language.numerals import number_of_words

_GAP = "[ \u00a0]"
_DAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_DAY_STEMS = {
    "понедельник": 0,
    "вторник": 1,
    "сред": 2,
    "четверг": 3,
    "пятниц": 4,
    "суббот": 5,
    "воскресень": 6,
}
_DAY = rf"(?P<day>{'|'.join(_DAY_STEMS)})[а-я]{{0,3}}"
_MONTHS = "|".join(MONTHS_GENITIVE)
_DATE = rf"(?<![\d.])(?P<d>\d{{1,2}})(?:\.(?P<m>\d\d)\.|{_GAP}(?P<month>{_MONTHS}){_GAP})(?P<y>(?:19|20)\d\d)(?!\d)"
_YEAR_WORD = rf"(?:{_GAP}?(?:г\.|года))?"
_WEEKDAYS = (
    re.compile(rf"(?<![а-яё]){_DAY},?{_GAP}{_DATE}"),
    re.compile(rf"{_DATE}{_YEAR_WORD},?{_GAP}?\(?{_DAY}(?![а-яё])"),
)
_WORDED = re.compile(
    rf"(?<![\d.])(?P<d>29|[03-9]\d){_GAP}(?P<month>{_MONTHS}){_GAP}(?P<y>(?:19|20)\d\d)(?!\d)"
)
_FROM_TO = re.compile(rf"(?<![а-яё])с{_GAP}{_DATE}{_YEAR_WORD}{_GAP}по{_GAP}{_DATE.replace('?P<', '?P<to_')}")
_REFERENCE = re.compile(
    rf"(?:приказ|распоряжени|постановлени|письм|протокол|решени)[а-я]*"
    rf"(?:{_GAP}[^.;\uffff]{{0,120}}?)?{_GAP}от{_GAP}{_DATE}{_YEAR_WORD},?{_GAP}№"
)
_SHORT_YEAR = re.compile(rf"(?<![а-яё])(?:до|от|с|по){_GAP}\d\d\.\d\d\.\d\d(?![\d.])")
_SUM = re.compile(r"(?<![\d,.])(\d[\d \u00a0]{0,14}),?[ \u00a0]?\(([а-яё \u00a0-]{3,90})\)")
_POINTS = re.compile(
    r"с (\d+(?:,\d+)?)(?:[ \u00a0]?%)?(?: \([^)]{1,40}\))? до (\d+(?:,\d+)?)[ \u00a0]?%(?: \([^)]{1,40}\))?,? "
    r"то есть на (\d+(?:,\d+)?)[ \u00a0]процентн"
)
_OVER_ALL = re.compile(  # from the sign to the sign: a look at every number would cost ten times as much
    r"%[ \u00a0](?:школ|оо(?![а-яё])|образовательн|обучающ|педагог|учител|директор|куратор|координатор"
    r"|участник|родител)"
)
_DAY_SIGNS = tuple(
    stem if stem != "сред" else f"сред{end}" for stem in _DAY_STEMS for end in ("а ", "у,", "у ", "а)")
)
_RANGE_SIGN = re.compile(r" по[ \u00a0]\d")
_SUM_SIGN = re.compile(r"\((?:(?<=\d\()|(?<=\d[ \u00a0]\())[а-яё]")
_REFERENCE_SIGN = re.compile(r" от[ \u00a0]\d")
_WHOLE = re.compile(r"(?<![\d,.])(\d{3,})[ \u00a0]?$")
_LONGEST_SHARE, _ALL_PERCENT = 8, 100
_OWN_DATES = ("date", "reported_on")


def day_findings(data: Mapping[str, Any], printed: Printed) -> Iterator[Finding]:
    """Run the rules about days, sums and shares over every printed text."""
    text = printed.lower
    if any(sign in text for sign in _DAY_SIGNS):
        yield from _weekdays(printed)
    if any(month in text for month in MONTHS_GENITIVE):
        yield from _worded(printed)
    yield from _short_years(printed)
    # A quick look for the sign that no finding can be without.
    if _RANGE_SIGN.search(text):
        yield from _reversed(printed)
    if _SUM_SIGN.search(text):
        yield from _sums(printed)
    if "процентн" in text:
        yield from _points(printed)
    if "%" in text:
        yield from _over_all(printed)
    own = next((data[name] for name in _OWN_DATES if isinstance(data.get(name), dt.date)), None)
    if own and _REFERENCE_SIGN.search(text):
        yield from _later_acts(printed, own)


def _date(match: re.Match[str], prefix: str = "") -> dt.date | None:
    found = match.groupdict()
    month = found.get(f"{prefix}month")
    number = MONTHS_GENITIVE.index(month) + 1 if month else int(found[f"{prefix}m"])
    try:
        return dt.date(int(found[f"{prefix}y"]), number, int(found[f"{prefix}d"]))
    except ValueError:
        return None


def _weekdays(printed: Printed) -> Iterator[Finding]:
    for pattern in _WEEKDAYS:
        for piece, match in printed.matches(pattern, lower=True):
            date = _date(match)
            if date and date.weekday() != _DAY_STEMS[match["day"]]:
                yield Finding(
                    "WEEKDAY_MISMATCH",
                    "warning",
                    piece.path,
                    f"День недели не сходится с датой: «{match[0]}», а {date_in_digits(date)} –"
                    f" {_DAYS[date.weekday()]}.",
                    "Исправьте дату или день недели.",
                )


def _worded(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_WORDED, lower=True):
        if _date(match) is None:
            yield Finding(
                "DATE_FORMAT",
                "warning",
                piece.path,
                f"Такой даты в календаре нет: «{match[0]}».",
                "Исправьте день или месяц.",
            )


def _reversed(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_FROM_TO, lower=True):
        first, last = _date(match), _date(match, "to_")
        if first and last and last < first:
            yield Finding(
                "PERIOD_REVERSED",
                "warning",
                piece.path,
                f"Конец периода раньше начала: «{match[0]}».",
                "Поменяйте даты местами или исправьте одну из них.",
            )


def _short_years(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_SHORT_YEAR, lower=True):
        yield Finding(
            "DATE_FORMAT",
            "warning",
            piece.path,
            f"Год в дате записан двумя цифрами: «{match[0]}».",
            "Запишите год полностью: «14.01.2022».",
        )


def _later_acts(printed: Printed, own: dt.date) -> Iterator[Finding]:
    for piece, match in printed.matches(_REFERENCE, lower=True):
        date = _date(match)
        if date and date > own:
            yield Finding(
                "REFERENCE_LATER",
                "warning",
                piece.path,
                f"Текст ссылается на акт от {date_in_digits(date)}, а сам документ – от {date_in_digits(own)}.",
                "Проверьте дату акта: ссылаться можно только на уже изданный.",
            )


def _sums(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_SUM, lower=True):
        told = number_of_words(match[2])
        digits = int(re.sub(r"\D", "", match[1]))
        if told is not None and told != digits:
            yield Finding(
                "SUM_WORDS",
                "warning",
                piece.path,
                f"Число цифрами и прописью не сходится: «{match[0]}».",
                f"Прописью указано {told}. Исправьте цифры или слова.",
            )


def _over_all(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_OVER_ALL, lower=True):
        before = _WHOLE.search(printed.joined, max(0, match.start() - _LONGEST_SHARE), match.start())
        if before is None or int(before[1]) <= _ALL_PERCENT:
            continue
        yield Finding(
            "INDICATOR_VALUE",
            "warning",
            piece.path,
            f"Доля больше ста процентов: «{before[0]}{match[0]}…».",
            "Исправьте число: участников не может быть больше, чем все.",
        )


def _points(printed: Printed) -> Iterator[Finding]:
    for piece, match in printed.matches(_POINTS, lower=True):
        first, last, told = (Decimal(value.replace(",", ".")) for value in match.groups())
        if abs(last - first) != told:
            right = str(abs(last - first)).replace(".", ",")
            yield Finding(
                "PERCENT_MISMATCH",
                "warning",
                piece.path,
                f"Разность долей не сходится: «{match[0]}ого пункта», а по данным – {right}.",
                "Исправьте доли или разность.",
            )
