"""`rules list` and `rules set`: the severities of an organisation from the command line."""

from __future__ import annotations

import json

import click

from forms._rules import RULES
from service.accounts import only_organisation
from service.commands.opening import opened
from service.documents import Actor
from service.rule_choices import CHOICES

_COMMAND_LINE = "Командная строка"


@click.group()
def rules() -> None:
    """Строгость правил проверки."""


@rules.command("list")
@click.option("--organisation", default="", help="Имя или код организации; не нужно, если она одна.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def list_rules(organisation: str, as_json: bool) -> None:
    """Показать правила: исходную строгость, установки и организации."""
    with opened(existing=True) as backends:
        own = backends.rules.current(only_organisation(backends.engine, organisation))
        installed = backends.press.strictness
    rows = [
        {
            "rule": name,
            "title": info.title,
            "severities": list(info.severities),
            "installation": installed.get(name),
            "own": own[name].severity if name in own else None,
        }
        for name, info in RULES.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        holds = row["own"] or row["installation"] or "/".join(RULES[str(row["rule"])].severities)
        click.echo(f"{row['rule']:<28} {holds:<14} {row['title']}")


@rules.command("set")
@click.argument("rule")
@click.argument("severity", type=click.Choice(CHOICES))
@click.option("--organisation", default="", help="Имя или код организации; не нужно, если она одна.")
def set_rule(rule: str, severity: str, organisation: str) -> None:
    """Задать строгость правила; default возвращает исходную."""
    with opened(existing=True) as backends:
        organisation_id = only_organisation(backends.engine, organisation)
        actor = Actor("cli", organisation_id, _COMMAND_LINE, is_admin=True)
        made = backends.rules.choose(actor, {rule: severity})
    click.echo(f"{rule}: {severity}." if made else "Ничего не изменено.")
