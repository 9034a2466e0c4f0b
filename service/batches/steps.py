"""The fields of a sheet in the order of the schema, each with its column: worked out once for all lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.batches.tables import Table
from service.batches.values import Read, read_value
from service.form_plan import FieldPlan

# Words that come again and again are few; single texts of a long file should not be kept.
_MOST_KNOWN = 5_000


@dataclass
class Step:
    """A field of one line.

    Attributes:
        path: names from the line to the field.
        column: where it stands; 0 where the sheet has no such column.
        inner: of a group.
    """

    plan: FieldPlan
    path: tuple[str, ...]
    column: int = 0
    inner: tuple[Step, ...] = ()
    _known: dict[str, Read] = field(default_factory=dict)

    def read(self, text: str) -> Read:
        """Return the value of a filled cell."""
        found = self._known.get(text)
        if found is None:
            found = read_value(self.plan, text)
            if len(self._known) < _MOST_KNOWN and not isinstance(
                found.value, list
            ):  # payloads share no lists
                self._known[text] = found
        return found


def steps_of(table: Table) -> tuple[Step, ...]:
    """Return the fields of a sheet; those without a column are left out, groups and lists stay."""
    columns = table.numbers

    def group(plan: FieldPlan, inside: tuple[str, ...]) -> tuple[Step, ...]:
        made = []
        for child in plan.fields:
            here = (*inside, child.name)
            if child.control == "group":
                made.append(Step(child, here, inner=group(child, here)))
            elif child.control == "rows" or here in columns:
                made.append(Step(child, here, columns.get(here, 0)))
        return tuple(made)

    return group(table.plan.plan, ())
