"""Every printed text of form data with its path: what the rules about wording read.

Owns the walk over loaded form data; knows no kind. Texts are joined into one string, so that a rule is one
search over the whole paper; a match is led back to its text by its place.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from forms._remembered import remembered
from forms.language.period_value import Period

# No text can hold it: the schema refuses what XML refuses. It is neither a letter nor a space.
SEPARATOR = "\uffff"

_CYRILLIC = re.compile("[А-Яа-яЁё]")
# Stored, but not printed as typed: case forms, addresses on the net, codes that point at other fields.
_SILENT = frozenset(
    {"forms", "position_forms", "name_genitive", "gender", "unit", "target", "email", "site", "act"}
)
_LEAVES = frozenset({bool, int, float, Decimal, dt.date})
_SHOWN_CHARACTERS = 70
SMALL_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
CAPITAL_LETTERS = SMALL_LETTERS.upper()


class Piece(NamedTuple):
    """One printed text.

    Attributes:
        path: «rows.12.action».
        text: as typed.
        leads: a list of parts is printed after it, so it may end with a colon or a preposition.
    """

    path: str
    text: str
    leads: bool = False


class Printed:
    """All printed texts of a paper, each one findable by its place in `joined`, and all its terms.

    Attributes:
        pieces: the texts in the order of the paper.
        terms: (path, term) in the order of the paper.
        joined: the texts with a separator before, between and behind them.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Collect the texts and the terms of form data."""
        found: list[Piece] = []
        terms: list[tuple[str, Period]] = []
        _collect(data, "", found, terms)
        self.pieces = tuple(found)
        self.terms = tuple(terms)
        self.joined = SEPARATOR.join(["", *[piece.text for piece in found], ""])

    @cached_property
    def starts(self) -> list[int]:
        """Where each text begins in `joined`."""
        lengths = accumulate([len(piece.text) + 1 for piece in self.pieces], initial=1)
        return list(lengths)[:-1]

    @cached_property
    def lower(self) -> str:
        """The joined text in lower case, of the same length."""
        lowered = self.joined.lower()
        return lowered if len(lowered) == len(self.joined) else self.joined

    @cached_property
    def letters(self) -> bytes:
        """The joined text with one byte a sign, for quick looks: what is foreign to Russian is «?».

        Bytes are sorted and split several times faster than letters; every text begins and ends with zero.
        """
        return self.joined.replace(SEPARATOR, "\0").encode("cp1251", "replace")

    def words(self, alphabet: str) -> list[bytes]:
        """Return the runs of letters of an alphabet, in their order."""
        return self.letters.translate(_spaces_but(alphabet)).split()

    def signs(self, wanted: str) -> list[bytes]:
        """Return for each text the wanted signs that it has, in their order."""
        return self.letters.translate(None, _all_but(wanted)).split(b"\0")[1:-1]

    def piece_at(self, place: int) -> Piece:
        """Return the text that a place of `joined` belongs to."""
        return self.pieces[bisect_right(self.starts, place) - 1]

    def matches(
        self, pattern: re.Pattern[str], *, lower: bool = False
    ) -> Iterator[tuple[Piece, re.Match[str]]]:
        """Yield every match with its text, in the order of the paper."""
        for match in pattern.finditer(self.lower if lower else self.joined):
            yield self.piece_at(match.start()), match


_walks: ContextVar[dict[int, Printed] | None] = ContextVar("walks", default=None)


@contextmanager
def one_walk() -> Iterator[None]:
    """Let all rules of one paper share one walk over it while the block runs."""
    token = _walks.set({})
    try:
        yield
    finally:
        _walks.reset(token)


def printed_of(data: Mapping[str, Any]) -> Printed:
    """Return the printed texts of form data; inside `one_walk` they are collected once."""
    walks = _walks.get()
    if walks is None:
        return Printed(data)
    if id(data) not in walks:
        walks[id(data)] = Printed(data)
    return walks[id(data)]


@functools.cache
def _all_but(wanted: str) -> bytes:
    kept = wanted.encode("cp1251") + b"\0"
    return bytes(code for code in range(256) if code not in kept)


@functools.cache
def _spaces_but(alphabet: str) -> bytes:
    kept = alphabet.encode("cp1251")
    return bytes(code if code in kept else 32 for code in range(256))


def terms_of(data: Mapping[str, Any]) -> tuple[tuple[str, Period], ...]:
    """Return (path, term) of every term in form data."""
    return printed_of(data).terms


def _collect(
    values: Mapping[str, Any], path: str, found: list[Piece], terms: list[tuple[str, Period]]
) -> None:
    """Append the texts and terms below a mapping; classes are compared, because that is cheap."""
    leads = bool(values.get("sub_actions") or values.get("subclauses"))
    for name, value in values.items():
        if not value or name in _SILENT:
            continue
        kind = value.__class__
        if kind is str:
            if not value.isascii() and _CYRILLIC.search(value):
                found.append(Piece(path + name, value, leads))
        elif kind is list:
            _collect_list(value, path + name, found, terms)
        elif kind is Period:
            terms.append((path + name, value))
        elif kind is dict or (kind not in _LEAVES and isinstance(value, Mapping)):
            _collect(value, f"{path}{name}.", found, terms)


def _collect_list(values: list[Any], path: str, found: list[Piece], terms: list[tuple[str, Period]]) -> None:
    for index, value in enumerate(values):
        if value.__class__ is str:
            if not value.isascii() and _CYRILLIC.search(value):
                found.append(Piece(f"{path}.{index}", value))
        elif value.__class__ is dict or isinstance(value, Mapping):
            _collect(value, f"{path}.{index}.", found, terms)


def shown(text: str) -> str:
    """Return a fragment for a message: one line, not longer than a person reads at a glance."""
    folded = " ".join(text.replace(SEPARATOR, " ").split())
    return folded if len(folded) <= _SHOWN_CHARACTERS else folded[: _SHOWN_CHARACTERS - 1] + "…"


def quoted(fragment: str) -> str:
    """Return a fragment in «…»; one that is a quotation already keeps its own."""
    text = shown(fragment)
    return text if text.startswith("«") and text.endswith("»") else f"«{text}»"


def listed(fragments: list[str], limit: int = 12) -> str:
    """Return «1.4», «1.5», … for a message."""
    texts = [quoted(fragment) for fragment in fragments[:limit]]
    return ", ".join(texts) + (" и др." if len(fragments) > limit else "")


@remembered
def folded(text: str) -> str:
    """Return a text for comparison: lower case, «е» for «ё», letters and digits only."""
    plain = text.lower().replace("ё", "е")
    if "+" not in plain:
        with suppress(UnicodeEncodeError):
            return b" ".join(plain.encode("cp1251").translate(_WORD_SIGNS).split()).decode("cp1251")
    return " ".join(_WORD.findall(plain))


_WORD = re.compile(r"\w+\+?")
# Bytes of the code page that are no part of a word become spaces.
_WORD_SIGNS = bytes(
    code if re.match(r"\w", bytes([code]).decode("cp1251", "ignore")) else 32 for code in range(256)
)
