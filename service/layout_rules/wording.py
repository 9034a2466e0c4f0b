"""Words by which the parts of a paper are recognised, and what they say.

The patterns are lenient on purpose: a wrong date or a mark with a full stop is still recognised, so that a rule
can say what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from forms._remembered import remembered
from forms.language.calendar_words import MONTHS_GENITIVE

GAP = "[ \u00a0\u202f]"
MONTH = "(?:" + "|".join(MONTHS_GENITIVE) + ")"
KIND_WORDS = (
    "ПРИКАЗ", "РАСПОРЯЖЕНИЕ", "ПОСТАНОВЛЕНИЕ", "РЕШЕНИЕ", "ПРОТОКОЛ", "АКТ", "СПРАВКА", "ОТЧЁТ", "ОТЧЕТ",
    "ЗАКЛЮЧЕНИЕ", "ДОКЛАДНАЯ", "СЛУЖЕБНАЯ", "ИНФОРМАЦИЯ", "УКАЗАНИЕ", "ЛИСТ",
)  # fmt: skip
VERBS = {
    "ПРИКАЗ": ("ПРИКАЗЫВАЮ", "ПРИКАЗЫВАЕТ"),
    "РАСПОРЯЖЕНИЕ": ("ОБЯЗЫВАЮ", "ПРЕДЛАГАЮ", "РАСПОРЯЖАЮСЬ"),
    "ПОСТАНОВЛЕНИЕ": ("ПОСТАНОВЛЯЮ", "ПОСТАНОВЛЯЕТ"),
}
_VERB_WORDS = {verb for verbs in VERBS.values() for verb in verbs}
_VERB_ENDS = tuple(_VERB_WORDS)
_SPACED_LETTERS = re.compile(r" [^\W\d_](?<= [^\W\d_] [^\W\d_])\b")
_SPACED_OUT = re.compile(r"\b(?:[^\W\d_] ){2,}[^\W\d_]\b")

DATE = re.compile(
    rf"(?P<day>«?(?:\d{{1,2}}|_+)»?){GAP}+(?P<month>{MONTH}|_+){GAP}+(?P<year>20__|\d{{2,4}}){GAP}*(?P<mark>г\.|года|г)?"
    rf"|(?P<digits>\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}})(?:{GAP}*(?P<stop>г\.|года))?"
)
NUMBER = re.compile(rf"№{GAP}*(?P<value>[^\s,;»]*)")
PLACE = re.compile(
    rf"(?:^|[\s(])(?:г|с|д|сел|пос|пгт|рп|р\.п|ст-ца|станица|аул|село|город|посёлок|хутор)\.?{GAP}+[А-ЯЁ]"
)
NAME = re.compile(rf"[А-ЯЁ]\.{GAP}?(?:[А-ЯЁ]\.)?{GAP}*[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*")
NAME_REVERSED = re.compile(rf"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*{GAP}+[А-ЯЁ]\.(?:{GAP}?[А-ЯЁ]\.)?")
ANNEX = re.compile(rf"[«\"]?(?i:приложение)(?:{GAP}*№?{GAP}*(?P<number>\d+))?{GAP}*[»\"]?[.:]?")
STAMP = re.compile(r"[«\"]?(?P<word>(?i:утвержда[юе]\w*|утвержд[её]н\w?))[»\"]?[:.]?")
AGREED = re.compile(r"(?i:согласовано|ознакомлен[аы]?|с .{1,400} ознакомлен[аы]?)\s*:?")
EXECUTOR_PHONE = re.compile(r"\d(?:[\s()\u00a0-]*\d){4,}")
FULL_NAME = re.compile(r"[А-ЯЁ][а-яё-]+ [А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+(?:вна|вич|ична|ич|кызы|оглы)\b")
NOTE = re.compile(r"(?:Принятые|Используемые)? ?[Сс]окращения|Примечани[ея]|\* ")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed.

    Attributes:
        value: None for a place left for the date, or a date that does not exist.
        style: "digits", "words", or "room" for a place left for it.
        defect: what is wrong with its form, in Russian, or empty.
    """

    text: str
    value: dt.date | None
    style: str
    defect: str


def find_date(text: str) -> PrintedDate | None:
    """Return the first date of a text with what is wrong with its form (requisite 10)."""
    match = DATE.search(text)
    if match is None:
        return None
    printed = match[0].strip()
    if "_" in printed:
        return PrintedDate(printed, None, "room", "")
    if match["digits"]:
        return _date_in_digits(match, printed)
    return _date_in_words(match, printed)


def unspaced(text: str) -> str:
    """Return a text whose spaced-out words are closed: «П Р И К А З» becomes «ПРИКАЗ»."""
    text = " ".join(text.split())
    # A third letter behind a space: without one there is no such word, and `re` jumps from space to space.
    if not _SPACED_LETTERS.search(text):
        return text
    return _SPACED_OUT.sub(lambda match: match[0].replace(" ", ""), text)


@remembered
def kind_word(text: str) -> str:
    """Return the kind's word of a line in capitals: «ПРИКАЗ» of «П Р И К А З»; empty for any other line."""
    if not text.isupper():
        return ""
    line = unspaced(text)
    if not line or line != line.upper() or len(line) > 60 or not line[0].isalpha():
        return ""
    words = re.findall(r"[А-ЯЁ]+", line)
    return next((word for word in words[:2] if word in KIND_WORDS), "")


@remembered
def verb_word(text: str) -> str:
    """Return the operative word a line ends with: «ПРИКАЗЫВАЮ» of «… п р и к а з ы в а ю:»."""
    if not "".join(text.split()).rstrip(":").upper().endswith(_VERB_ENDS):
        return ""
    line = unspaced(text)
    match = re.search(r"(\w+)\s*:?$", line)
    if match is None or match[1].upper() not in _VERB_WORDS:
        return ""
    alone = match[0] == line
    return match[1].upper() if alone or match[1].isupper() or unspaced(text) != " ".join(text.split()) else ""


def quoted(text: str, limit: int = 60) -> str:
    """Return a text as a message quotes it: one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[:limit].rsplit(" ", 1)[0] + " …"
    return line if line.startswith("«") and line.endswith("»") else f"«{line}»"


def _date_in_digits(match: re.Match[str], printed: str) -> PrintedDate:
    day, month, year = match["digits"].split(".")
    value = _existing(day, month, year)
    if not re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", match["digits"]):
        defect = "цифрами дата пишется двумя, двумя и четырьмя знаками"
    elif value is None:
        defect = "такого дня нет в календаре"
    else:
        defect = f"после даты цифрами «{match['stop']}» не пишется" if match["stop"] else ""
    return PrintedDate(printed, value, "digits", defect)


def _date_in_words(match: re.Match[str], printed: str) -> PrintedDate:
    day = match["day"].strip("«»")
    value = (
        _existing(day, str(MONTHS_GENITIVE.index(match["month"]) + 1), match["year"])
        if (match["month"] in MONTHS_GENITIVE)
        else None
    )
    if match["day"] != day:
        defect = "день месяца пишется без кавычек"
    elif day.startswith("0"):
        defect = "в словесной дате день пишется без нуля"
    elif value is None:
        defect = "такого дня нет в календаре"
    else:
        defect = "" if match["mark"] == "г." else "после года в словесной дате пишется «г.»"
    return PrintedDate(printed, value, "words", defect)


def _existing(day: str, month: str, year: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
