"""The mark in the upper right corner read back: an annex mark, an approval stamp, or both.

Takes the lines above a table and gives the group `approval` of the payload. What does not match stays with the
caller as plain lines.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forms.language.calendar_words import MONTHS_GENITIVE

_ANNEX = re.compile(r"приложение\s*(?:№?\s*(\d{1,2}))?\s*\.?", re.IGNORECASE)
_APPROVED = re.compile(r"утвержд[её]н[аоы]?\s*[:.]?", re.IGNORECASE)
_STAMP = re.compile(r"утверждаю\s*[:.]?", re.IGNORECASE)
_ACT = re.compile(
    r"(?:к\s+)?(?P<act>приказ|распоряжени|постановлени)(?:у|ом|ю|ем)\b\s*(?P<body>.*?)"
    r"\s*\bот\s+(?=[«\"“]|\d|_)(?P<date>[^№\n]{3,60})(?:\s*№[ \t]*(?P<number>[^\n]*))?",
    re.IGNORECASE | re.DOTALL,
)
_ACTS = {"приказ": "приказ", "распоряжени": "распоряжение", "постановлени": "постановление"}
_DIGITS = re.compile(r"(\d{1,2})\.(\d{2})\.(\d{4})")
_WORDS = re.compile(
    rf"[«\"“]?\s*(\d{{1,2}})\s*[»\"”]?\s*({'|'.join(MONTHS_GENITIVE)})\s+(\d{{4}})", re.IGNORECASE
)
_ROOM_FOR_DATE = re.compile(
    r"[«\"“]?[\s_]*[»\"”]?[\s_]*[а-я]*[\s_]*(?:20)?[\d_]*\s*(?:г\.?|года)?", re.IGNORECASE
)
_NAME_WORD = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_INITIALS = r"[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?"
_NAMES = (
    re.compile(rf"(?P<initials>{_INITIALS})\s*(?P<last>{_NAME_WORD})"),
    re.compile(rf"(?P<last>{_NAME_WORD})\s+(?P<initials>{_INITIALS})"),
    re.compile(
        rf"(?P<last>{_NAME_WORD})\s+(?P<first>{_NAME_WORD})\s+(?P<middle>{_NAME_WORD}(?:вич|вна|ична))"
    ),
)
_ROOM_FOR_SIGNATURE = re.compile(r"_{2,}[\s/]*|/")
_MOST_LINES = 10
_LONGEST_LINE = 300  # longer ones are no marks, and the patterns above are not made for them
_LONGEST_DATE = 60
_MOST_BLANKS = 2


@dataclass(frozen=True)
class Mark:
    """A mark that was found.

    Attributes:
        approval: the group of the payload.
        begin, end: the lines it takes, the second exclusive.
        date_style: "digits" or "words", as the date of the mark is written.
        doubts: what is missing or was not read, in Russian.
    """

    approval: dict[str, Any]
    begin: int
    end: int
    date_style: str = "words"
    doubts: tuple[str, ...] = ()


def find_mark(lines: Sequence[str]) -> Mark | None:
    """Return the last mark among the lines; None without one that is complete enough to print.

    Args:
        lines: one a line of the file; "" stands for an empty paragraph or the border of a table.
    """
    for begin in reversed(range(len(lines))):
        line = lines[begin] if len(lines[begin]) <= _LONGEST_LINE else ""
        if _STAMP.fullmatch(line):
            found = _stamp(lines, begin)
        elif _APPROVED.fullmatch(line):
            found = _approved(lines, begin)
        elif annex := _ANNEX.fullmatch(line):
            found = _by_act(lines, begin, begin + 1, "annex", annex[1])
        else:
            continue
        if found:
            return found
    return None


def read_date(text: str) -> dt.date | None:
    """Return the date in a text like «19» марта 2021 года or 19.03.2021; None where there is none."""
    if found := _DIGITS.search(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _WORDS.search(text):
        day, month, year = int(found[1]), MONTHS_GENITIVE.index(found[2].lower()) + 1, int(found[3])
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _approved(lines: Sequence[str], begin: int) -> Mark | None:
    """УТВЕРЖДЕНА приказом …, with or without «Приложение» above it."""
    above = begin - 1
    while above >= 0 and begin - above <= _MOST_BLANKS and not lines[above]:
        above -= 1
    annex = _ANNEX.fullmatch(lines[above]) if above >= 0 else None
    if annex:
        return _by_act(lines, above, begin + 1, "annex_approved", annex[1])
    return _by_act(lines, begin, begin + 1, "approved_by_act", None)


def _by_act(lines: Sequence[str], begin: int, act: int, form: str, number: str | None) -> Mark | None:
    text = "\n".join(_run(lines, act))
    found = _ACT.match(text)
    if not found:
        return None
    written = (found["number"] or "").strip(" _.")
    date = read_date(found["date"])
    approval: dict[str, Any] = {
        "form": form,
        "act": _ACTS[found["act"].lower()],
        "body": "\n".join(line.strip() for line in found["body"].split("\n")),
        "date": date.isoformat() if date else None,
        "number": written,
    }
    if number:
        approval["annex_number"] = int(number)
    doubts = _missing(date, found["date"], written)
    end = act + text[: found.end()].count("\n") + 1
    style = "digits" if _DIGITS.search(found["date"]) else "words"
    return Mark(approval, begin, end, style, doubts)


def _missing(date: dt.date | None, written: str, number: str) -> tuple[str, ...]:
    doubts = []
    if date is None:
        doubts.append(f"Дата акта в отметке не заполнена или не прочитана: {written.strip(' .')}.")
    if not number:
        doubts.append("Номер акта в отметке не заполнен.")
    return tuple(doubts)


def _stamp(lines: Sequence[str], begin: int) -> Mark | None:
    """УТВЕРЖДАЮ, the position in one or more lines, the name, perhaps the date."""
    position: list[str] = []
    blanks = 0
    for index in range(begin + 1, min(begin + _MOST_LINES, len(lines))):
        line = lines[index]
        if len(line) > _LONGEST_LINE:
            return None
        if not line:
            blanks += 1
            if blanks > _MOST_BLANKS:
                return None
            continue
        before, person = _person(line)
        position += [before] if before else []
        if person and position:
            return _stamped(lines, begin, index, "\n".join(position), person)
    return None


def _stamped(lines: Sequence[str], begin: int, name_at: int, position: str, person: dict[str, str]) -> Mark:
    end = name_at + 1
    below = lines[end] if end < len(lines) and len(lines[end]) <= _LONGEST_DATE else ""
    date = read_date(below)
    style = "digits" if _DIGITS.search(below) else "words"
    if date or (below and _ROOM_FOR_DATE.fullmatch(below)):
        end += 1
    approval = {
        "form": "approve_stamp",
        "position": position,
        "person": person,
        "date": date.isoformat() if date else None,
    }
    doubts = () if date else ("В грифе утверждения нет даты.",)
    return Mark(approval, begin, end, style, doubts)


def _person(line: str) -> tuple[str, dict[str, str]]:
    """Return (what stands before the name, the person) of a line that ends with a name."""
    pieces = [piece.strip() for piece in _ROOM_FOR_SIGNATURE.split(line) if piece.strip()]
    if not pieces:
        return "", {}
    for pattern in _NAMES:
        if found := pattern.fullmatch(pieces[-1]):
            person = {key: value.replace(" ", "") for key, value in found.groupdict().items()}
            return " ".join(pieces[:-1]), person
    return line, {}


def _run(lines: Sequence[str], begin: int) -> list[str]:
    """Return the lines up to the next empty one."""
    run: list[str] = []
    for line in lines[begin : begin + _MOST_LINES]:
        if not line or len(line) > _LONGEST_LINE:
            break
        run.append(line)
    return run
