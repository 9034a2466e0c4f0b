"""The tables and lists of an information note as they are printed: plan and fact, organisations, annexes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms._columns import ColumnPlan, placed
from forms._measures import DASH, decimal_comma, difference, percent

_NAMES_WEIGHT, _VALUES_WEIGHT = 40.0, 16.0


def annex_lines(annexes: list[str]) -> list[str]:
    """Return «Приложение: перечень на 2 л. в 1 экз.», or a heading and numbered lines when there are several."""
    if len(annexes) < 2:
        return [f"Приложение: {annexes[0]}"] if annexes else []
    return ["Приложения:", *(f"{number}. {line}" for number, line in enumerate(annexes, start=1))]


def result_block(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": block["title"],
        "paragraphs": block["text"].split("\n"),
        "plan_fact": _plan_fact(block["plan_fact"]),
        "objects": _objects(block["objects"]),
    }


def _objects(table: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return {grid, heading, lines} of a table by organisations; widths in twentieths of a point."""
    if not table:
        return None
    titles = [table["heading"], *table["columns"]]
    texts = [[row["name"], *row["cells"]] for row in table["rows"]]
    plans = [
        ColumnPlan(str(place), title, _NAMES_WEIGHT if place == 0 else _VALUES_WEIGHT, centred=place > 0)
        for place, title in enumerate(titles)
    ]
    grid = placed(
        plans, [{str(place): [text] for place, text in enumerate(row)} for row in texts], landscape=False
    )

    def line(row: list[str]) -> list[dict[str, Any]]:
        return [{**column, "text": text} for column, text in zip(grid, row, strict=True)]

    return {"grid": grid, "heading": line(titles), "lines": [line(row) for row in texts]}


def _plan_fact(rows: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    lines = [
        _line(str(index), row["name"], row["unit"], row["plan"], row["fact"])
        for index, row in enumerate(rows, 1)
    ]
    parts = [row for row in rows if row["part_of_total"]]
    if parts:
        plan = (
            sum((r["plan"] for r in parts), Decimal()) if all(r["plan"] is not None for r in parts) else None
        )
        fact = sum((r["fact"] for r in parts), Decimal())
        lines.append(_line("", "Итого", parts[0]["unit"], plan, fact))
    return lines


def _line(no: str, name: str, unit: str, plan: Decimal | None, fact: Decimal) -> dict[str, Any]:
    return {
        "no": no,
        "name": name,
        "unit": unit,
        "plan_text": decimal_comma(plan),
        "fact_text": decimal_comma(fact),
        "deviation_text": difference(fact, plan),
        # A percentage of a percentage says nothing.
        "percent_text": percent(fact, plan) if plan is not None and unit != "%" else DASH,
        "total": not no,
    }
