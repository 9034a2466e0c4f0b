"""The table of a roadmap as cells: which column prints what, how wide it is, what is merged.

A cell is {paragraphs, notes, span, merge, width, centred}: `width` in twentieths of a point, `merge` one of
"", "restart", "continue" (vertical). The template loops over lines and cells and knows no column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms._columns import ColumnPlan, placed, title_height
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
_TORN = re.compile(r"(?i)(?<=[–-])\s*\n\s*|(?<=\bдо)\s*\n\s*|\s*\n\s*(?=[–-])")  # a term typed in two lines
_KEPT_WITH_SIGNATURE = 2  # rows; a signature never stands alone on a page
_FIRST_NOTE_ID = 2  # Word keeps 0 and 1 for the separators

Cell = dict[str, Any]


def placed_columns(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], *, landscape: bool
) -> list[dict[str, Any]]:
    """Return the columns of the payload with their width; together they fill the text width exactly."""
    plans = [
        ColumnPlan(
            column["key"],
            column["title"],
            _WEIGHTS.get(column["key"], 16.0),
            column["width_mm"] or 0,
            centred=column["key"] in _CENTRED,
        )
        for column in columns
    ]
    lines = [{column["key"]: _texts(row, column["key"]) for column in columns} for row in rows]
    placed_plans = placed(plans, lines, landscape=landscape)
    return [{**column, **plan} for column, plan in zip(columns, placed_plans, strict=True)]


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
) -> list[dict[str, Any]]:
    """Return the heading as {cells, height}: one line, or two where columns share a group.

    LibreOffice 7.4 forgets on the further pages that a cell merged over two repeated lines made them higher, and
    cuts it off; so the lower line is stated as high as the cells above it need.
    """
    marked = {
        c["key"]: [n for n in notes if n["place"] == "column" and n["target"] == c["key"]] for c in columns
    }
    single = [_cell([c["title"]], c, notes=marked[c["key"]]) for c in columns]
    if not any(column["group"] for column in columns):
        return [{"cells": single, "height": 0}]
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
    over = [(cell["paragraphs"][0], cell["width"]) for cell in upper]
    merged = [title for title, cell in zip(over, upper, strict=True) if cell["merge"]]
    groups = [title for title, cell in zip(over, upper, strict=True) if not cell["merge"]]
    missing = title_height(merged) - title_height(groups) if merged else 0
    return [{"cells": upper, "height": 0}, {"cells": lower, "height": max(missing, 0)}]


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
        return _TORN.sub(" ", str(period)).split("\n")
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
