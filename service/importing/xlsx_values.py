"""The values of Excel cells as the text a person sees.

Excel keeps «1.1» as a number or as the first of January, «сентябрь 2022» as a day; what is shown wins here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forms.language.calendar_words import MONTHS_NOMINATIVE

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
# Above, 28 digits of a decimal may not be enough.
_MOST_EXACT = 1e12


@dataclass(frozen=True)
class Shown:
    """A value as text.

    Attributes:
        as_number: how it reads in a column of numbers, when that differs.
        doubt: what the reader had to assume, in Russian.
    """

    text: str
    as_number: str = ""
    doubt: str = ""


def shown(value: Any, number_format: str = "General") -> Shown:
    """Return what a cell with this value and format shows.

    Args:
        value: as openpyxl gives it.
        number_format: Excel's format code; the first section counts.
    """
    if value is None:
        return Shown("")
    if isinstance(value, bool):
        return Shown("ИСТИНА" if value else "ЛОЖЬ")
    if isinstance(value, dt.datetime | dt.date):
        return _date(value, number_format)
    if isinstance(value, int | float):
        text = _number(value, number_format)
        return Shown(text, as_number=text.replace(",", "."))
    if isinstance(value, dt.time | dt.timedelta):
        return Shown(str(value), doubt="В ячейке время, а не текст: проверьте, что перенесено.")
    text = _unescaped(str(value))
    if text.startswith("#") and re.fullmatch(r"#[A-Z0-9/]+[!?]?", text):
        return Shown(text, doubt=f"В ячейке ошибка Excel {text}.")
    return Shown(text)


def _date(value: dt.date, number_format: str) -> Shown:
    tokens = _NOT_SHOWN.sub("", number_format.split(";")[0]).lower()
    numbered = f"{value.day}.{value.month}"
    if "d" not in tokens and "y" in tokens:
        month = f"{MONTHS_NOMINATIVE[value.month - 1]} {value.year}"
        doubt = f"Excel показывает здесь месяц, а хранит день: перенесено «{month}»."
        return Shown(month, numbered, doubt)
    return Shown(f"{value.day:02}.{value.month:02}.{value.year:04}", numbered)


def _number(value: float, number_format: str) -> str:
    code = _NOT_SHOWN.sub("", number_format.split(";")[0])
    percent = "%" in code
    amount = value * 100 if percent else value
    places = re.search(r"\.([0#?]+)", code)
    if re.search(r"[0#]", code) and "e" not in code.lower():
        text = _rounded(amount, len(places[1]) if places else 0)
        if places and "#" in places[1]:
            text = text.rstrip("0").rstrip(".")
        whole = re.sub(r"[^0]", "", code.split(".")[0])
        text = text.zfill(len(whole) + len(text) - len(text.partition(".")[0]) + (amount < 0))
    else:
        text = str(int(amount)) if float(amount).is_integer() else f"{amount:.10g}"
    return text.replace(".", ",") + ("%" if percent else "")


def _rounded(amount: float, places: int) -> str:
    """Return a number with so many places as Excel shows it: 0.5 goes up, and 15 digits count."""
    if abs(amount) >= _MOST_EXACT:
        return f"{amount:.{places}f}"
    exact = Decimal(f"{amount:.15g}")
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _unescaped(text: str) -> str:
    """Undo «_x000D_»: Excel writes signs this way that XML cannot hold."""

    def sign(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code >= ord(" ") and not 0xD800 <= code <= 0xDFFF else "\n" * (code == ord("\n"))

    return _ESCAPED.sub(sign, text)
