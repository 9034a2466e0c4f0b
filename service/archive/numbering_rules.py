"""How the numbers of an organisation look: its rules, set by administrators, and the number that comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.archive.counting import Found, Wanted, find_number, suits
from service.archive.entries import Entries, signed
from service.archive.events import NUMBERING
from service.archive.journal_listing import JournalPages
from service.archive.numbering import MAX_ORDINAL, checked_pattern, number_text
from service.archive.records import Row
from service.database import reading, writing
from service.database.times import time_text
from service.documents import Actor
from service.errors import Conflict, FormInvalid


@dataclass(frozen=True)
class NumberingRule:
    """How the numbers of a series look and where their count begins.

    Attributes:
        series: a kind, or a kind with the act: «order/приказ».
        pattern: «{n}», «{n:03}а-ОД», «01-05/{n}»; also {year} and {yy}.
        first: the number the count begins with.
        year: the year it is for; 0 for every year without a rule of its own.
    """

    series: str
    pattern: str
    first: int = 1
    year: int = 0


class NumberingRules(JournalPages):
    """Reads and sets the rules of numbering of one database."""

    def __init__(self, engine: sa.Engine, *, now: Callable[[], dt.datetime], zone: dt.tzinfo) -> None:
        super().__init__(engine)
        self.zone = zone
        self._now = now

    def preview(self, wanted: Wanted, *, organisation_id: str, owner: str = "") -> str:
        """Return the number that a paper would get now; nothing is reserved.

        Raises as `reserve`.
        """
        with reading(self._engine) as connection:
            entries = Entries(connection, organisation_id)
            left = entries.entry_of_owner(owner) if owner else None
            if left and (suits(left, wanted, self._today()) or left["number"] == wanted.number):
                found = Found({}, left)
            else:
                found = find_number(entries, wanted, self._today())
        return str({**(found.row or {}), **found.values}["number"])

    def set_numbering(
        self, series: str, *, actor: Actor, pattern: str, first: int = 1, year: int = 0
    ) -> None:
        """Set one rule, as `set_rules`; the messages stand under `pattern` and `first`."""
        rule = NumberingRule(series, pattern, first, year)
        if messages := _wrong(rule):
            raise FormInvalid(next(iter(messages.values()))[0], messages=messages)
        self.set_rules([rule], actor=actor)

    def set_rules(self, rules: Sequence[NumberingRule], *, actor: Actor) -> None:
        """Set how numbers look and where the count begins, all or none; numbers given stay as they are.

        Raises:
            FormInvalid: a pattern gives no numbers, or not every paper a number of its own; the messages stand
                under `0.pattern` and `0.first`, by the place in the list.
        """
        self.check_rules(rules)
        with writing(self._engine) as connection:
            entries = Entries(connection, actor.organisation_id)
            entries.lock()
            for rule in rules:
                self._set(entries, rule, actor)

    def check_rules(self, rules: Sequence[NumberingRule]) -> None:
        """Raise what `set_rules` would say of these rules; nothing is set."""
        messages = {
            f"{place}.{field}": texts
            for place, rule in enumerate(rules)
            for field, texts in _wrong(rule).items()
        }
        if messages:
            raise FormInvalid(next(iter(messages.values()))[0], messages=messages)

    def numbering(self, organisation_id: str) -> list[Row]:
        """Return the rules of numbering: series, year (0 for every year), pattern, first, who set it and when."""
        with reading(self._engine) as connection:
            return Entries(connection, organisation_id).rules()

    def next_number(self, organisation_id: str, rule: NumberingRule, *, kind: str) -> str:
        """Return the number that the next paper gets, or would get first where another rule holds this year.

        Empty when the numbers are used up.
        """
        year = self._today().year
        with reading(self._engine) as connection:
            held = Entries(connection, organisation_id).rule(rule.series, year)
        if rule.year != (held["year"] if held else 0):
            return number_text(rule.pattern, ordinal=rule.first, year=rule.year or year + 1)
        try:
            return self.preview(Wanted(kind, rule.series), organisation_id=organisation_id)
        except Conflict:
            return ""

    def _set(self, entries: Entries, rule: NumberingRule, actor: Actor) -> None:
        pattern = checked_pattern(rule.pattern)
        shown = {"series": rule.series, "year": rule.year, "number": pattern, "ordinal": rule.first}
        facts = {**_no_paper(), **signed(actor), **shown}
        event = entries.note(NUMBERING, facts, created_at=time_text(self._now()))
        values = {"series": rule.series, "year": rule.year, "pattern": pattern, "first": rule.first}
        entries.put_rule({**values, "event_number": event})

    def _today(self) -> dt.date:
        # An order of 1 January belongs to the new year of the place where it is signed.
        return self._now().astimezone(self.zone).date()


def _wrong(rule: NumberingRule) -> dict[str, list[str]]:
    """Return what is wrong with a rule, by field."""
    found: dict[str, list[str]] = {}
    try:
        checked_pattern(rule.pattern)
    except FormInvalid as error:
        found = {field: list(texts) for field, texts in error.messages.items()}
    if not 1 <= rule.first <= MAX_ORDINAL:
        found["first"] = [f"Первый номер: целое число от 1 до {MAX_ORDINAL}."]
    return found


def _no_paper() -> dict[str, Any]:
    """Return the columns of an event that is about no number."""
    empty = dict.fromkeys(("kind", "date", "reason"), "")
    return {
        **empty,
        "suffix": 0,
        "typed": False,
        "backdated": False,
        "document_id": None,
        "version_number": None,
    }
