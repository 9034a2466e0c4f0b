"""The automatic numbers of Word: what stands before a paragraph without being its text.

Owns the counters of lists; they run on through the document, so paragraphs are asked in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_LONGEST_CHAIN, _LONGEST_LABEL, _LARGEST = 10, 40, 9_999
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int


class Numbers:
    """The lists of one document.

    Args:
        numbering: the root of numbering.xml, None without lists.
        styles: the root of styles.xml, None without styles.
    """

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._styles = _styles(styles)
        self._counters: dict[str, list[int]] = {}
        if numbering is not None:
            self._read(numbering)

    def label(self, paragraph: etree._Element) -> str:
        """Return the number or the dash Word shows before the paragraph; "" without one."""
        number, level = self._place(paragraph.find(f"{W}pPr"))
        abstract = self._lists.get(number, "")
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counters = self._counters.setdefault(abstract, [0] * _LEVELS)
        start = self._restarts.pop((number, level), None)
        if start is not None:
            counters[level] = 0
        first = levels[level].start if start is None else start
        counters[level] = counters[level] + 1 if counters[level] else first
        counters[level + 1 :] = [0] * (_LEVELS - level - 1)
        return _printed(levels, level, counters)

    def _place(self, properties: etree._Element | None) -> tuple[str, int]:
        """Return (list, level) of a paragraph: its own, or that of its style or of a style below it."""
        if properties is None:
            return "", 0
        style = self._styles.get(_value(properties, f"{W}pStyle"))
        for _ in range(_LONGEST_CHAIN):
            if properties is not None and (number := _value(properties, f"{W}numPr/{W}numId")):
                return number, min(_whole(_value(properties, f"{W}numPr/{W}ilvl"), 0), _LEVELS - 1)
            if style is None:
                break
            properties = style.find(f"{W}pPr")
            style = self._styles.get(_value(style, f"{W}basedOn"))
        return "", 0

    def _read(self, root: etree._Element) -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            levels = (_level(one) for one in abstract.iter(f"{W}lvl"))
            self._levels[abstract.get(f"{W}abstractNumId", "")] = dict(levels)
        for number in root.iter(f"{W}num"):
            name = number.get(f"{W}numId", "")
            self._lists[name] = _value(number, f"{W}abstractNumId")
            for override in number.iter(f"{W}lvlOverride"):
                start = _value(override, f"{W}startOverride")
                if start.isdecimal():
                    self._restarts[name, _whole(override.get(f"{W}ilvl", ""), 0)] = _whole(start, 1)


def _styles(root: etree._Element | None) -> dict[str, etree._Element]:
    if root is None:
        return {}
    return {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}


def _value(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get(f"{W}val", "")


def _whole(text: str, otherwise: int) -> int:
    return min(int(text[:6]), _LARGEST) if text.isdecimal() else otherwise


def _level(level: etree._Element) -> tuple[int, _Level]:
    made = _Level(
        form=_value(level, f"{W}numFmt") or "decimal",
        text=_value(level, f"{W}lvlText"),
        start=_whole(_value(level, f"{W}start"), 1),
    )
    return _whole(level.get(f"{W}ilvl", ""), 0), made


def _printed(levels: dict[int, _Level], level: int, counters: list[int]) -> str:
    if levels[level].form in {"bullet", "none"}:
        return "–" if levels[level].form == "bullet" else ""
    text = levels[level].text[:_LONGEST_LABEL]
    for index in range(level + 1):
        form = levels[index].form if index in levels else "decimal"
        text = text.replace(f"%{index + 1}", _FORMS.get(form, str)(max(counters[index], 1)))
    return text.strip()


def _roman(value: int) -> str:
    text = ""
    for worth, sign in _ROMAN:
        while value >= worth:
            text, value = text + sign, value - worth
    return text


def _letters(alphabet: str) -> Callable[[int], str]:
    return lambda value: alphabet[(value - 1) % len(alphabet)]


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperRoman": _roman,
    "lowerLetter": _letters(_LATIN),
    "upperLetter": _letters(_LATIN.upper()),
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": _letters(_RUSSIAN.upper()),
}
