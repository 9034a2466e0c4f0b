"""Which number comes next: the count, its pattern, numbers typed by people, and the rule for earlier dates.

Runs inside a transaction that holds the lock of the organisation, so that two calls never get one number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from service.archive.entries import Entries
from service.archive.events import REGISTERED, RESERVED, VOID
from service.archive.numbering import (
    DEFAULT_PATTERN,
    MAX_ORDINAL,
    number_key,
    number_text,
    read_number,
)
from service.archive.records import Row
from service.errors import Conflict, FormInvalid

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """A number that somebody asks for.

    Attributes:
        kind: of the paper.
        series: which numbers it is counted among.
        date: of the paper; None for the day of the registration, which is never out of order.
        number: typed by a person; empty for the next one.
        reason: why the date may be before that of an earlier number.
        document_id: the document that is continued; it keeps its number when it has one.
    """

    kind: str
    series: str
    date: dt.date | None = None
    number: str = ""
    reason: str = ""
    document_id: str | None = None


@dataclass(frozen=True)
class Found:
    """The number for a wish: columns of a new row, or the row that is taken up again."""

    values: dict[str, Any]
    row: Row | None = None


def find_number(entries: Entries, wanted: Wanted, today: dt.date) -> Found:
    """Return the number that a paper gets.

    Raises:
        Conflict: the typed number is taken.
        FormInvalid: the date lies ahead, or it is before that of an earlier number and no reason is given.
    """
    date = wanted.date or today
    if date > today + _DAY:  # the server's day may be behind that of the organisation
        raise _refused(
            "date", f"Дата {_shown(date)} ещё не наступила: зарегистрировать документ можно с этого дня."
        )
    own = _own_number(entries, wanted, date)
    if own is not None:
        return Found(_columns(wanted, date, own), own)
    backdated = wanted.date is not None and _out_of_order(entries, wanted, date)
    if wanted.number:
        return _typed(entries, wanted, date, backdated=backdated)
    return _next(entries, wanted, date, backdated=backdated)


def suits(left: Row, wanted: Wanted, today: dt.date) -> bool:
    """Say whether a reservation that was left unfinished is what is asked for now.

    The data of a row may have been corrected since: another act, another date, another number.
    """
    date = wanted.date or today
    same_number = number_key(wanted.number) == left["number_key"] if wanted.number else not left["typed"]
    same_date = wanted.date is None or left["date"] == date.isoformat()
    same_series = (left["kind"], left["series"], left["year"]) == (wanted.kind, wanted.series, date.year)
    return same_series and same_number and same_date


def _own_number(entries: Entries, wanted: Wanted, date: dt.date) -> Row | None:
    """Return the number that the document has already, when the new version may keep it."""
    if wanted.document_id is None:
        return None
    own = entries.entry_of_document(wanted.document_id)
    if own is None or (own["series"], own["year"]) != (wanted.series, date.year):
        return None
    return own if wanted.number == "" or number_key(wanted.number) == own["number_key"] else None


def _out_of_order(entries: Entries, wanted: Wanted, date: dt.date) -> bool:
    """Say whether numbers with a later date were given; only a reason lets it pass."""
    last = entries.last_dated(wanted.series, date.year)
    later = last is not None and last["date"] > date.isoformat()
    if not later and not entries.later_year_begun(wanted.series, date.year):
        return False
    if wanted.reason:
        return True
    what = "в журнале уже есть номера следующего года"
    if last is not None and later:
        what = (
            f"последний номер журнала, № {last['number']}, – от {_shown(dt.date.fromisoformat(last['date']))}"
        )
    raise _refused(
        "reason",
        f"Дата {_shown(date)} – задним числом: {what}. Исправьте дату или укажите основание.",
    )


def _typed(entries: Entries, wanted: Wanted, date: dt.date, *, backdated: bool) -> Found:
    pattern, _ = _rule(entries, wanted, date)
    place = read_number(pattern, wanted.number, year=date.year)
    values = {
        **_columns(wanted, date),
        "number": wanted.number,
        "number_key": number_key(wanted.number),
        "ordinal": place[0] if place else None,
        "suffix": place[1] if place else 0,
        "typed": True,
        "backdated": backdated,
    }
    holder = entries.entry_of_number(wanted.series, date.year, values["number_key"])
    if holder is None:
        return Found(values)
    if holder["state"] == VOID and holder["document_id"] is None:
        # Nobody ever saw this number on a paper: a person may claim it by name.
        kept = {name: holder[name] for name in ("kind", "number", "number_key", "ordinal", "suffix")}
        return Found({**values, **kept}, holder)
    raise Conflict(_taken(holder), messages={"number": [_taken(holder)]})


def _next(entries: Entries, wanted: Wanted, date: dt.date, *, backdated: bool) -> Found:
    pattern, first = _rule(entries, wanted, date)
    newest = entries.newest_entry(wanted.series, date.year)
    ordinal, suffix = max(first, newest["ordinal"] + 1 if newest else 1), 0
    if backdated and newest is not None and newest["date"] > date.isoformat():
        before = entries.ordinal_before(wanted.series, date.year, date)
        ordinal = before if before is not None else first
        suffix = entries.last_suffix(wanted.series, date.year, ordinal) + 1
    while True:
        number = number_text(pattern, ordinal=ordinal, year=date.year, suffix=suffix)
        if entries.entry_of_number(wanted.series, date.year, number_key(number)) is None:
            break
        ordinal, suffix = (ordinal, suffix + 1) if suffix else (ordinal + 1, 0)
    if ordinal > MAX_ORDINAL:
        raise Conflict("Номера этого журнала исчерпаны.")
    values = {"number": number, "number_key": number_key(number), "ordinal": ordinal, "suffix": suffix}
    return Found({**_columns(wanted, date), **values, "typed": False, "backdated": backdated})


def _rule(entries: Entries, wanted: Wanted, date: dt.date) -> tuple[str, int]:
    rule = entries.rule(wanted.series, date.year)
    return (rule["pattern"], rule["first"]) if rule else (DEFAULT_PATTERN, 1)


def _columns(wanted: Wanted, date: dt.date, own: Row | None = None) -> dict[str, Any]:
    if own is not None:
        return {"date": date.isoformat()}
    return {
        "kind": wanted.kind,
        "series": wanted.series,
        "year": date.year,
        "date": date.isoformat(),
        "reason": wanted.reason,
        "document_id": None,
        "version_number": None,
    }


def _taken(holder: Row) -> str:
    whose = {
        RESERVED: "за ним уже готовится документ",
        REGISTERED: "под ним зарегистрирован другой документ",
        VOID: "он аннулирован и повторно не присваивается",
    }.get(holder["state"], "под ним был зарегистрирован документ, заменённый новой версией")
    return (
        f"Номер {holder['number']} за {holder['year']} год занят: {whose}. "
        "Укажите другой номер или оставьте поле пустым – журнал присвоит следующий."
    )


def _shown(date: dt.date) -> str:
    return f"{date:%d.%m.%Y}"


def _refused(path: str, text: str) -> FormInvalid:
    return FormInvalid("Документ не зарегистрирован: исправьте отмеченные поля.", messages={path: [text]})
