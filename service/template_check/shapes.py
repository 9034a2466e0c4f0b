"""The shape of what a kind lets a template print: names, parts of names, items of lists.

Fields are known from the schema, derived values from what the samples make of them; what no sample fills stays open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from forms import FormKind
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, DocDate, Term, Yes
from forms.language.period import Period

_TYPES = (
    (bool, "yes"),
    (str, "text"),
    (int, "whole"),
    (dt.date, "date"),
    (Decimal, "number"),
    (Period, "term"),
)
_FIELDS = ((DocDate, "date"), (Amount, "number"), (Term, "term"), (Yes, "yes"), (fields.Integer, "whole"))


@dataclass
class Shape:
    """What may stand under a name.

    Attributes:
        sorts: "text", "whole", "number", "date", "term", "yes", "list", "group"; empty when nobody knows.
        parts: of a group.
        item: of a list; None when no sample has one.
    """

    sorts: set[str] = field(default_factory=set)
    parts: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None

    def add(self, value: Any) -> None:
        """Learn from a value."""
        if isinstance(value, Mapping):
            self.sorts.add("group")
            for name, inner in value.items():
                self.parts.setdefault(str(name), Shape()).add(inner)
        elif isinstance(value, list | tuple):
            self.sorts.add("list")
            for inner in value:
                self.item = self.item or Shape()
                self.item.add(inner)
        elif value is not None:
            self.sorts.add(next((sort for known, sort in _TYPES if isinstance(value, known)), "other"))

    def is_only(self, *sorts: str) -> bool:
        """Return whether it is surely one of these."""
        return bool(self.sorts) and self.sorts <= set(sorts)


def shape_of(kind: FormKind, contexts: Iterable[Mapping[str, Any]]) -> Shape:
    """Return the shape of a kind's context.

    Args:
        kind: its schema is where the fields come from.
        contexts: of its samples.
    """
    known = _schema_shape(kind.schema())
    for context in contexts:
        known.add(context)
    return known


def schema_of(rows: Any) -> Schema:
    """Return the schema of the rows of a list; marshmallow's types know only a field there."""
    schema: Schema = rows.schema
    return schema


def _schema_shape(schema: Schema) -> Shape:
    shape = Shape({"group"})
    for name, one in schema.fields.items():
        if isinstance(one, Group):
            shape.parts[name] = _schema_shape(one.schema)
        elif isinstance(one, Rows):
            shape.parts[name] = Shape({"list"}, item=_schema_shape(schema_of(one.inner)))
        elif isinstance(one, Lines):
            shape.parts[name] = Shape({"list"}, item=Shape({"text"}))
        else:
            shape.parts[name] = Shape(
                {next((sort for known, sort in _FIELDS if isinstance(one, known)), "text")}
            )
    return shape
