"""Word's automatic numbering: what indent a level brings and which number a paragraph shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from service.layout_rules.values import Raw, W, attribute, child_value, raw_properties, whole

_LETTERS = {
    "russianLower": "абвгдежзиклмнопрстуфхцчшщэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ",
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MOST_ROMAN = 50
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        format: numFmt: "decimal", "bullet", "russianLower" …
        pattern: lvlText: «%1.%2.».
        style_id: the paragraph style tied to this level.
        paragraph: the paragraph properties it brings.
    """

    format: str
    pattern: str
    start: int
    style_id: str
    paragraph: Raw


class Numbering:
    """The lists of a document.

    Args:
        root: word/numbering.xml, or None.
    """

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._numbers: dict[str, str] = {}
        self._overrides: dict[str, dict[int, Level]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        for item in () if root is None else root.iterfind(f"{W}abstractNum"):
            self._abstract[attribute(item, "abstractNumId")] = _levels(item)
        for item in () if root is None else root.iterfind(f"{W}num"):
            number = attribute(item, "numId")
            self._numbers[number] = child_value(item, "abstractNumId")
            for override in item.iterfind(f"{W}lvlOverride"):
                depth = whole(attribute(override, "ilvl"))
                self._overrides.setdefault(number, {}).update(_levels(override))
                if start := child_value(override, "startOverride"):
                    self._starts.setdefault(number, {})[depth] = whole(start)

    def abstract_of(self, number: str) -> str:
        """Return the list that a number belongs to: numbers of one list count together."""
        return self._numbers.get(number, "")

    def level(self, number: str, depth: int) -> Level | None:
        """Return a level of a list, or None: «no list» is number 0."""
        override = self._overrides.get(number, {}).get(depth)
        return override or self._abstract.get(self.abstract_of(number), {}).get(depth)

    def depth_of(self, number: str, style_id: str) -> int:
        """Return the level tied to a style, or the first one."""
        levels = self._abstract.get(self.abstract_of(number), {})
        return next((depth for depth, level in levels.items() if level.style_id == style_id), 0)

    def start(self, number: str, depth: int) -> int:
        """Return the number a level begins with."""
        level = self.level(number, depth)
        return self._starts.get(number, {}).get(depth, level.start if level else 1)

    def restarts(self, number: str) -> bool:
        """Say whether this number begins its list anew."""
        return number in self._starts


class Counter:
    """Counts the paragraphs of a document from its beginning."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, number: str, depth: int) -> str:
        """Return the number that the next paragraph of a list shows: «2.1.»; empty outside a list."""
        level = self._numbering.level(number, depth)
        if level is None or not 0 <= depth <= _DEEPEST:
            return ""
        counts = self._counts.setdefault(self._numbering.abstract_of(number), {})
        if number not in self._begun and self._numbering.restarts(number):
            counts.clear()
        self._begun.add(number)
        counts[depth] = counts.get(depth, self._numbering.start(number, depth) - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return level.pattern
        return re.sub(r"%(\d)", lambda match: self._figure(number, int(match[1]) - 1, counts), level.pattern)

    def _figure(self, number: str, depth: int, counts: dict[int, int]) -> str:
        level = self._numbering.level(number, depth)
        value = counts.setdefault(depth, self._numbering.start(number, depth))
        return _written(value, level.format if level else "decimal")


def _levels(parent: etree._Element) -> dict[int, Level]:
    levels = {}
    for item in parent.iterfind(f"{W}lvl"):
        levels[whole(attribute(item, "ilvl"))] = Level(
            child_value(item, "numFmt") or "decimal",
            child_value(item, "lvlText"),
            whole(child_value(item, "start"), 1),
            child_value(item, "pStyle"),
            raw_properties(item.find(f"{W}pPr")),
        )
    return levels


def _written(value: int, format_name: str) -> str:
    letters = _LETTERS.get(format_name)
    if letters and 0 < value <= len(letters):
        return letters[value - 1]
    if format_name in ("upperRoman", "lowerRoman") and 0 < value <= _MOST_ROMAN:
        roman = ""
        for size, sign in _ROMAN:
            roman += sign * (value // size)
            value %= size
        return roman if format_name == "upperRoman" else roman.lower()
    return str(value)
