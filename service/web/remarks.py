"""Remarks and their places: which control an error or a finding stands beside, and how people call that place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.form_plan import FieldPlan
from service.web.drafts import Draft

_STEP = re.compile(r"[.-]")


@dataclass(frozen=True)
class Remark:
    """A text about a place in the payload: an error of the schema or a finding of the checks."""

    path: str
    text: str
    severity: str = "error"


@dataclass(frozen=True)
class PlacedRemark:
    """A remark, the id of the control it stands beside (empty for none), and how people call that place."""

    remark: Remark
    id: str
    place: str


def remarks_of(messages: Mapping[str, Sequence[str]]) -> list[Remark]:
    """Return the messages of a refusal as remarks."""
    return [Remark(path, text) for path, texts in messages.items() for text in texts]


def place_remarks(plan: FieldPlan, draft: Draft, remarks: Iterable[Remark]) -> tuple[PlacedRemark, ...]:
    """Return every remark with the control of this form that it stands beside."""
    known = dict(_places(plan, draft))
    return tuple(_placed(remark, known) for remark in remarks)


def join(id_: str, name: str) -> str:
    """Return the id of a field inside a group or a row."""
    return f"{id_}-{name}" if id_ else name


def _placed(remark: Remark, known: Mapping[str, str]) -> PlacedRemark:
    """Find the control for a remark: the one at its path, or the nearest around it."""
    steps = [step for step in _STEP.split(remark.path) if step not in {"", "_"}]
    for length in range(len(steps), 0, -1):
        id_ = "-".join(steps[:length])
        if id_ in known:
            beyond = steps[length:]
            line = f", строка {int(beyond[0]) + 1}" if beyond and beyond[0].isdecimal() else ""
            return PlacedRemark(remark, id_, known[id_] + line)
    return PlacedRemark(remark, "", "")


def _places(plan: FieldPlan, draft: Draft, id_: str = "", place: str = "") -> Iterator[tuple[str, str]]:
    """Give every id of the form with the words that lead a person there."""
    for child in plan.fields:
        child_id, value = join(id_, child.name), draft[child.name]
        child_place = f"{place} → {child.label}" if place else child.label
        yield child_id, child_place
        if child.control == "group":
            yield from _places(child, value, child_id, child_place)
        elif child.repeats:
            for index, row in enumerate(value):
                row_place = f"{place} → {child.one} {index + 1}" if place else f"{child.one} {index + 1}"
                yield f"{child_id}-{index}", row_place
                if child.control == "rows":
                    yield from _places(child, row, f"{child_id}-{index}", row_place)
