"""Tags as a person typed them in Word, to be named in messages: their text and the paragraph around them."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass, replace

from lxml import etree

from service.office_files import Problem, safe_parser

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OPENED = re.compile(r"\{[{%#]")
_PREFIX = re.compile(r"^(\{[{%#])-?(?:tr|tc|p|r)(?=\s)")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_NEAR_CHARS = 60
_OWN = re.compile(r"^\{%-?\s*(grid|width|span|merge|height|landscape|footnote)\s+(.+?)\s*-?%\}$", re.DOTALL)
_LOOP = re.compile(r"(\w+)\s+in\s+(\w+)")
_PLACES = {"document": "текст", "footnotes": "сноски", "endnotes": "концевые сноски"}


@dataclass(frozen=True)
class TypedTag:
    """A tag in the .docx.

    Attributes:
        text: as it was typed, with its braces.
        near: the text of its paragraph, shortened.
        number: among the tags of its part, from 0; -1 when nobody knows.
    """

    text: str
    near: str
    number: int = -1


@dataclass(frozen=True)
class TagProblem(Problem):
    """A problem of a tag.

    Attributes:
        part: where the tag stands: "word/document.xml".
        number: of the tag, as `TypedTag` has it.
        line: of what is no whole tag: its paragraph, by the order of `text_lines`.
    """

    part: str = ""
    number: int = -1
    line: int = -1


class TypedTags:
    """The tags of one part in the order of the file; found again by what patching made of them."""

    def __init__(self, part: str, xml: str) -> None:
        self._part = part
        root = etree.fromstring(xml.encode(), safe_parser())
        self._lines = ["".join(text.text or "" for text in texts) for texts in text_lines(root)]
        self.all = _tags(self._lines)
        self._by_form: dict[str, list[TypedTag]] = defaultdict(list)
        for tag in self.all:
            for form in _forms(tag.text):
                self._by_form[form].append(tag)

    def find(self, patched_tag: str, occurrence: int) -> TypedTag:
        """Return the tag that a patched one was made of; itself when that cannot be said."""
        known = self._by_form.get(_form(patched_tag))
        return known[min(occurrence, len(known) - 1)] if known else TypedTag(html.unescape(patched_tag), "")

    def problem(self, message: str, fix: str, tag: TypedTag | None = None) -> TagProblem:
        """Return what is wrong with a tag, or with the whole part."""
        return TagProblem(self.place(tag), message, fix, self._part, tag.number if tag else -1)

    def unclosed(self) -> TagProblem | None:
        """Return what is wrong with the first braces that are opened and not closed in their paragraph."""
        for number, line in enumerate(self._lines):
            if found := _OPENED.search(TAG.sub(lambda tag: " " * len(tag[0]), line)):
                text = " ".join(line[found.start() :].split())[:_NEAR_CHARS]
                closing = {"{": "}}", "%": "%}", "#": "#}"}[found[0][1]]
                where = self.place(TypedTag(text, _shortened(line, found.start())))
                message = f"Метка «{text}» не закрыта скобками «{closing}»."
                return TagProblem(where, message, "Допишите скобки в том же абзаце.", self._part, line=number)
        return None

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


def text_lines(root: etree._Element) -> list[list[etree._Element]]:
    """Return the texts of every paragraph of a part, in the order in which tags are numbered."""
    paragraphs: dict[etree._Element | None, list[etree._Element]] = {}
    for text in root.iter(f"{_W}t"):
        around = next(text.iterancestors(f"{_W}p"), None)
        paragraphs.setdefault(around, []).append(text)
    return list(paragraphs.values())


def _tags(lines: list[str]) -> list[TypedTag]:
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
    return [replace(tag, number=number) for number, tag in enumerate(reversed(found))]


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
    elif word == "height":
        made.append(f"{{%if {value}%}}")
    elif loop := _LOOP.match(value):
        made = [f"{{%for {value}%}}", f"{{{{{loop[1]}.id}}}}"]
    return [_form(text) for text in made]
