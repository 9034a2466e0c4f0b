"""A schema as a form needs it: every field with its control, labels and limits, read once per kind.

The form on pages and the Excel blank are made from it; no kind has a special case here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import Schema, fields

import forms
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, Choice, DocDate, LongText, Term, Text, Whole, Yes

Control = Literal[
    "line", "text", "term", "date", "whole", "amount", "choice", "yes", "lines", "texts", "group", "rows"
]

# The first class that fits decides; subclasses stand before their bases.
_CONTROLS: tuple[tuple[type[fields.Field[Any]], Control], ...] = (
    (Group, "group"),
    (Rows, "rows"),
    (Lines, "lines"),
    (Choice, "choice"),
    (Yes, "yes"),
    (Whole, "whole"),
    (Amount, "amount"),
    (DocDate, "date"),
    (Term, "term"),
    (LongText, "text"),
    (Text, "line"),
)


@dataclass(frozen=True)
class FieldPlan:
    """One field of a form.

    Attributes:
        control: how it is filled in; "lines" is one text area with a text a line, "texts" several text areas.
        aside: it does not print and may be left out: shown folded away.
        default: what an untouched control sends.
        options: value and label of each choice.
        one: what a row is called: «Пункт».
        fields: of a group, or of every row.
    """

    name: str
    control: Control
    label: str
    help: str
    placeholder: str
    required: bool
    aside: bool
    default: str = ""
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 0
    one: str = ""
    minimum: int = 0
    maximum: int = 0
    fields: tuple[FieldPlan, ...] = ()

    @property
    def nested(self) -> bool:
        """Whether it holds other fields."""
        return self.control in {"group", "rows"}

    @property
    def repeats(self) -> bool:
        """Whether it has rows that are added and deleted one by one."""
        return self.control in {"rows", "texts"}

    @property
    def longest(self) -> int:
        """How many letters it usually has to show in one line."""
        return max((len(label) for _, label in self.options), default=len(self.placeholder))

    def child(self, name: str) -> FieldPlan | None:
        """Return a field of this group or row by name."""
        return next((plan for plan in self.fields if plan.name == name), None)


@functools.cache
def form_plan(kind_name: str) -> FieldPlan:
    """Return the whole form of a kind as one group."""
    kind = forms.get_kind(kind_name)
    return FieldPlan(
        name="",
        control="group",
        label=kind.title,
        help=kind.about,
        placeholder="",
        required=True,
        aside=False,
        fields=tuple(_plans(kind.schema())),
    )


def _plans(schema: Schema) -> Iterator[FieldPlan]:
    for name, field in schema.fields.items():
        yield _plan(name, field)


def _plan(name: str, field: fields.Field[Any]) -> FieldPlan:
    metadata = field.metadata
    control = _control(field)
    return FieldPlan(
        name=name,
        control=control,
        label=metadata["label"],
        help=metadata["help"],
        placeholder=_placeholder(metadata["example"], control),
        required=field.required,
        aside=not metadata["printed"] and not field.required,
        default=_default(field, control),
        options=_options(field),
        limit=getattr(field, "limit", 0),
        one=metadata.get("one", ""),
        fields=tuple(_nested(field)),
        **_size(field),
    )


def _control(field: fields.Field[Any]) -> Control:
    for known, control in _CONTROLS:
        if isinstance(field, known):
            many_lines = control == "lines" and isinstance(field.inner, LongText)  # type: ignore[attr-defined]  # Lines has it
            return "texts" if many_lines else control
    raise TypeError(f"no control for a field of class {type(field).__name__}")


def _placeholder(example: Any, control: Control) -> str:
    if control in {"choice", "yes"} or example is None:
        return ""
    if control == "date":
        return "дд.мм.гггг"
    if control == "lines":
        return "\n".join(example)
    return str(example[0] if control == "texts" else example)


def _default(field: fields.Field[Any], control: Control) -> str:
    if control == "yes":
        return "yes" if field.load_default else ""
    if control == "choice" and isinstance(field.load_default, str):
        return field.load_default
    return ""


def _options(field: fields.Field[Any]) -> tuple[tuple[str, str], ...]:
    if not isinstance(field, Choice):
        return ()
    options = tuple(field.options.items())
    # A choice that has no default begins empty: nobody's first option is chosen for him.
    return options if isinstance(field.load_default, str) else (("", "– не выбрано –"), *options)


def _nested(field: fields.Field[Any]) -> Iterator[FieldPlan]:
    if isinstance(field, Group):
        yield from _plans(field.schema)
    elif isinstance(field, Rows):
        yield from _plans(field.inner.schema)  # type: ignore[attr-defined]  # the inner field of Rows is Nested


def _size(field: fields.Field[Any]) -> dict[str, int]:
    if not isinstance(field, Rows | Lines):
        return {}
    length: Any = field.validators[0]
    return {"minimum": length.min or 0, "maximum": length.max or 0}
