"""Severities of an organisation: recorded with author and time, only for itself, the last choice counts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from forms._rules import RULES
from service.database import open_database, upgrade, writing
from service.database.tables import organisation, rule_choice
from service.database.times import time_text
from service.documents import Actor
from service.errors import AppendOnly, FormInvalid, NotFound
from service.rule_choices import RuleChoices
from tests.forms.checks.cases import CASES
from tests.migrated import migrated_sqlite
from tests.samples import PROJECT

NOW = dt.datetime(2022, 1, 14, 9, 0, tzinfo=dt.UTC)
MARINA, OLGA = (Actor(name, f"of{name}", name, is_admin=True) for name in ("marina", "olga"))


@pytest.fixture
def engine(tmp_path):
    engine = open_database(migrated_sqlite(tmp_path / "formulyar.db"))
    upgrade(engine)
    with writing(engine) as connection:
        for actor in (MARINA, OLGA):
            row = {"id": actor.organisation_id, "name": actor.name, "created_at": time_text(NOW)}
            connection.execute(sa.insert(organisation).values(row))
    yield engine
    engine.dispose()


@pytest.fixture
def choices(engine):
    return RuleChoices(engine, now=lambda: NOW)


def test_a_choice_holds_for_its_own_organisation_only(choices):
    choices.choose(MARINA, {"TITLE_STOP": "error", "G-PAR-05": "off"})

    assert choices.strictness(MARINA.organisation_id) == {"TITLE_STOP": "error", "G-PAR-05": "off"}
    assert choices.strictness(OLGA.organisation_id) == {}


def test_the_last_choice_counts_and_the_history_stays(choices):
    choices.choose(MARINA, {"TITLE_STOP": "error"})
    choices.choose(MARINA, {"TITLE_STOP": "info"})
    choices.choose(MARINA, {"TITLE_STOP": "default"})

    assert choices.strictness(MARINA.organisation_id) == {}
    history = choices.history(MARINA.organisation_id)
    assert [(one.severity, one.actor_name, one.created_at) for one in history] == [
        ("error", "marina", NOW),
        ("info", "marina", NOW),
        ("default", "marina", NOW),
    ]


def test_a_choice_that_changes_nothing_is_not_recorded(choices):
    choices.choose(MARINA, {"TITLE_STOP": "error"})

    assert choices.choose(MARINA, {"TITLE_STOP": "error", "QUOTES": "default"}) == []
    assert len(choices.history(MARINA.organisation_id)) == 1


def test_unknown_rules_and_severities_are_refused_together_and_nothing_is_recorded(choices):
    with pytest.raises(FormInvalid) as refused:
        choices.choose(MARINA, {"TITLE_STOPP": "error", "QUOTES": "fatal", "G-PAR-05": 1, "ROW_EMPTY": "off"})

    assert refused.value.messages["severities.TITLE_STOPP"] == [
        "Неизвестное правило «TITLE_STOPP». Возможно, вы имели в виду «TITLE_STOP»."
    ]
    assert set(refused.value.messages) == {
        "severities.TITLE_STOPP",
        "severities.QUOTES",
        "severities.G-PAR-05",
    }
    assert choices.history(MARINA.organisation_id) == []


def test_an_organisation_that_does_not_exist_cannot_choose(choices):
    with pytest.raises(NotFound):
        choices.choose(Actor("x", "nowhere", "x"), {"QUOTES": "off"})


@pytest.mark.parametrize(
    "change",
    [sa.update(rule_choice).values(severity="off"), sa.delete(rule_choice)],
    ids=["update", "delete"],
)
def test_a_choice_can_be_neither_changed_nor_removed(engine, choices, change):
    choices.choose(MARINA, {"TITLE_STOP": "error"})

    with pytest.raises(AppendOnly), writing(engine) as connection:
        connection.execute(change)

    assert choices.strictness(MARINA.organisation_id) == {"TITLE_STOP": "error"}


def test_the_list_names_every_rule_that_the_sources_name():
    """An id stands in the sources as a text of its own: «"TITLE_STOP",», «rule="G-PAR-05"»."""
    shape = re.compile(r'Finding\(\s*"([A-Z_]+|[GT]-[A-Z]+-\d\d)"|"([GT]-[A-Z]+-\d\d)"')
    files = [*PROJECT.glob("forms/_*.py"), *PROJECT.glob("service/layout_rules/*.py")]
    named = {one or other for file in files for one, other in shape.findall(file.read_text(encoding="utf-8"))}

    assert len(named) > 100
    assert named <= set(RULES)


def test_the_list_knows_the_severities_that_rules_are_born_with():
    odd = {
        (case.rule, case.severity)
        for case in CASES
        if case.rule not in RULES or case.severity not in RULES[case.rule].severities
    }

    assert odd == set()
