"""The severities an organisation chooses for rules: who chose what and when, and what holds now.

Choices are only added; the last one for a rule counts, and «default» gives the rule back to the installation.
Knows nothing of papers and of HTTP.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from forms._overrides import SEVERITIES, Strictness
from forms._rules import RULES, unknown_rule_text
from service.database import reading, writing
from service.database.tables import organisation, rule_choice
from service.database.times import time_of, time_text
from service.documents import Actor
from service.errors import FormInvalid, NotFound

DEFAULT = "default"
CHOICES = (*SEVERITIES, DEFAULT)


@dataclass(frozen=True)
class RuleChoice:
    """One choice: `severity` is an own one, or «default»."""

    rule: str
    severity: str
    actor_name: str
    created_at: dt.datetime


class RuleChoices:
    """The choices of all organisations.

    Args:
        engine: from `service.database.open_database`, upgraded.
        now: gives the time, aware.
    """

    def __init__(self, engine: sa.Engine, *, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._now = now

    def history(self, organisation_id: str) -> list[RuleChoice]:
        """Return every choice of an organisation, the first one first."""
        query = sa.select(rule_choice).where(rule_choice.c.organisation_id == organisation_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(rule_choice.c.number)).mappings().all()
        return [
            RuleChoice(row["rule"], row["severity"], row["actor_name"], time_of(row["created_at"]))
            for row in rows
        ]

    def current(self, organisation_id: str) -> dict[str, RuleChoice]:
        """Return rule -> the choice that holds; rules given back to the installation are left out."""
        last = {choice.rule: choice for choice in self.history(organisation_id)}
        return {rule: choice for rule, choice in last.items() if choice.severity != DEFAULT}

    def strictness(self, organisation_id: str) -> Strictness:
        """Return rule -> severity as an organisation chose it."""
        chosen = {rule: choice.severity for rule, choice in self.current(organisation_id).items()}
        return cast(Strictness, chosen)  # the column holds nothing else: `choose` refuses it

    def choose(self, actor: Actor, severities: Mapping[str, Any]) -> list[RuleChoice]:
        """Record the choices that change something, and return them.

        Args:
            actor: who chooses, for the own organisation.
            severities: rule -> one of CHOICES.

        Raises:
            FormInvalid: an unknown rule or severity; `messages` names every one.
            NotFound: no such organisation.
        """
        _refuse_unknown(severities)
        now = self._now()
        with writing(self._engine) as connection:
            # Two people choosing at once take turns, so that numbers follow each other.
            locked = sa.select(organisation.c.id).where(organisation.c.id == actor.organisation_id)
            if connection.execute(locked.with_for_update()).first() is None:
                raise NotFound("Организация не найдена.")
            holds, number = _last(connection, actor.organisation_id)
            made = [
                RuleChoice(rule, severity, actor.name, now)
                for rule, severity in severities.items()
                if holds.get(rule, DEFAULT) != severity
            ]
            rows = [
                {
                    "organisation_id": actor.organisation_id,
                    "number": number + step,
                    "rule": choice.rule,
                    "severity": choice.severity,
                    "actor_id": actor.id,
                    "actor_name": actor.name,
                    "created_at": time_text(now),
                }
                for step, choice in enumerate(made, start=1)
            ]
            if rows:
                connection.execute(sa.insert(rule_choice), rows)
        return made


def _last(connection: sa.Connection, organisation_id: str) -> tuple[dict[str, str], int]:
    query = sa.select(rule_choice.c.rule, rule_choice.c.severity, rule_choice.c.number)
    mine = query.where(rule_choice.c.organisation_id == organisation_id).order_by(rule_choice.c.number)
    rows = connection.execute(mine).all()
    return {row.rule: row.severity for row in rows}, rows[-1].number if rows else 0


def _refuse_unknown(severities: Mapping[str, Any]) -> None:
    messages: dict[str, list[str]] = {}
    for rule, severity in severities.items():
        if rule not in RULES:
            messages[f"severities.{rule[:64]}"] = [unknown_rule_text(rule)]
        elif not isinstance(severity, str) or severity not in CHOICES:
            messages[f"severities.{rule}"] = [f"Допустимые значения: {', '.join(CHOICES)}."]
    if messages:
        raise FormInvalid("Строгость правил не изменена: исправьте отмеченное.", messages=messages)
