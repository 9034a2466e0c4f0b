"""Paths into a payload in the words of the blank: «signatory.name» is «Подписант: Фамилия, имя, отчество»."""

from __future__ import annotations

from collections.abc import Sequence

import forms
from service.form_plan import FieldPlan, form_plan
from service.packages import PACKAGE

_SHEET = "Лист"


def field_words(kind_name: str, path: str) -> str:
    """Return what people call a field; empty for the paper as a whole.

    A row of a list is called by its number, a name that the kind does not know stays as it is.

    Args:
        kind_name: a known kind, or that of packages.
        path: as in messages, «visits.0.date».
    """
    steps = [step for step in path.split(".") if step and step != "_"]
    words = _member(steps) if kind_name == PACKAGE else _field(kind_name, steps)
    return ": ".join(words)


def _member(steps: Sequence[str]) -> list[str]:
    """Return the words of a path into a package: «order.date», «annexes.0.payload.rows.3.period»."""
    if steps[:1] == ["order"]:
        return ["Приказ", *_field("order", steps[1:])]
    if steps[:1] == ["annexes"] and len(steps) > 1 and steps[1].isdecimal():
        # Which kind an annex is stands in the payload, not in the path: the labels of all kinds are asked.
        inside = steps[3:] if steps[2:3] == ["payload"] else steps[2:]
        return [f"Приложение {int(steps[1]) + 1}", *_of_any_kind(inside)]
    if steps[:1] == ["sheets"] and len(steps) > 1 and steps[1].isdecimal():
        return [f"{_SHEET} {int(steps[1]) + 1}", *_of_any_kind(steps[2:])]
    return list(steps)


def _of_any_kind(steps: Sequence[str]) -> list[str]:
    found = (_field(name, steps) for name in forms.all_kinds() if steps)
    return next((words for words in found if words[:1] != list(steps[:1])), list(steps))


def _field(kind_name: str, steps: Sequence[str]) -> list[str]:
    plan: FieldPlan | None = form_plan(kind_name)
    words: list[str] = []
    for step in steps:
        if plan is not None and step.isdecimal() and words:
            row = f"{plan.one} {int(step) + 1}" if plan.one else f"{plan.label}, {int(step) + 1}-я запись"
            words[-1] = row
            continue
        plan = plan.child(step) if plan is not None else None
        words.append(plan.label if plan is not None else step)
    return words
