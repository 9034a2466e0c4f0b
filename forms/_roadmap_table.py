"""The table of a roadmap as cells: which column prints what, how wide it is, what is merged.

A cell is {paragraphs, notes, span, merge, width, centred}: `width` in twentieths of a point, `merge` one of
"", "restart", "continue" (vertical). The template loops over lines and cells and knows no column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms._long_tables import cuts
from forms.language.agree import date_in_digits

COLUMNS = {
    "no": "№ п/п",
    "event": "событие",
    "action": "мероприятие (описание действий)",
    "period": "срок",
    "start": "начало срока",
    "end": "окончание срока",
    "q1": "I квартал",
    "q2": "II квартал",
    "q3": "III квартал",
    "q4": "IV квартал",
    "indicator": "показатель реализации",
    "executors": "исполнители",
    "result": "результат",
    "publication": "где размещается результат",
    "consequences": "последствия нереализации",
    "related": "связь с показателями",
    "usage": "использование результатов",
    "note": "примечание",
}
_WEIGHTS = {
    "no": 5,
    "event": 18,
    "action": 34,
    "indicator": 30,
    "result": 24,
    "executors": 17,
    "publication": 16,
    "period": 15,
    "start": 12,
    "end": 12,
    "q1": 8,
    "q2": 8,
    "q3": 8,
    "q4": 8,
}
_TERM_COLUMNS = {"period", "start", "end", "q1", "q2", "q3", "q4"}
_CENTRED = {"no", *_TERM_COLUMNS}
_TEXT_WIDTH_MM = {False: 180, True: 267}
_TWIPS_PER_MM = 1440 / 25.4
_LETTER_MM = 2.15  # a wide letter of the 11-point type of tables
_CELL_MARGINS_MM = 3.5
_NARROWEST_MM = 11.5
_WIDEST_WORD_MM = 38.0
_WORDS = re.compile(r"[\s-]+")
_LANDSCAPE_FROM = 5  # columns; GOST asks for no number, five columns of text do not fit a portrait sheet
_KEPT_WITH_SIGNATURE = 2  # rows; a signature never stands alone on a page
_FIRST_NOTE_ID = 2  # Word keeps 0 and 1 for the separators

Cell = dict[str, Any]


def is_landscape(data: Mapping[str, Any]) -> bool:
    """Return whether the sheet is landscape: as the payload says, or by the number of columns."""
    if data["orientation"] == "auto":
        return len(data["columns"]) >= _LANDSCAPE_FROM
    return bool(data["orientation"] == "landscape")


def placed_columns(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], *, landscape: bool
) -> list[dict[str, Any]]:
    """Return the columns with their width; together they fill the text width exactly.

    A column is at least as wide as its longest word, so that no word is broken where there is room for it.
    """
    total_mm = float(_TEXT_WIDTH_MM[landscape])
    fewest = [float(c["width_mm"] or _word_width_mm(c, rows)) for c in columns]
    weights = [0.0 if c["width_mm"] else float(_WEIGHTS.get(c["key"], 16)) for c in columns]
    widths = list(fewest)
    open_columns = {i for i, weight in enumerate(weights) if weight}
    while open_columns:
        free_mm = total_mm - sum(widths[i] for i in range(len(columns)) if i not in open_columns)
        unit_mm = free_mm / sum(weights[i] for i in open_columns)
        narrow = {i for i in open_columns if unit_mm * weights[i] < fewest[i]}
        if not narrow:
            for i in open_columns:
                widths[i] = unit_mm * weights[i]
            break
        open_columns -= narrow
    scale = total_mm / sum(widths)
    twips = [round(width * scale * _TWIPS_PER_MM) for width in widths]
    twips[-1] += round(total_mm * _TWIPS_PER_MM) - sum(twips)
    return [
        {**column, "width": width, "centred": column["key"] in _CENTRED}
        for column, width in zip(columns, twips, strict=True)
    ]


def _word_width_mm(column: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the width of the longest word of a column with the margins of its cell."""
    texts = [text for row in rows for text in _texts(row, column["key"])]
    title = column["title"].replace("№ ", "№_")  # typography binds the two with a no-break space
    longest = max((len(word) for text in (*texts, title) for word in _WORDS.split(text)), default=0)
    return max(min(longest * _LETTER_MM + _CELL_MARGINS_MM, _WIDEST_WORD_MM), _NARROWEST_MM)


def numbered_notes(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the footnotes in the order of the page, with the ids their marks refer to."""
    notes = [dict(note) for note in data["footnotes"]]
    if data["abbreviations"] and data["abbreviations_place"] == "footnote":
        listed = "; ".join(f"{a['short']} – {a['full']}" for a in data["abbreviations"])
        target = data["columns"][-1]["key"]
        notes.append({"place": "column", "target": target, "text": f"Принятые сокращения: {listed}."})
    keys = [column["key"] for column in data["columns"]]
    numbers = [row["no"] for row in data["rows"]]

    def place(note: Mapping[str, Any]) -> tuple[int, int]:
        if note["place"] == "title":
            return 0, 0
        if note["place"] == "column":
            return 1, keys.index(note["target"])
        return 2, numbers.index(note["target"])

    ordered = sorted(notes, key=place)
    return [{**note, "id": _FIRST_NOTE_ID + index} for index, note in enumerate(ordered)]


def tables(
    columns: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]], lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return {heading, lines} table by table; a footnote stands once, in the first heading.

    No table ends with the heading of a section.
    """
    parts = cuts(len(lines), lambda number: not lines[number - 1]["section"])
    return [
        {"heading": heading_lines(columns, [] if first else notes), "lines": lines[first:last]}
        for first, last in parts
    ]


def heading_lines(
    columns: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]]
) -> list[list[Cell]]:
    """Return the heading: one line, or two where columns share a group."""
    marked = {
        c["key"]: [n for n in notes if n["place"] == "column" and n["target"] == c["key"]] for c in columns
    }
    single = [_cell([c["title"]], c, notes=marked[c["key"]]) for c in columns]
    if not any(column["group"] for column in columns):
        return [single]
    upper: list[Cell] = []
    lower: list[Cell] = []
    for index, column in enumerate(columns):
        if not column["group"]:
            upper.append({**single[index], "merge": "restart"})
            lower.append(_cell([""], column, merge="continue"))
            continue
        lower.append(single[index])
        if index and columns[index - 1]["group"] == column["group"]:
            upper[-1]["span"] += 1
            upper[-1]["width"] += column["width"]
        else:
            upper.append(_cell([column["group"]], column))
    return [upper, lower]


def body_lines(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, Any]],
    notes: Sequence[Mapping[str, Any]],
    *,
    signed: bool,
) -> list[dict[str, Any]]:
    """Return {section, cells} line by line: a section takes the whole width, a measure one line.

    Args:
        rows: the measures.
        columns: the columns with their widths.
        notes: the footnotes with their ids.
        signed: a signature follows, so the last lines stay on its page.
    """
    width = sum(column["width"] for column in columns)
    lines: list[dict[str, Any]] = []
    by_number: dict[str, list[Mapping[str, Any]]] = {}
    for note in notes:
        if note["place"] == "row":
            by_number.setdefault(note["target"], []).append(note)
    first_kept = len(rows) - _KEPT_WITH_SIGNATURE if signed else len(rows)
    for index, row in enumerate(rows):
        if row["section"]:
            section = {"paragraphs": [row["section"]], "span": len(columns), "width": width}
            lines.append({"section": section, "cells": []})
        cells = [_cell(_texts(row, column["key"]), column) for column in columns]
        for cell, column in zip(cells, columns, strict=True):
            cell["keep"] = index >= first_kept
            if column["key"] == "action":
                cell["notes"] = by_number.get(row["no"], [])
        lines.append({"section": None, "cells": cells})
    return lines


def _texts(row: Mapping[str, Any], key: str) -> list[str]:
    if key in _TERM_COLUMNS:
        own = _term_texts(row["period"], key)
        parts = [part for part in row["sub_actions"] if part["period"]]
        return [*own, *_part_terms(parts, key)] or [""]
    value = row[key]
    texts = list(value) if isinstance(value, list) else value.split("\n")
    if key == "action":
        texts += [_part_text(part) for part in row["sub_actions"]]
    return texts or [""]


def _part_text(part: Mapping[str, Any]) -> str:
    return f"{part['no']} {part['text']}".strip()


def _part_terms(parts: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """Return the terms of the parts, each behind the number of its part; a dash is no number."""
    texts = []
    for part in parts:
        number = part["no"] if key == "period" and any(sign.isdigit() for sign in part["no"]) else ""
        texts += [f"{number} {text}".strip() for text in _term_texts(part["period"], key)]
    return texts


def _term_texts(period: Any, key: str) -> list[str]:
    if period is None:
        return []
    if key == "period":
        return str(period).split("\n")
    if key in {"start", "end"}:
        date = period.start if key == "start" else period.end
        return [date_in_digits(date)] if date else []
    return ["+"] if _in_quarter(period, int(key[1])) else []


def _in_quarter(period: Any, quarter: int) -> bool:
    first, last = period.start or period.end, period.end or period.start
    if first is None or last is None:
        return False
    start = dt.date(last.year, 3 * quarter - 2, 1)
    end = dt.date(last.year + quarter // 4, 3 * quarter % 12 + 1, 1) - dt.timedelta(days=1)
    return bool(first <= end and last >= start)


def _cell(
    paragraphs: Sequence[str],
    column: Mapping[str, Any],
    *,
    merge: str = "",
    notes: Sequence[Mapping[str, Any]] = (),
) -> Cell:
    return {
        "paragraphs": list(paragraphs) or [""],
        "notes": list(notes),
        "span": 1,
        "merge": merge,
        "keep": False,
        "width": column["width"],
        "centred": column["centred"],
    }
