"""How a kind lies in a workbook: one sheet of papers, one sheet for every list, a column for every field.

A list hangs on its paper by the column KEY, a list inside a list by the number of its row. Read from the schema,
for every kind alike; the blank, the reader and the verdicts all ask here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.form_plan import FieldPlan, form_plan

MAIN = "Документы"
KEY = "№ в файле"
STATUS, REMARKS, NUMBER, FILE = "Статус", "Замечания", "Рег. номер", "Файл"
EXAMPLE = "пример"
_LONGEST_TITLE = 31  # Excel's own limit
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        path: names of the fields that lead to the value, groups first.
        header: what stands above it, unique on its sheet.
        required: every row needs a value.
        aside: not printed and optional; the blank has it only when its example fills it.
        rare: one of a whole group of such fields, as the cases of a name; the blank never has it.
    """

    path: tuple[str, ...]
    header: str
    plan: FieldPlan
    required: bool
    aside: bool
    rare: bool


@dataclass(frozen=True)
class SheetPlan:
    """A sheet: the papers, or the rows of one list.

    Attributes:
        plan: the fields of one row.
        path: from the row of the sheet above to the list; empty for the papers.
        one: what a row is called.
        number: the header of the column that numbers the rows for a list inside; empty without one.
        above: the header of the column that names the row of the list around; empty for lists of a paper.
    """

    title: str
    plan: FieldPlan
    path: tuple[str, ...]
    one: str
    columns: tuple[Column, ...]
    number: str = ""
    above: str = ""
    lists: tuple[SheetPlan, ...] = field(default=())

    @property
    def keys(self) -> tuple[str, ...]:
        """The headers of the columns that join rows, in their order."""
        return tuple(header for header in (KEY, self.above, self.number) if header)

    @property
    def remarks(self) -> str:
        """The header of the column for verdicts: kinds may have «Замечания» of their own."""
        taken = {column.header for column in self.columns}
        return f"{REMARKS} программы" if REMARKS in taken else REMARKS

    def sheets(self) -> Iterator[SheetPlan]:
        """Yield this sheet and those of all its lists."""
        yield self
        for one in self.lists:
            yield from one.sheets()


@functools.cache
def book_plan(kind_name: str) -> SheetPlan:
    """Return the sheet of the papers of a kind, with the sheets of its lists."""
    root = form_plan(kind_name)
    titles = {MAIN.casefold()}
    return SheetPlan(
        title=MAIN,
        plan=root,
        path=(),
        one=root.label,
        columns=tuple(_columns(root, (), "", required=True)),
        lists=tuple(_lists(root, (), "", titles, above="")),
    )


def _columns(
    group: FieldPlan, path: tuple[str, ...], before: str, *, required: bool, rare: bool = False
) -> Iterator[Column]:
    for plan in group.fields:
        here, header = (*path, plan.name), f"{before}{plan.label}"
        needed = required and plan.required
        if plan.control == "group":
            yield from _columns(plan, here, f"{header}: ", required=needed, rare=rare or plan.aside)
        elif plan.control != "rows":
            yield Column(here, header, plan, needed, rare or plan.aside, rare)


def _lists(
    group: FieldPlan, path: tuple[str, ...], before: str, titles: set[str], *, above: str
) -> Iterator[SheetPlan]:
    for plan in group.fields:
        here = (*path, plan.name)
        if plan.control == "group":
            yield from _lists(plan, here, plan.label, titles, above=above)
        elif plan.control == "rows":
            yield _list_sheet(plan, here, before or plan.label, titles, above=above)


def _list_sheet(
    plan: FieldPlan, path: tuple[str, ...], label: str, titles: set[str], *, above: str
) -> SheetPlan:
    title = _sheet_title(label, titles)
    number = f"{plan.one} №" if any(_lists(plan, (), "", set(), above="")) else ""
    return SheetPlan(
        title=title,
        plan=plan,
        path=path,
        one=plan.one,
        columns=tuple(_columns(plan, (), "", required=True)),
        number=number,
        above=above,
        lists=tuple(_lists(plan, (), "", titles, above=number)),
    )


def _sheet_title(label: str, titles: set[str]) -> str:
    """Return a name that Excel takes and no other sheet of the book has."""
    plain = " ".join(_NOT_IN_TITLES.sub(" ", label).split()).strip("'")
    title, count = plain[:_LONGEST_TITLE].strip(), 1
    while title.casefold() in titles:
        count += 1
        title = f"{plain[: _LONGEST_TITLE - 3].strip()} {count}"
    titles.add(title.casefold())
    return title
