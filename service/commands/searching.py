"""`documents`: the list of papers and the search on the command line."""

from __future__ import annotations

import dataclasses
import json

import click

from service.accounts import only_organisation
from service.archive import Sought
from service.commands.answers import known_kind
from service.commands.opening import opened
from service.packages import PACKAGE

STATES = ("draft", "registered", "superseded", "void")
_WORDS = dict(zip(STATES, ("черновик", "зарегистрирован", "заменён", "аннулирован"), strict=True))


@click.command()
@click.option("--find", "text", default="", help="Слова, в любой форме.")
@click.option("--kind", default="", help="Вид документов.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Версии в этом состоянии.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="Не больше строк.")
@click.option("--organisation", help="Имя или код организации; не нужно, если она одна.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def documents(
    text: str, kind: str, state: str | None, limit: int, organisation: str | None, *, as_json: bool
) -> None:
    """Показать документы архива, последние изменённые первыми."""
    if kind and kind != PACKAGE:
        known_kind(kind)
    with opened(existing=True) as backends:
        archive = backends.archive
        whose = only_organisation(backends.engine, organisation)
        page = archive.listing(whose, wanted=Sought(text=text, kind=kind, state=state or ""), limit=limit)
    if as_json:
        told = [dataclasses.asdict(item) for item in page.items]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for item in page.items:
        number = f", № {item.number}" if item.number else ""
        click.echo(f"{item.id}  {item.title} ({_WORDS[item.state]}{number})")
    click.echo(f"Документов – {len(page.items)}{', есть ещё' if page.next_cursor else ''}.")
