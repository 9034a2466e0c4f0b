"""Payloads put together from the lines of several sheets, with the place of every value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.batches.layout import EXAMPLE, KEY, SheetPlan
from service.batches.rows import Message, Place, Row
from service.batches.tables import Line, Table
from service.batches.values import folded, read_value
from service.form_plan import FieldPlan
from service.importing.grids import Remark
from service.importing.xlsx_tables import UNSOLVED

Path = tuple[str, ...]
_EXCEL_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")


class Assembly:
    """The lines of all sheets by paper.

    Args:
        tables: path of the list from the root -> its sheet; () for the papers.
        remarks: of the reading of the file, those on cells are taken to the papers they belong to.
    """

    def __init__(self, tables: Mapping[Path, Table], remarks: Iterable[Remark]) -> None:
        self._tables = tables
        self._cells: dict[tuple[str, int, int], Remark] = {one.at: one for one in remarks if one.at}
        self._lines: dict[Path, dict[str, list[Line]]] = {}
        self._astray: dict[str, list[Message]] = {}
        self._loose: list[Message] = []
        for path, table in tables.items():
            if path:
                self._lines[path] = self._by_paper(table)
        main = tables[()]
        self._known = {folded(main.key(line, KEY)) for line in main.lines}

    def has_lists(self, key: str) -> bool:
        """Say whether any list has lines of a paper."""
        return bool(key) and any(folded(key) in lines for lines in self._lines.values())

    def row(self, line: Line, key: str, problems: Sequence[Message]) -> Row:
        """Return the paper of a line of the first sheet."""
        table = self._tables[()]
        build = _Build(self._cells)
        build.problems += [*problems, *self._astray.get(folded(key), ())]
        build.places[""] = table.place(line.row)
        lists = {path: lines.get(folded(key), []) for path, lines in self._lines.items()}
        payload = self._payload(table, line, "", lists, build)
        return Row(line.row, key, payload, build.places, tuple(build.problems))

    def strangers(self) -> Iterator[Message]:
        """Yield remarks on lines of lists that belong to no paper of the file."""
        yield from self._loose
        for path, lines in self._lines.items():
            for key, found in lines.items():
                if key not in self._known:
                    table = self._tables[path]
                    text = f"В файле нет документа с таким «{KEY}»: строка не взята."
                    yield Message("error", text, place=table.place(found[0].row, table.keys[KEY]))

    def _by_paper(self, table: Table) -> dict[str, list[Line]]:
        """Group the lines of a list; one without a key is held against the paper above it."""
        found: dict[str, list[Line]] = {}
        last = ""
        for line in table.lines if KEY in table.keys else ():
            key = folded(table.key(line, KEY))
            if key:
                last = key
                if key != EXAMPLE:
                    found.setdefault(key, []).append(line)
            elif last != EXAMPLE and any(column in table.columns for column in line.texts):
                text = f"Не заполнен «{KEY}»: непонятно, к какому документу относится строка."
                message = Message("error", text, place=table.place(line.row, table.keys[KEY]))
                (self._astray.setdefault(last, []) if last else self._loose).append(message)
        return found

    def _payload(
        self, table: Table, line: Line, prefix: str, lists: Mapping[Path, list[Line]], build: _Build
    ) -> dict[str, Any]:
        cells = table.numbers
        inner = {one.path: one for one in table.plan.lists}

        def group(plan: FieldPlan, inside: Path) -> dict[str, Any]:
            made: dict[str, Any] = {}
            for child in plan.fields:
                here = (*inside, child.name)
                dotted = prefix + ".".join(here)
                if child.control == "group":
                    value: Any = group(child, here)
                    keep = child.required or _is_filled(value)
                elif child.control == "rows":
                    value = self._list(inner[here], table, line, dotted, lists, build)
                    keep = child.required or bool(value)
                else:
                    number = cells.get(here, 0)
                    value = build.value(child, table, line, number, dotted) if number else None
                    keep = value is not None
                if keep:
                    made[child.name] = value
            return made

        return group(table.plan.plan, ())

    def _list(
        self,
        plan: SheetPlan,
        around: Table,
        line: Line,
        dotted: str,
        lists: Mapping[Path, list[Line]],
        build: _Build,
    ) -> list[Any]:
        path = next((path for path, table in self._tables.items() if table.plan is plan), None)
        if path is None:
            return []
        table = self._tables[path]
        build.places[dotted] = Place(table.title)
        lines = lists[path]
        if plan.above:
            lines = self._of_row(table, lines, around, line, lists)
        made = []
        for index, one in enumerate(lines):
            build.places[f"{dotted}.{index}"] = table.place(one.row)
            made.append(self._payload(table, one, f"{dotted}.{index}.", lists, build))
        if plan.number:
            build.problems += self._unattached(plan, table, lines, lists)
        return made

    def _of_row(
        self, table: Table, lines: list[Line], around: Table, line: Line, lists: Mapping[Path, list[Line]]
    ) -> list[Line]:
        """Return the lines of a list inside one row of the list around it."""
        siblings = lists[next(path for path, one in self._tables.items() if one is around)]
        wanted = _number(around, line, siblings)
        alone = len(siblings) == 1
        header = table.plan.above
        return [one for one in lines if folded(table.key(one, header) or (alone and wanted) or "") == wanted]

    def _unattached(
        self, plan: SheetPlan, table: Table, lines: list[Line], lists: Mapping[Path, list[Line]]
    ) -> Iterator[Message]:
        """Yield remarks on lines of inner lists that name no row of the list around."""
        numbers = [_number(table, line, lines) for line in lines]
        for path, inner in self._tables.items():
            if inner.plan not in plan.lists:
                continue
            for line in lists[path]:
                text = inner.key(line, plan.number)
                if folded(text) not in numbers and not (not text and len(lines) == 1):
                    said = f"На листе «{table.title}» у этого документа нет строки с «{plan.number}» {text or '…'}."
                    place = inner.place(line.row, inner.keys.get(plan.number, 0))
                    yield Message("error", said, place=place)
        for number in {number for number in numbers if numbers.count(number) > 1}:
            said = f"«{plan.number}» {number} стоит у нескольких строк одного документа."
            place = table.place(lines[numbers.index(number)].row, table.keys.get(plan.number, 0))
            yield Message("error", said, place=place)


class _Build:
    """What is gathered while one payload is put together."""

    def __init__(self, cells: Mapping[tuple[str, int, int], Remark]) -> None:
        self._cells = cells
        self.places: dict[str, Place] = {}
        self.problems: list[Message] = []

    def value(self, plan: FieldPlan, table: Table, line: Line, number: int, dotted: str) -> Any:
        """Return the value of a cell, None for an empty one; keep its place and what is wrong with it."""
        place = self.places[dotted] = table.place(line.row, number)
        for end in range(len(dotted) - 1, 0, -1):
            if dotted[end] == ".":
                self.places.setdefault(dotted[:end], place)
        text = line.texts.get(number, "")
        remark = self._cells.get((table.title, line.row, number))
        if remark is not None:
            wrong = remark.text == UNSOLVED or bool(_EXCEL_ERROR.fullmatch(text))
            self.problems.append(Message("error" if wrong else "warning", _said(remark), dotted, place))
        if not text:
            return None
        read = read_value(plan, text)
        if read.problem:
            self.problems.append(Message("error", read.problem, dotted, place))
        return read.value


def _number(table: Table, line: Line, siblings: list[Line]) -> str:
    """Return what a row of a list is called: its own number, or its place among those of the paper."""
    return folded(table.key(line, table.plan.number)) or str(siblings.index(line) + 1)


def _is_filled(value: Any) -> bool:
    """Say whether a group has any value; required groups inside are there even when they are empty."""
    return any(map(_is_filled, value.values())) if isinstance(value, dict) else value != []


def _said(remark: Remark) -> str:
    if remark.text == UNSOLVED:
        return "В ячейке формула без значения. Откройте файл в Excel и сохраните его, или впишите значение."
    return remark.text
