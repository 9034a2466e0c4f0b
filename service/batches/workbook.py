"""An uploaded workbook as rows: sheets recognised, tables read, lists joined with their papers."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import forms
from service.batches.assembly import Assembly
from service.batches.guide import GUIDE
from service.batches.layout import EXAMPLE, KEY, MAIN, SheetPlan, book_plan
from service.batches.rows import Message, Place, Row, SourceFile
from service.batches.tables import Line, Table, matching, read_table
from service.batches.values import folded, tidy
from service.errors import BatchInvalid
from service.importing.grids import Grid, Source
from service.importing.xlsx_tables import read_xlsx

LISTS = "Списки"
# Such a share of the columns of another kind is no accident either.
_ALIKE = 0.3
# So many columns of the papers are no accident.
_MANY = 4
_SHOW = "Щёлкните правой кнопкой по ярлыку любого листа, выберите «Показать» и загрузите файл снова."
_TAKE = "Возьмите бланк этого вида и перенесите данные в него."
MOST_LINES = 100_001


def read_workbook(kind_name: str, data: bytes) -> SourceFile:
    """Return the rows of a workbook made from the blank of a kind, or shaped like it.

    Raises:
        BatchInvalid: it is no workbook, or no sheet names the columns of the kind.
        PayloadTooLarge: it is larger than a workbook may be.
    """
    source = read_xlsx(data, tidy=tidy, most_lines=MOST_LINES)
    plan = book_plan(kind_name)
    tables, remarks = _tables(source, plan)
    if () not in tables:
        if hidden := next((title for title in source.hidden if folded(title) == folded(plan.title)), ""):
            raise BatchInvalid(f"Лист «{hidden}» скрыт. {_SHOW}")
        raise BatchInvalid(
            f"В книге нет листа с графами вида «{plan.one}». {_other_kind(source, kind_name) or _TAKE}"
        )
    assembly = Assembly(tables, source.remarks)
    rows = tuple(_rows(tables[()], assembly))
    if not rows:
        raise BatchInvalid(
            f"На листе «{tables[()].title}» нет ни одной заполненной строки. Строка «{EXAMPLE}» не считается: "
            "заполните строки под ней."
        )
    remarks += [*assembly.strangers(), *_general(source, plan)]
    return SourceFile(rows, tuple(remarks), tuple(table.shape() for table in tables.values()))


def _other_kind(source: Source, kind_name: str) -> str:
    """Say whose blank this looks like, for those who chose the wrong kind on the page."""
    grids = [one for one in source.blocks if isinstance(one, Grid) and folded(one.title) == folded(MAIN)]
    plans = {name: book_plan(name) for name in forms.all_kinds() if name != kind_name}
    shares = {
        name: matching(grid, plan) / len(plan.columns) for name, plan in plans.items() for grid in grids
    }
    best = max(shares, key=lambda name: shares[name], default="")
    if not best or shares[best] < _ALIKE:
        return ""
    return f"Похоже, это бланк вида «{plans[best].one}»: тогда выберите этот вид и загрузите файл снова."


def _tables(source: Source, plan: SheetPlan) -> tuple[dict[tuple[str, ...], Table], list[Message]]:
    """Return the tables by the path of their list from the root, and what was not recognised."""
    grids = [grid for grid in source.blocks if isinstance(grid, Grid) and grid.title not in {GUIDE, LISTS}]
    plans = dict(_paths(plan))
    titles = {folded(one.title): path for path, one in plans.items()}
    chosen = {titles[folded(grid.title)]: grid for grid in grids if folded(grid.title) in titles}
    others = [grid for grid in grids if folded(grid.title) not in titles]
    if () not in chosen and others:
        best = max(others, key=lambda grid: matching(grid, plan))
        if matching(best, plan):
            chosen[()] = best
            others.remove(best)
    remarks = [
        _unknown_sheet(grid, plan) for grid in others if any(not line.is_blank() for line in grid.lines)
    ]
    hidden = {folded(title) for title in source.hidden}
    tables: dict[tuple[str, ...], Table] = {}
    for path, one in plans.items():
        grid = chosen.get(path)
        table = read_table(grid, one) if grid else None
        if table:
            tables[path] = table
            remarks += table.remarks
        elif path:
            remarks += _absent(one, grid, hidden=folded(one.title) in hidden)
    return tables, remarks


def _paths(plan: SheetPlan, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], SheetPlan]]:
    yield before, plan
    for one in plan.lists:
        yield from _paths(one, (*before, *one.path))


def _unknown_sheet(grid: Grid, plan: SheetPlan) -> Message:
    place = Place(grid.title)
    if matching(grid, plan) >= min(len(plan.columns), _MANY):
        text = (
            f"Похоже, здесь тоже документы, но читается только лист «{plan.title}»: этот не прочитан. "
            "Перенесите строки туда или загрузите их отдельным файлом."
        )
        return Message("error", text, place=place)
    titles = {folded(one.title): one.title for one in plan.sheets()}
    near = difflib.get_close_matches(folded(grid.title), titles, n=1, cutoff=0.6)
    guess = f" Возможно, вы имели в виду «{titles[near[0]]}»: тогда переименуйте лист." if near else ""
    return Message("warning", f"Лист не распознан и не прочитан.{guess}", place=place)


def _absent(plan: SheetPlan, grid: Grid | None, *, hidden: bool) -> Iterator[Message]:
    if hidden:
        yield Message("error", f"Лист скрыт и не прочитан. {_SHOW}", place=Place(plan.title))
    elif grid is not None and any(not line.is_blank() for line in grid.lines):
        text = "Не найдена строка с заголовками граф. Возьмите заголовки из бланка."
        yield Message("error", text, place=Place(grid.title))
    elif plan.plan.required:
        yield Message("error", f"Нет заполненного листа «{plan.title}», а он обязателен.")


def _rows(table: Table, assembly: Assembly) -> Iterator[Row]:
    """Yield the papers; a line with nothing but a key and no lists is only numbered ahead."""
    seen: dict[str, int] = {}
    for line in table.lines:
        key = table.key(line, KEY)
        if folded(key) == EXAMPLE or not _says_something(table, line, key, assembly):
            continue
        problems = list(_key_problems(table, line, key, seen, needed=bool(table.plan.lists)))
        seen.setdefault(folded(key), line.row)
        yield assembly.row(line, key or f"строка {line.row}", problems)


def _says_something(table: Table, line: Line, key: str, assembly: Assembly) -> bool:
    return any(column in table.columns for column in line.texts) or assembly.has_lists(key)


def _key_problems(
    table: Table, line: Line, key: str, seen: dict[str, int], *, needed: bool
) -> Iterator[Message]:
    place = table.place(line.row, table.keys.get(KEY, 0))
    if not key and needed:
        text = f"Заполните «{KEY}»: по нему к документу относят строки других листов."
        yield Message("error", text, place=place)
    elif key and folded(key) in seen:
        text = f"«{KEY}» {key} уже стоит в строке {seen[folded(key)]}: у каждого документа он свой."
        yield Message("error", text, place=place)


def _general(source: Source, plan: SheetPlan) -> Sequence[Message]:
    """Return what the reading of the file said of no cell: hidden rows, hidden sheets of the coordinator's own."""
    said = [LISTS, GUIDE, *(one.title for one in plan.sheets())]
    titles = {one.place: one.title for one in source.blocks if isinstance(one, Grid)}
    return [
        Message("info", remark.text, place=Place(titles[remark.place]) if remark.place in titles else None)
        for remark in source.remarks
        if remark.at is None and not any(f"«{title}»" in remark.text for title in said)
    ]
