"""Payloads put together from the lines of several sheets, with the place of every value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.batches.layout import EXAMPLE, KEY, SheetPlan
from service.batches.rows import Message, Place, Places, Row
from service.batches.steps import Step, steps_of
from service.batches.tables import Line, Table
from service.batches.values import Read, folded
from service.importing.grids import Remark
from service.importing.xlsx_survey import UNSOLVED

Path = tuple[str, ...]
_EMPTY = Read(None)
_MOST_SHOWN = 60
_NO_REMARKS: dict[int, Remark] = {}
_EXCEL_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")


class Assembly:
    """The lines of all sheets by paper.

    Args:
        tables: path of the list from the root -> its sheet; () for the papers.
        remarks: of the reading of the file, those on cells are taken to the papers they belong to.
    """

    def __init__(self, tables: Mapping[Path, Table], remarks: Iterable[Remark]) -> None:
        self._tables = tables
        self._cells: dict[tuple[str, int], dict[int, Remark]] = {}
        for one in remarks:
            if one.at:
                self._cells.setdefault(one.at[:2], {})[one.at[2]] = one
        self._order = {path: number for number, path in enumerate(tables)}
        self._steps = {path: steps_of(table) for path, table in tables.items()}
        self._inner = {
            path: {inner[len(path) :]: inner for inner in tables if _is_inside(inner, path, tables)}
            for path in tables
        }
        self._lines: dict[Path, dict[str, list[Line]]] = {}
        self._astray: dict[str, list[Message]] = {}
        self._loose: list[Message] = []
        for path, table in tables.items():
            if path:
                self._lines[path] = self._by_paper(table)
        main = tables[()]
        self._shapes = tuple(table.shape() for table in tables.values())
        self._known = {folded(main.key(line, KEY)) for line in main.lines}

    def has_lists(self, key: str) -> bool:
        """Say whether any list has lines of a paper."""
        return bool(key) and any(folded(key) in lines for lines in self._lines.values())

    def row(self, line: Line, key: str, problems: Sequence[Message]) -> Row:
        """Return the paper of a line of the first sheet."""
        build = _Build([*problems, *self._astray.get(folded(key), ())])
        lists = {path: lines.get(folded(key), []) for path, lines in self._lines.items()}
        payload = self._payload((), line, "", lists, build)
        places = Places(self._shapes, line.row, build.lists)
        return Row(line.row, key, payload, places, tuple(build.problems))

    def strangers(self) -> Iterator[Message]:
        """Yield remarks on lines of lists that belong to no paper of the file."""
        if KEY not in self._tables[()].keys:  # said once for the sheet, not for every line of every list
            return
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
        self, path: Path, line: Line, prefix: str, lists: Mapping[Path, list[Line]], build: _Build
    ) -> dict[str, Any]:
        table = self._tables[path]
        remarks = self._cells.get((table.title, line.row), _NO_REMARKS)
        for column, text in table.contradictions(line) if table.doubles else ():
            said = f"Графа стоит дважды, а значения разные: здесь «{_shown(text)}». Оставьте одну графу."
            build.problems.append(Message("error", said, place=table.place(line.row, column)))

        def where(step: Step) -> tuple[str, Place]:
            return f"{prefix}{'.'.join(step.path)}", table.place(line.row, step.column)

        def group(steps: tuple[Step, ...]) -> dict[str, Any]:
            made: dict[str, Any] = {}
            for step in steps:
                if step.column:
                    text = line.texts.get(step.column, "")
                    if step.column in remarks:
                        build.problems.append(_noted(remarks[step.column], text, where(step)))
                    read = step.read(text) if text else _EMPTY
                    if read.problem:
                        build.problems.append(Message("error", read.problem, *where(step)))
                    value = read.value
                    keep = value is not None
                elif step.inner:
                    value = group(step.inner)
                    keep = step.plan.required or _is_filled(value)
                else:
                    value = self._list(path, line, step, prefix, lists, build)
                    keep = step.plan.required or bool(value)
                if keep:
                    made[step.plan.name] = value
            return made

        return group(self._steps[path])

    def _list(
        self,
        around: Path,
        line: Line,
        step: Step,
        prefix: str,
        lists: Mapping[Path, list[Line]],
        build: _Build,
    ) -> list[Any]:
        path = self._inner[around].get(step.path)
        if path is None:
            return []
        table, dotted = self._tables[path], f"{prefix}{'.'.join(step.path)}"
        lines = lists[path]
        if table.plan.above:
            lines = self._of_row(table, lines, around, line, lists)
        build.lists[dotted] = (self._order[path], tuple(one.row for one in lines))
        made = [
            self._payload(path, one, f"{dotted}.{index}.", lists, build) for index, one in enumerate(lines)
        ]
        if table.plan.number:
            build.problems += self._unattached(table.plan, table, lines, lists)
        return made

    def _of_row(
        self, table: Table, lines: list[Line], around: Path, line: Line, lists: Mapping[Path, list[Line]]
    ) -> list[Line]:
        """Return the lines of a list inside one row of the list around it."""
        siblings = lists[around]
        wanted = _number(self._tables[around], line, siblings)
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


@dataclass
class _Build:
    """What is gathered while one payload is put together."""

    problems: list[Message] = field(default_factory=list)
    lists: dict[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)


def _is_inside(inner: Path, path: Path, tables: Mapping[Path, Table]) -> bool:
    """Say whether a list stands directly in the rows of another."""
    return tables[inner].plan in tables[path].plan.lists


def _number(table: Table, line: Line, siblings: list[Line]) -> str:
    """Return what a row of a list is called: its own number, or its place among those of the paper."""
    return folded(table.key(line, table.plan.number)) or str(siblings.index(line) + 1)


def _is_filled(value: Any) -> bool:
    """Say whether a group has any value; required groups inside are there even when they are empty."""
    return any(map(_is_filled, value.values())) if isinstance(value, dict) else value != []


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _noted(remark: Remark, text: str, where: tuple[str, Place]) -> Message:
    """Return what the reading of the file said of a cell."""
    wrong = remark.text == UNSOLVED or bool(_EXCEL_ERROR.fullmatch(text))
    return Message("error" if wrong else "warning", _said(remark), *where)


def _said(remark: Remark) -> str:
    if remark.text == UNSOLVED:
        return "В ячейке формула без значения. Откройте файл в Excel и сохраните его, или впишите значение."
    return remark.text
