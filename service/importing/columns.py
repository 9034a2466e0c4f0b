"""The columns of a found table: every one gets a key, the unknown ones a free key and a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from forms._roadmap_table import COLUMNS
from service.errors import BatchInvalid
from service.importing.grids import Grid, Remark, column_letters, quoted
from service.importing.headings import Column, Heading

# Text columns an unknown heading may borrow: it is printed under the author's own heading.
_FREE_KEYS = ("note", "result", "usage", "related", "consequences", "indicator", "publication", "event")
_SITE = re.compile(r"сайт|https?:|www\.|страниц|портал", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+(?:\.\s?\d+)*\.?")


def complete_columns(grid: Grid, heading: Heading) -> tuple[tuple[Column, ...], list[Remark]]:
    """Return (columns, remarks): no column without a key or a heading, empty nameless ones left out.

    Raises:
        BatchInvalid: there are more unknown columns than free keys.
    """
    taken = {column.key for column in heading.columns}
    columns: list[Column] = []
    remarks: list[Remark] = []
    for order, column in enumerate(heading.columns):
        if column.key:
            columns.append(column)
            continue
        texts = list(_texts(grid, heading, column))
        if not texts and not column.title:
            continue
        named = _named(column, texts, taken, is_first=order == 0)
        taken.add(named.key)
        columns.append(named)
        name = column_letters(column.begin) if grid.lettered else str(order + 1)
        known = f"Заголовок {quoted(column.title)} незнаком" if column.title else "У графы нет заголовка"
        text = f"{known}: графа перенесена как «{COLUMNS[named.key]}»."
        remarks.append(Remark(f"{grid.place}, графа {name}", text))
    return tuple(columns), remarks


def _texts(grid: Grid, heading: Heading, column: Column) -> Iterator[str]:
    for line in grid.lines[heading.first + heading.depth :]:
        for begin, cell in line.placed():
            if cell.text and column.begin <= begin < column.end and cell.span == column.end - column.begin:
                yield cell.text


def _named(column: Column, texts: Sequence[str], taken: set[str], *, is_first: bool) -> Column:
    """Return a column we have no name for with a free key; a nameless one gets a heading too."""
    if not column.title:
        if is_first and "no" not in taken and all(map(_NUMBERED.fullmatch, texts)):
            return replace(column, key="no", title="№ п/п")
        if "publication" not in taken and sum(bool(_SITE.search(text)) for text in texts) * 2 >= len(texts):
            return replace(column, key="publication", title="Размещение результата")
    key = next((key for key in _FREE_KEYS if key not in taken), "")
    if not key:
        example = f"например {quoted(column.title)}" if column.title else "в том числе без заголовка"
        raise BatchInvalid(f"В таблице слишком много граф с незнакомыми заголовками, {example}.")
    return replace(column, key=key, title=column.title or COLUMNS[key].capitalize())
