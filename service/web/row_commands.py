"""What the buttons at rows do to a draft: add, delete, copy, move up and down."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from service.errors import InputError
from service.form_plan import FieldPlan
from service.web.drafts import Draft, blank_row, count_rows

MAX_ROWS = 300
VERBS = frozenset({"add", "delete", "copy", "up", "down"})
TOO_MANY = (
    f"В форме помещается не больше {MAX_ROWS} строк. Большой документ удобнее подготовить в файле JSON "
    "и передать на странице «Загрузить JSON»."
)


@dataclass(frozen=True)
class Changed:
    """A draft after a button, and the path of what the eye should be on now."""

    draft: Draft
    focus: str


def is_row_command(action: str) -> bool:
    """Say whether a button's value is one of ours: «add:clauses», «up:clauses-3»."""
    return action.partition(":")[0] in VERBS


def changed(plan: FieldPlan, draft: Draft, action: str) -> Changed:
    """Return the draft after a button; the given one is left alone.

    Raises:
        InputError: there is no such row or field, or the form is full.
    """
    verb, _, path = action.partition(":")
    whole = copy.deepcopy(draft)
    if verb == "add":
        field, rows = _rows(plan, whole, path)
        _require_room(whole, field, rows)
        rows.append(blank_row(field))
        return Changed(whole, f"{path}-{len(rows) - 1}")
    owner, _, digits = path.rpartition("-")
    field, rows = _rows(plan, whole, owner)
    place = _place(digits, rows)
    if verb == "copy":
        _require_room(whole, field, rows)
        rows.insert(place + 1, copy.deepcopy(rows[place]))
        place += 1
    elif verb == "delete":
        del rows[place]
        place = min(place, len(rows) - 1)
    else:
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            place = other
    return Changed(whole, f"{owner}-{place}" if rows else owner)


def _rows(plan: FieldPlan, draft: Draft, path: str) -> tuple[FieldPlan, list[Any]]:
    """Return the repeated field at a path with its rows in the draft."""
    steps, field, value = path.split("-"), plan, draft
    found: Any = value
    for step in steps:
        if isinstance(found, list):
            found = found[_place(step, found)]
            continue
        child = field.child(step)
        if child is None or not isinstance(found, dict):
            raise _no_row()
        field, found = child, found[step]
    if not field.repeats or not isinstance(found, list):
        raise _no_row()
    return field, found


def _place(digits: str, rows: list[Any]) -> int:
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4 and int(digits) < len(rows)):
        raise _no_row()
    return int(digits)


def _no_row() -> InputError:
    return InputError("В форме нет такой строки. Откройте страницу заново.")


def _require_room(draft: Draft, field: FieldPlan, rows: list[Any]) -> None:
    if count_rows(draft) >= MAX_ROWS:
        raise InputError(TOO_MANY)
    if field.maximum and len(rows) >= field.maximum:
        raise InputError(f"{field.label}: строк может быть не больше {field.maximum}.")
