"""Tags as a person typed them in Word, to be named in messages: their text and the paragraph around them."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from service.office_files import safe_parser

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PREFIX = re.compile(r"^(\{[{%#])-?(?:tr|tc|p|r)(?=\s)")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_NEAR_CHARS = 60
_OWN = re.compile(r"^\{%-?\s*(grid|width|span|merge|landscape|footnote)\s+(.+?)\s*-?%\}$", re.DOTALL)
_LOOP = re.compile(r"(\w+)\s+in\s+(\w+)")
_PLACES = {"document": "текст", "footnotes": "сноски", "endnotes": "концевые сноски"}


@dataclass(frozen=True)
class TypedTag:
    """A tag in the .docx.

    Attributes:
        text: as it was typed, with its braces.
        near: the text of its paragraph, shortened.
    """

    text: str
    near: str


class TypedTags:
    """The tags of one part in the order of the file; found again by what patching made of them."""

    def __init__(self, part: str, xml: str) -> None:
        self._part = part
        self.all = _tags(xml)
        self._by_form: dict[str, list[TypedTag]] = defaultdict(list)
        for tag in self.all:
            for form in _forms(tag.text):
                self._by_form[form].append(tag)

    def find(self, patched_tag: str, occurrence: int) -> TypedTag:
        """Return the tag that a patched one was made of; itself when that cannot be said."""
        known = self._by_form.get(_form(patched_tag))
        return known[min(occurrence, len(known) - 1)] if known else TypedTag(html.unescape(patched_tag), "")

    def place(self, tag: TypedTag | None = None) -> str:
        """Return where a tag stands, for a person."""
        where = part_title(self._part)
        return f"{where}, «{tag.near}»" if tag and tag.near else where


def part_title(part: str) -> str:
    """Return what people call a part: «текст», «колонтитул header1.xml»."""
    name = part.removeprefix("word/").removesuffix(".xml")
    if name.startswith(("header", "footer")):
        return f"колонтитул {name}"
    return _PLACES.get(name, part)


def _tags(xml: str) -> list[TypedTag]:
    paragraphs: dict[etree._Element | None, list[str]] = {}
    for text in etree.fromstring(xml.encode(), safe_parser()).iter(f"{_W}t"):
        around = next(text.iterancestors(f"{_W}p"), None)
        paragraphs.setdefault(around, []).append(text.text or "")
    lines = ["".join(pieces) for pieces in paragraphs.values()]
    found: list[TypedTag] = []
    following = ""
    for line in reversed(lines):
        if TAG.sub("", line).strip():
            following = line
        # A paragraph of tags alone is found by the text behind it.
        own = [
            TypedTag(match[0], _shortened(following, match.start() if line is following else 0))
            for match in TAG.finditer(line)
        ]
        found += reversed(own)
    return found[::-1]


def _shortened(line: str, at: int) -> str:
    if len(line) <= _NEAR_CHARS:
        return line.strip()
    begin = max(0, min(at - _NEAR_CHARS // 3, len(line) - _NEAR_CHARS))
    return f"{'…' if begin else ''}{line[begin : begin + _NEAR_CHARS].strip()}…"


def _form(tag: str) -> str:
    """Return a tag without what patching changes: prefixes of rows and paragraphs, spaces, curly quotes."""
    plain = _PREFIX.sub(r"\1", html.unescape(tag)).translate(_QUOTES)
    return "".join(plain.replace("{%-", "{%").replace("-%}", "%}").split())


def _forms(typed: str) -> list[str]:
    own = _OWN.match(typed)
    if own is None:
        return [_form(typed)]
    word, value = own[1], own[2]
    made = [f"{{{{{value}}}}}"]
    if word == "grid":
        made = [f"{{%for _column in {value}%}}", f'{{{{{value}|sum(attribute="width")}}}}']
    elif word == "span":
        made.append(f"{{%if {value} > 1%}}")
    elif word == "merge":
        made = [f'{{%if {value} == "restart"%}}', f'{{%elif {value} == "continue"%}}']
    elif word == "landscape":
        made = [f"{{%if {value}%}}"]
    elif loop := _LOOP.match(value):
        made = [f"{{%for {value}%}}", f"{{{{{loop[1]}.id}}}}"]
    return [_form(text) for text in made]
