"""Which row of a new list was which row of the old one: kept, changed, moved, added or removed.

Knows values only. Equal rows find each other wherever they stand; of the others the likest do; so one inserted
row is one addition and not a change of every row behind it.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.archive.canonical import canonical_json

# Half of the words in common; a row of at most so many values that stands between the same neighbours is the
# same row even when all of it was typed anew.
LIKE = 0.5
FEW_VALUES = 3
# Beyond this many comparisons changed rows are paired by their places.
MAX_COMPARISONS = 250_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Matched:
    """How the rows of two lists belong together; indexes are 0-based.

    Attributes:
        pairs: (old index, new index), in the new order.
        moved: those of the pairs that stand in another order than before.
        removed: old indexes without a partner.
        added: new indexes without a partner.
    """

    pairs: tuple[tuple[int, int], ...]
    moved: frozenset[tuple[int, int]]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def match_rows(old: Sequence[Any], new: Sequence[Any], *, known_by: Callable[[Any], str]) -> Matched:
    """Return how the rows of two lists belong together.

    Args:
        old: rows before.
        new: rows now.
        known_by: the text by which people know a row.
    """
    partner = _equal_rows([canonical_json(row) for row in old], [canonical_json(row) for row in new])
    left = _Left([_Row(row, known_by) for row in old], [_Row(row, known_by) for row in new])
    _match_neighbours(partner, left)
    _match_like(partner, left)
    _match_neighbours(partner, left, few_values=True)
    pairs = tuple((partner[index], index) for index in range(len(new)) if index in partner)
    taken = set(partner.values())
    return Matched(
        pairs=pairs,
        moved=frozenset(pairs) - frozenset(_longest_rise(pairs)),
        removed=tuple(index for index in range(len(old)) if index not in taken),
        added=tuple(index for index in range(len(new)) if index not in partner),
    )


def _equal_rows(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return new index -> old index of equal rows; those in the same order first."""
    partner: dict[int, int] = {}
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for block in matcher.get_matching_blocks():
        partner.update((block.b + step, block.a + step) for step in range(block.size))
    taken = set(partner.values())
    places = defaultdict(list)
    for index in range(len(old) - 1, -1, -1):
        if index not in taken:
            places[old[index]].append(index)
    for index, text in enumerate(new):
        if index not in partner and places[text]:
            partner[index] = places[text].pop()
    return partner


class _Row:
    """A row as it is compared; read when it is first needed, because most rows are equal."""

    def __init__(self, value: Any, known_by: Callable[[Any], str]) -> None:
        self._value = value
        self._known_by = known_by

    @cached_property
    def size(self) -> int:
        return sum(1 for _ in _leaves(self._value))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for text in _leaves(self._value) for word in _WORD.findall(str(text).lower()))

    @cached_property
    def name(self) -> str:
        return self._known_by(self._value)

    def likeness(self, other: _Row) -> float:
        """Return how like two rows are, 0 to 1; rows of one name are like each other."""
        both = self.words | other.words
        common = len(self.words & other.words) / len(both) if both else 1.0
        return max(common, LIKE + common / 2) if self.name and self.name == other.name else common


@dataclass(frozen=True)
class _Left:
    old: Sequence[_Row]
    new: Sequence[_Row]


def _match_neighbours(partner: dict[int, int], left: _Left, *, few_values: bool = False) -> None:
    """Pair rows between the same neighbours, in their order, when they are like each other or hold little."""
    for olds, news in _gaps(partner, len(left.old), len(left.new)):
        if len(olds) == len(news):
            for old_index, new_index in zip(olds, news, strict=True):
                before, now = left.old[old_index], left.new[new_index]
                little = few_values and max(before.size, now.size) <= FEW_VALUES
                if little or before.likeness(now) >= LIKE:
                    partner[new_index] = old_index


def _gaps(partner: dict[int, int], old_size: int, new_size: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows without partners that stand between the same partners."""
    taken = set(partner.values())
    old_before, new_before = -1, -1
    for new_place in [*sorted(partner), new_size]:
        old_place = partner.get(new_place, old_size)
        if old_place > old_before:
            olds = [index for index in range(old_before + 1, old_place) if index not in taken]
            news = [index for index in range(new_before + 1, new_place) if index not in partner]
            if olds and news:
                yield olds, news
            old_before = old_place
        new_before = new_place


def _match_like(partner: dict[int, int], left: _Left) -> None:
    """Pair the likest of the rows that are left, wherever they stand."""
    taken = set(partner.values())
    olds = [index for index in range(len(left.old)) if index not in taken]
    news = [index for index in range(len(left.new)) if index not in partner]
    if not olds or not news or len(olds) * len(news) > MAX_COMPARISONS:
        return
    likeness = [(left.old[one].likeness(left.new[other]), one, other) for one in olds for other in news]
    for like, one, other in sorted(likeness, key=lambda found: (-found[0], abs(found[1] - found[2]), found)):
        if like < LIKE:
            break
        if one not in taken and other not in partner:
            partner[other] = one
            taken.add(one)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif value not in (None, ""):
        yield value


def _longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs whose old indexes rise as the new ones do: the rows that did not move."""
    best: list[int] = []  # place in `pairs` of the smallest end of a rise of this length
    before: list[int] = []
    for place, (old_index, _) in enumerate(pairs):
        low, high = 0, len(best)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if pairs[best[middle]][0] < old_index else (low, middle)
        before.append(best[low - 1] if low else -1)
        best[low : low + 1] = [place]
    found, place = [], best[-1] if best else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found
