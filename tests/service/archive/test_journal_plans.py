"""What the journal asks at every page and every registration is answered by its indexes, whatever the size."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from archive_parts import ANNA

from service.archive import Filter
from service.archive.entries import Entries
from service.database import reading, writing
from service.database.tables_registration import journal_entry

MINE = ANNA.organisation_id
NUMBERS = 3_000
ORDERS, DIRECTIVES, NOTES = "order/приказ", "order/распоряжение", "information_note"


@pytest.fixture
def journal(either):
    """A journal of three years; every tenth number is a directive, every hundredth void, the first one a note."""
    engine, archive = either
    with writing(engine) as connection:
        connection.execute(sa.insert(journal_entry), [_number(place) for place in range(1, NUMBERS + 1)])
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(sa.text("ANALYZE journal_entry"))
    return engine, archive.journal


def _number(place):
    series = NOTES if place == 1 else DIRECTIVES if place % 10 == 0 else ORDERS
    year = 2021 + 3 * (place - 1) // NUMBERS
    day = dt.date(year, 1, 1) + dt.timedelta(days=place % 300)
    return {
        "id": f"{place:032x}",
        "organisation_id": MINE,
        "sequence": place,
        "kind": series.partition("/")[0],
        "series": series,
        "year": year,
        "ordinal": None if place % 7 == 0 else place,
        "suffix": 0,
        "number": str(place),
        "number_key": str(place),
        "typed": place % 7 == 0,
        "date": day.isoformat(),
        "backdated": False,
        "state": "void" if place % 100 == 0 else "registered",
        "owner": None,
        "actor_id": ANNA.id,
        "actor_name": ANNA.name,
        "reason": "",
        "reserved_at": "2021-03-19T08:15:30.000000Z",
        "changed_at": "2021-03-19T08:15:30.000000Z",
        "event_number": place,
    }


def _plans(engine, question):
    """Return how the database goes about what a question asks."""
    sent = []

    def keep(_connection, _cursor, statement, parameters, _context, _many):
        sent.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", keep)
    question()
    sa.event.remove(engine, "before_cursor_execute", keep)
    word = (
        "EXPLAIN QUERY PLAN"
        if engine.dialect.name == "sqlite"
        else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)"
    )
    asked = [one for one in sent if one[0].startswith(("SELECT", "WITH"))]
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Three thousand rows are so few that a disk that must seek would rather read them all.
            connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")
        return [
            "\n".join(row[-1] for row in connection.exec_driver_sql(f"{word} {statement}", parameters))
            for statement, parameters in asked
        ]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Filter(), range(1, NUMBERS + 1)),
        (Filter(series=DIRECTIVES), range(10, NUMBERS + 1, 10)),
        (Filter(series="order"), range(2, NUMBERS + 1)),
        (Filter(series=NOTES), [1]),
        (Filter(series="order/при"), []),
        (Filter(series="roadmap"), []),
        (Filter(state="void"), range(100, NUMBERS + 1, 100)),
        (Filter(state="superseded"), []),
        (Filter(year=2022, series=DIRECTIVES, state="void"), range(1100, 2001, 100)),
    ],
)
def test_a_page_is_right_and_looks_at_no_other_numbers(journal, chosen, expected):
    engine, pages = journal
    numbers = [str(place) for place in expected]

    page = pages.listing(MINE, chosen, limit=20)
    plans = _plans(engine, lambda: pages.listing(MINE, chosen, limit=20))

    assert [one.number for one in page.items] == numbers[::-1][:20]
    assert [one.number for one in pages.in_order(MINE, chosen)] == numbers
    if page.next_cursor:
        following = pages.listing(MINE, chosen, limit=20, cursor=page.next_cursor)
        assert [one.number for one in following.items] == numbers[::-1][20:40]
    assert "Seq Scan on journal_entry" not in "".join(plans)
    assert "SCAN journal_entry" not in "".join(plans)


def test_years_and_series_are_steps_of_an_index(journal):
    engine, pages = journal

    assert pages.years(MINE) == [2023, 2022, 2021]
    assert pages.series(MINE) == [NOTES, ORDERS, DIRECTIVES]
    for question in (lambda: pages.years(MINE), lambda: pages.series(MINE)):
        (plan,) = _plans(engine, question)
        assert "Seq Scan on journal_entry" not in plan
        assert "RECURSIVE" in plan.upper() or "steps" in plan


@pytest.mark.parametrize("asked", ["last_dated", "newest_entry"])
def test_the_next_number_sorts_nothing(journal, asked):
    engine, _ = journal
    found = []

    def question():
        with reading(engine) as connection:
            found.append(getattr(Entries(connection, MINE), asked)(ORDERS, 2022))

    (plan,) = _plans(engine, question)

    assert found[0]["date" if asked == "last_dated" else "number"] == _last(asked)
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def _last(asked):
    rows = [
        row for row in map(_number, range(1, NUMBERS + 1)) if (row["series"], row["year"]) == (ORDERS, 2022)
    ]
    if asked == "last_dated":
        return max(row["date"] for row in rows)
    return max((row for row in rows if not row["typed"]), key=lambda row: row["ordinal"])["number"]
