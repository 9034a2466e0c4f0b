"""Every printed text of form data with its path: what the rules about wording read.

Owns the walk over loaded form data; knows no kind. Texts are joined into one string, so that a rule is one
search over the whole paper; a match is led back to its text by its place.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any, NamedTuple

from forms.language.period_value import Period

# No text can hold it: the schema refuses what XML refuses. It is neither a letter nor a space.
SEPARATOR = "\uffff"

_CYRILLIC = re.compile("[А-Яа-яЁё]")
# Stored, but not printed as typed: case forms, addresses on the net, codes that point at other fields.
_SILENT = frozenset(
    {"forms", "position_forms", "name_genitive", "gender", "unit", "target", "email", "site", "act"}
)
_SHOWN_CHARACTERS = 70


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
    """All printed texts of a paper, each one findable by its place in `joined`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Collect the texts of form data."""
        found: list[Piece] = []
        _collect(data, "", leads=False, found=found)
        self.pieces = tuple(found)
        self.starts: list[int] = []
        place = 1
        for piece in self.pieces:
            self.starts.append(place)
            place += len(piece.text) + 1
        self.joined = SEPARATOR.join(["", *(piece.text for piece in self.pieces), ""])

    @cached_property
    def lower(self) -> str:
        """The joined text in lower case, of the same length."""
        lowered = self.joined.lower()
        return lowered if len(lowered) == len(self.joined) else self.joined

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


def _collect(value: Any, path: str, *, leads: bool, found: list[Piece]) -> None:
    """Append the texts below a value; the classes of loaded data are asked for first, because they are cheap."""
    kind = value.__class__
    if kind is str:
        if _CYRILLIC.search(value):
            found.append(Piece(path, value, leads))
    elif kind is dict or isinstance(value, Mapping):
        has_parts = bool(value.get("sub_actions") or value.get("subclauses"))
        before = f"{path}." if path else ""
        for name, child in value.items():
            if child and name not in _SILENT:
                _collect(child, before + name, leads=has_parts, found=found)
    elif kind is list:
        for index, child in enumerate(value):
            _collect(child, f"{path}.{index}", leads=False, found=found)


def terms_of(value: Any, path: str = "") -> Iterator[tuple[str, Period]]:
    """Yield (path, term) of every term in form data."""
    if isinstance(value, Period):
        yield path, value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            if child and not isinstance(child, str):
                yield from terms_of(child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from terms_of(child, f"{path}.{index}")


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


# A row is compared with every other one, and the paper is checked again after every change of one row.
@functools.lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return a text for comparison: lower case, «е» for «ё», letters and digits only."""
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))


_WORD = re.compile(r"\w+\+?")
