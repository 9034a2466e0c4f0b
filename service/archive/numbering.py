"""Registration numbers as text: the pattern of an organisation printed, read back and compared.

Pure functions; the count itself is kept by `service.archive.journal`.
"""

from __future__ import annotations

import re
import unicodedata

from service.errors import FormInvalid

DEFAULT_PATTERN = "{n}"
MAX_ORDINAL = 9_999_999
# As long as the field on the papers takes.
MAX_NUMBER = 40

# What a number may consist of is the rule of the field on the papers (`forms._fields.RegNumber`).
_NUMBER = re.compile(r"[0-9A-Za-zА-Яа-яЁё](?:[0-9A-Za-zА-Яа-яЁё./-]*[0-9A-Za-zА-Яа-яЁё])?")
_COUNT = re.compile(r"\{n(?::0([1-9]))?\}")
_YEAR = re.compile(r"\{(yy|year)\}")


def checked_pattern(pattern: str) -> str:
    """Return a pattern that gives numbers that can be printed.

    Raises:
        FormInvalid: papers would share a number, or its numbers could not be printed; the text says why.
    """
    pattern = pattern.strip()
    places, plain = len(_COUNT.findall(pattern)), _YEAR.sub("", _COUNT.sub("", pattern))
    if places == 0 and not set("{}") & set(plain):
        raise _unfit(pattern, "в нём нет {n}, и все документы получили бы один и тот же номер")
    if places > 1:
        raise _unfit(pattern, "{n} стоит в нём не один раз, и по номеру нельзя узнать, каким он был по счёту")
    if set("{}") & set(plain):
        raise _unfit(pattern, "в фигурных скобках допустимы только {n}, {n:03}, {year} и {yy}")
    if not _NUMBER.fullmatch(number_text(pattern, ordinal=1, year=2022)):
        raise _unfit(
            pattern, "номер состоит из цифр, букв и знаков «-», «/», «.», а знаки стоят только внутри"
        )
    if len(number_text(pattern, ordinal=MAX_ORDINAL, year=2022, suffix=99)) > MAX_NUMBER:
        raise _unfit(pattern, f"номера стали бы длиннее {MAX_NUMBER} знаков")
    return pattern


def number_text(pattern: str, *, ordinal: int, year: int, suffix: int = 0) -> str:
    """Return the number: «{n:03}а-ОД» with 7 gives «007а-ОД»; a suffix stands behind the count: «007/1а-ОД»."""

    def count(found: re.Match[str]) -> str:
        digits = str(ordinal).zfill(int(found[1] or 1))
        return f"{digits}/{suffix}" if suffix else digits

    def year_text(found: re.Match[str]) -> str:
        return f"{year % 100:02}" if found[1] == "yy" else str(year)

    return _COUNT.sub(count, _YEAR.sub(year_text, pattern))


def read_number(pattern: str, number: str, *, year: int) -> tuple[int, int] | None:
    """Return (ordinal, suffix) of a typed number that follows the pattern, None for any other."""
    match = _COUNT.search(pattern)
    if match is None:
        return None
    before, after = pattern[: match.start()], pattern[match.end() :]
    around = [
        _YEAR.sub(lambda f: f"{year % 100:02}" if f[1] == "yy" else str(year), t) for t in (before, after)
    ]
    expression = rf"{re.escape(around[0])}0*([0-9]{{1,7}})(?:/([0-9]{{1,4}}))?{re.escape(around[1])}"
    found = re.fullmatch(expression, number, re.IGNORECASE)
    if found is None or int(found[1]) == 0:
        return None
    return int(found[1]), int(found[2] or 0)


def number_key(number: str) -> str:
    """Return what two spellings of one number share: «01-05/17А» and «01-05/17а»."""
    return unicodedata.normalize("NFKC", "".join(number.split())).casefold()


def _unfit(pattern: str, why: str) -> FormInvalid:
    text = f"Образец номера «{pattern}» не подходит: {why}. Например: 01-05/{{n}}."
    return FormInvalid(text, messages={"pattern": [text]})
