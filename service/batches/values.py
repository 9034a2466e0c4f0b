"""Between the text of a cell and the value of a field: numbers, dates, choices, ticks, lists of lines."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import re
from dataclasses import dataclass
from typing import Any

from service.form_plan import FieldPlan

# Invisible signs that come with copied text and nobody can see or print.
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff\r")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_RUSSIAN_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})(?:\s*г\.?)?")
_NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d+(?:[.,]\d+)?")
_DAY_NUMBER = re.compile(r"[3-6]\d{4}")
_YES = {"да", "истина", "true", "yes", "+", "1", "v", "x", "х", "✓", "✔"}
_NO = {"нет", "ложь", "false", "no", "-", "–", "—", "0"}
_BLOCKS = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Read:
    """A value as it was read.

    Attributes:
        value: what goes into the payload; the text as it was when nothing better is known.
        problem: why it cannot be right, in Russian, in the coordinator's words; empty when nothing is wrong.
    """

    value: Any
    problem: str = ""


def tidy(text: str) -> str:
    """Return a cell's text without invisible signs and spaces around lines; empty lines inside stay."""
    if text.isprintable():  # no line ends, no invisible signs
        return text.strip()
    lines = (line.strip() for line in text.translate(_INVISIBLE).replace("\t", " ").split("\n"))
    joined = "\n".join(lines)
    return joined.lstrip("\n") if joined.strip() else ""


@functools.lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Return the text as people compare it: one space, no case, «ё» as «е», plain quotes and dashes."""
    plain = _SPACES.sub(" ", text.translate(_INVISIBLE)).strip().casefold().replace("ё", "е")
    return re.sub(r"[«»“”„\"]", '"', re.sub(r"[–—−]", "-", plain))


def read_value(plan: FieldPlan, text: str) -> Read:
    """Return the value of a filled cell.

    Args:
        text: tidied and not empty.
    """
    control = plan.control
    if control == "choice":
        return _choice(plan, text)
    if control == "yes":
        return _yes(text)
    if control == "whole":
        return _whole(text)
    if control == "amount":
        return Read(_amount(text))
    if control == "date":
        return _date(text)
    if control == "lines":
        return Read([line for line in text.split("\n") if line])
    if control == "texts":
        return Read(_texts(text))
    stripped = text.strip()
    return Read(" ".join(re.split(r"[ \n]+", stripped)) if control == "line" else stripped)


def cell_value(plan: FieldPlan, value: Any) -> Any:
    """Return what to write into a cell so that `read_value` gives this value of a payload again."""
    control = plan.control
    if control == "choice":
        return dict(plan.options).get(value, value)
    if control == "yes":
        return "да" if value else "нет"
    if control == "date" and isinstance(value, str):
        return _day(value)
    if control == "lines":
        return "\n".join(value)
    if control == "texts":
        return _joined_texts(value)
    return value


def _choice(plan: FieldPlan, text: str) -> Read:
    wanted = folded(text)
    found = _meanings(plan.options).get(wanted)
    if found is not None:
        return Read(found)
    if any(not value and folded(label) == wanted for value, label in plan.options):
        return Read("" if plan.default == "" else None)
    shown = [label for value, label in plan.options if value]
    near = difflib.get_close_matches(wanted, list(map(folded, shown)), n=1, cutoff=0.6)
    guess = next((f" Возможно, вы имели в виду «{one}»." for one in shown if folded(one) in near), "")
    listed = "; ".join(shown)
    return Read(text, f"В списке нет значения «{text}».{guess} Допустимы: {listed}.")


@functools.lru_cache(maxsize=256)
def _meanings(options: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return what may be written -> the value: labels win over the values themselves."""
    values = {folded(value): value for value, _ in options if value}
    return {**values, **{folded(label): value for value, label in options if value}}


def _yes(text: str) -> Read:
    word = folded(text)
    if word in _YES or word in _NO:
        return Read(word in _YES)
    return Read(text, f"Ожидается «да» или «нет», а стоит «{text}».")


def _whole(text: str) -> Read:
    plain = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(r"-?\d{1,15}(?:[.,]0+)?", plain):
        return Read(int(re.split(r"[.,]", plain)[0]))
    return Read(text, f"Ожидается целое число, например 12, а стоит «{text}».")


def _amount(text: str) -> Any:
    plain = _SPACES.sub("", text).removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        return text
    point = plain.replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if "." not in point and len(point) <= 15:
        return int(point)
    # A number only where nothing of what is written gets lost: «34,50» stays a text.
    return float(point) if repr(float(point)) == point else point


def _date(text: str) -> Read:
    plain = text.strip()
    if found := _RUSSIAN_DATE.fullmatch(plain):
        return Read("-".join(reversed(found.groups())))
    if _DAY_NUMBER.fullmatch(plain):
        day = (dt.date(1899, 12, 30) + dt.timedelta(days=int(plain))).strftime("%d.%m.%Y")
        return Read(plain, f"В ячейке число {plain}. Если это дата {day}, задайте ячейке формат «Дата».")
    return Read(plain)


def _day(text: str) -> Any:
    found = _RUSSIAN_DATE.fullmatch(text.strip())
    try:
        return dt.date.fromisoformat("-".join(reversed(found.groups())) if found else text.strip())
    except ValueError:
        return text


def _texts(text: str) -> list[str]:
    """Every line is a text of its own, unless empty lines part them."""
    parts = _BLOCKS.split(text) if _BLOCKS.search(text) else text.split("\n")
    return [part.strip() for part in parts if part.strip()]


def _joined_texts(texts: list[str]) -> str:
    if any("\n" in text for text in texts):
        return "\n\n".join(texts) + ("\n\n" if len(texts) == 1 else "")
    return "\n".join(texts)
