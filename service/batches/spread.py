"""A payload spread over the sheets of a workbook: the inverse of the reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.batches.layout import KEY, Column, SheetPlan
from service.batches.values import cell_value

Line = dict[str, Any]
Spread = dict[str, list[Line]]


def spread_payload(plan: SheetPlan, payload: Mapping[str, Any], key: str) -> Spread:
    """Return sheet title -> lines (header -> value of the cell) of one payload.

    Args:
        plan: the sheet of the papers.
        key: what joins the lines of the sheets to this paper.
    """
    spread: Spread = {sheet.title: [] for sheet in plan.sheets()}
    _spread_row(plan, payload, {KEY: key}, spread)
    return spread


def filled_columns(plan: SheetPlan, spread: Spread) -> list[Column]:
    """Return the columns a sheet needs: all that print or must be filled, and of the others those that are used."""
    used = {header for line in spread[plan.title] for header in line}
    main = [column for column in plan.columns if not column.aside]
    return [*main, *(column for column in plan.columns if column.aside and column.header in used)]


def _spread_row(sheet: SheetPlan, row: Mapping[str, Any], keys: Line, spread: Spread) -> None:
    line = {**keys}
    for column in sheet.columns:
        value = value_at(row, column.path)
        if value is not None and value not in ("", []):
            line[column.header] = cell_value(column.plan, value)
    spread[sheet.title].append(line)
    for one in sheet.lists:
        for index, inner in enumerate(value_at(row, one.path) or [], start=1):
            _spread_row(one, inner, dict(_keys(one, keys, sheet, index)), spread)


def _keys(inner: SheetPlan, keys: Line, outer: SheetPlan, index: int) -> Iterator[tuple[str, Any]]:
    """Give the joining cells of a line: the paper's key, the number of the row around, its own number."""
    yield KEY, keys[KEY]
    if inner.above:
        yield inner.above, keys[outer.number]
    if inner.number:
        yield inner.number, index


def value_at(row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """Return what stands at a path of names; None where a group on the way is missing."""
    value: Any = row
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
