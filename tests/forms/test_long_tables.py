"""Long lists are several tables: LibreOffice 7.4 needs more than square time for one.

Two thousand schools in one table took it more than a minute, a thousand of one coordinator 40 seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import forms
from forms._long_tables import LONGEST, cuts
from service.backends import TEMPLATES
from service.filling import CompiledTemplate
from service.filling.document import read_parts
from tests.samples import read_sample

_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_ROW = re.compile(r"<w:tr>.*?</w:tr>", re.DOTALL)
Change = Callable[[dict[str, Any], int], None]


def filled(name: str, key: str, count: int, change: Change = lambda row, number: None) -> str:
    """Return the body of a paper with the rows of a sample again and again."""
    kind = forms.get_kind(name.split(".")[0])
    data = kind.load(read_sample(name))
    rows = [dict(data[key][n % len(data[key])]) for n in range(count)]
    for number, row in enumerate(rows):
        change(row, number)
    template = CompiledTemplate((TEMPLATES / f"{kind.name}.docx").read_bytes(), name=kind.name)
    docx = template.fill(kind.context({**data, key: rows}), title="")
    return read_parts(docx)["word/document.xml"].decode()


def long_tables(body: str) -> list[list[str]]:
    """Return the rows of every table with a heading that is repeated."""
    return [_ROW.findall(table) for table in _TABLE.findall(body) if "<w:tblHeader/>" in table]


def longest_run_of_merged_cells(rows: list[str]) -> int:
    longest = run = 0
    for row in rows:
        run = run + 1 if "<w:vMerge/>" in row else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize(("name", "key"), [("school_list", "schools"), ("roadmap.003", "rows")])
def test_a_long_list_is_several_tables_each_with_its_heading(name, key):
    tables = long_tables(filled(name, key, 1_000))

    assert len(tables) >= 5
    assert all(len(rows) <= LONGEST + rows[:3].count(rows[0]) + 2 for rows in tables)
    assert all("<w:tblHeader/>" in rows[0] for rows in tables)


@pytest.mark.parametrize(("name", "key"), [("school_list", "schools"), ("roadmap.003", "rows")])
def test_a_list_of_some_pages_is_one_table(name, key):
    body = filled(name, key, 100)

    assert len(long_tables(body)) == 1
    assert '"TablePart"' not in body


def test_every_further_table_begins_a_page():
    body = filled("school_list", "schools", 1_000)

    assert body.count('"TablePart"') == len(long_tables(body)) - 1


def test_merged_cells_never_reach_over_a_table_and_say_their_text_again():
    tables = long_tables(filled("school_list", "schools", 1_000))

    assert max(map(longest_run_of_merged_cells, tables)) < LONGEST
    for rows in tables:
        assert "<w:vMerge/>" not in rows[1]
        assert "Горелов Антон Викторович" in rows[1]


def test_a_table_ends_where_a_coordinator_ends():
    def coordinator(row: dict[str, Any], number: int) -> None:
        row["coordinator"] = {"last": f"Фамилия{number // 10}", "first": "Антон", "middle": "", "sex": ""}

    tables = long_tables(filled("school_list", "schools", 500, coordinator))

    assert len(tables) == 3
    names = [set(re.findall(r"Фамилия\d+", "".join(rows))) for rows in tables]
    assert not names[0] & names[1]
    assert not names[1] & names[2]


def test_every_row_is_printed_once():
    body = filled("school_list", "schools", 1_000)

    numbers = [
        re.findall(r">(\d+)</w:t>", rows_of_one)[0] for rows in long_tables(body) for rows_of_one in rows[1:]
    ]
    assert numbers == [str(number) for number in range(1, 1_001)]


def test_a_footnote_of_the_heading_stands_once():
    body = filled("roadmap.003", "rows", 1_000)
    once = filled("roadmap.003", "rows", 47)

    assert body.count("<w:footnoteReference") <= once.count("<w:footnoteReference") * 22
    for later in long_tables(body)[1:]:
        assert "<w:footnoteReference" not in later[0]


@pytest.mark.parametrize("count", [0, 1, 200, 201, 399, 401, 1_999, 5_000])
def test_cuts_cover_every_line_in_even_parts(count):
    parts = list(cuts(count, lambda number: number % 7 == 0))

    assert [first for first, _ in parts] == [0, *(last for _, last in parts[:-1])][: len(parts)]
    assert sum(last - first for first, last in parts) == count
    assert all(0 < last - first <= LONGEST for first, last in parts)
