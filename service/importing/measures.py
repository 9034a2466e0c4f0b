"""A measure as typed becomes a row of the payload: its term, its parts, its lists, the marks of its notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.importing.grids import Remark, one_line, without_marks
from service.importing.headings import Column
from service.importing.notes import Notes
from service.importing.roadmap_parts import Parts, listed_terms, numbered_terms, split_action
from service.importing.roadmap_rows import RawRow
from service.importing.roadmap_terms import TERM_KEYS, doubt, wording

_LISTS = {"executors", "publication"}
_READ_APART = {"no", "action", *TERM_KEYS}


class MeasureReader:
    """Reads the measures of one table.

    Args:
        columns: of the table.
        year: of the document.
        notes: get the marks that stand in a measure.
        remarks: get what was assumed.
    """

    def __init__(
        self, columns: Sequence[Column], year: int | None, notes: Notes, remarks: list[Remark]
    ) -> None:
        self._keys = [column.key for column in columns if column.key not in _READ_APART]
        self._year = year
        self._notes = notes
        self._remarks = remarks
        self._assumed: set[str] = set()

    def row(self, raw: RawRow) -> dict[str, Any]:
        """Return a row of the payload; empty fields are left out, the action never is."""
        number = one_line(without_marks(raw.texts.get("no", "")))
        self._place_notes(raw, number)
        texts = {key: without_marks(text) for key, text in raw.texts.items()}
        row: dict[str, Any] = {"section": without_marks(raw.section), "no": number}
        for key in self._keys:
            text = texts.get(key, "")
            row[key] = _entries(text) if key in _LISTS else text
        term, assumed = wording(texts, self._year)
        if assumed and assumed not in self._assumed:
            self._assumed.add(assumed)
            self._remark(raw, f"{assumed} Так прочитаны и остальные строки.")
        row["action"], row["period"], row["sub_actions"] = self._parts(
            raw, texts.get("action", ""), number, term
        )
        for one in (row["period"], *(part.get("period", "") for part in row["sub_actions"])):
            if text := doubt(one, self._year):
                self._remark(raw, text)
        return {key: value for key, value in row.items() if value or key == "action"}

    def _remark(self, raw: RawRow, text: str) -> None:
        self._remarks.append(Remark(raw.place, text))

    def _parts(
        self, raw: RawRow, action: str, number: str, term: str
    ) -> tuple[str, str, list[dict[str, str]]]:
        """Return (action, own term, parts): parts only where they are clearly marked."""
        parts = split_action(action, number)
        if parts is None:
            return action, term, []
        marks = [mark for mark, _ in parts.items]
        if parts.by_mark and (terms := numbered_terms(term, marks)):
            own, by_mark = terms
            return parts.lead, own, _part_fields(parts, [by_mark.get(mark, "") for mark in marks])
        if listed := listed_terms(term, len(marks)):
            self._remark(raw, "Сроки отнесены к частям мероприятия по порядку.")
            return parts.lead, "", _part_fields(parts, listed)
        if not parts.by_mark:
            return action, term, []
        return parts.lead, term, _part_fields(parts, [""] * len(marks))

    def _place_notes(self, raw: RawRow, number: str) -> None:
        for key, text in {"section": raw.section, **raw.texts}.items():
            if without_marks(text) == text.strip():
                continue
            if not number:
                self._remark(raw, "У строки со сноской нет номера: сноска не перенесена.")
                continue
            if key != "action":
                self._remark(raw, "Знак сноски стоит не в мероприятии: сноска отнесена к строке.")
            self._notes.place(text, "row", number)


def _entries(text: str) -> list[str]:
    """Return one entry a line; «(далее – ДО)» on a line of its own belongs to the line above."""
    entries: list[str] = []
    for line in filter(None, text.split("\n")):
        if line.startswith("(") and entries:
            entries[-1] = f"{entries[-1]} {line}"
        else:
            entries.append(line)
    return entries


def _part_fields(parts: Parts, terms: Sequence[str]) -> list[dict[str, str]]:
    fields = []
    for (mark, text), term in zip(parts.items, terms, strict=True):
        made = {"no": mark, "text": text}
        fields.append({**made, "period": term} if term else made)
    return fields
