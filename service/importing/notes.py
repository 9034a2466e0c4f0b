"""Footnotes and abbreviations of a roadmap: real footnotes of Word, and notes typed under a table.

A note is kept with the place of its mark: the title, the heading of a column or the number of a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from service.importing.grids import NOTE_MARK, Remark, quoted, without_marks

_TYPED = re.compile(r"([¹²³⁴-⁹]|\*{1,3})\s*(\S.*)", re.DOTALL)
_ABBREVIATIONS = re.compile(
    r"(?:принятые|используемые|список)?\s*сокращени[яй][^:]{0,40}:\s*(.+)", re.I | re.DOTALL
)
_MEANING = re.compile(r"([^;:–—]{1,40}?)\s+[-–—](?:\s+(\S[^;]*))?")
_LONGEST_MEANING = 400


@dataclass
class Notes:
    """The notes of one file.

    Attributes:
        texts: id of a mark -> text of the note.
    """

    texts: dict[str, str]
    footnotes: list[dict[str, str]] = field(default_factory=list)
    abbreviations: list[dict[str, str]] = field(default_factory=list)
    abbreviations_place: str = "after"
    used: set[str] = field(default_factory=set)

    def take_typed(self, lines: Sequence[str], marked: str) -> list[str]:
        """Take the notes people typed as lines («² Принятые сокращения: …»); return the other lines.

        Args:
            lines: below or between the tables.
            marked: the title and the headings; a note counts only if its mark stands there.
        """
        others: list[str] = []
        for line in map(without_marks, lines):
            found = _TYPED.fullmatch(line)
            if found and found[1] in marked:
                self.texts[found[1]] = found[2]
            elif listed := read_abbreviations(line):
                self.abbreviations += listed
            else:
                others.append(line)
        return others

    def place(self, text: str, place: str, target: str = "", *, last_column: bool = False) -> None:
        """Give the notes marked in a text their place: "title", "column" or "row".

        Args:
            text: with its marks.
            target: the column's key or the row's number.
            last_column: abbreviations may be printed in a note here.
        """
        for mark in self._marks(text):
            if mark in self.used:
                continue
            self.used.add(mark)
            listed = read_abbreviations(self.texts[mark]) if last_column else []
            if listed:
                self.abbreviations += listed
                self.abbreviations_place = "footnote"
                continue
            note = {"place": place, "text": self.texts[mark]}
            self.footnotes.append({**note, "target": target} if target else note)

    def _marks(self, text: str) -> list[str]:
        typed = [mark for mark in re.findall(r"[¹²³⁴-⁹]|\*{1,3}", text) if mark in self.texts]
        return [mark for mark in NOTE_MARK.findall(text) if mark in self.texts] + typed

    def without_typed(self, text: str) -> str:
        """Return the text without the typed marks that have a note."""
        for mark in self.texts:
            if mark in text and _TYPED.match(f"{mark} x"):
                text = text.replace(mark, "")
        return text.strip()

    def unused(self) -> list[Remark]:
        """Return a remark for every note whose mark found no place."""
        lost = [text for mark, text in self.texts.items() if mark not in self.used and text]
        return [
            Remark("сноски", f"Сноска не перенесена, её знак стоит вне заголовков: {quoted(t, 400)}.")
            for t in lost
        ]

    def payload(self) -> dict[str, Any]:
        """Return the fields of the payload; empty ones are left out."""
        fields: dict[str, Any] = {}
        if self.footnotes:
            fields["footnotes"] = self.footnotes
        if self.abbreviations:
            fields["abbreviations"] = self.abbreviations
            fields["abbreviations_place"] = self.abbreviations_place
        return fields


def read_abbreviations(text: str) -> list[dict[str, str]]:
    """Return [{short, full}] of «Принятые сокращения: ОО – …; …»; empty unless all of it reads like this.

    An abbreviation left without a meaning («РО - ;») stays in the list: a check will name it.
    """
    found = _ABBREVIATIONS.fullmatch(text.strip())
    if not found:
        return []
    listed: list[dict[str, str]] = []
    for one in filter(None, (part.strip() for part in found[1].strip().removesuffix(".").split(";"))):
        pair = _MEANING.fullmatch(one)
        meaning = " ".join((pair[2] or "").split()) if pair else ""
        if not pair or len(meaning) > _LONGEST_MEANING:
            return []
        listed.append({"short": pair[1].strip(), "full": meaning})
    return listed
