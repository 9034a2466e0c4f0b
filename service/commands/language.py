"""`period` and `decline`: how the service read a term or inflected a name, as JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from forms.language.cases import CASES, decline_person, decline_position
from forms.language.period import PeriodError, print_period, read_period
from service.errors import InputError


@click.command("period")
@click.argument("text")
@click.option("--year", type=click.IntRange(1990, 2100), help="Год документа, если в сроке его нет.")
def period(text: str, year: int | None) -> None:
    """Показать, как понят срок: вид, начало, конец, пометки."""
    try:
        read = read_period(text, year=year)
    except PeriodError as error:
        raise InputError(str(error)) from error
    answer = {
        "kind": read.kind,
        "start": read.start.isoformat() if read.start else None,
        "end": read.end.isoformat() if read.end else None,
        "flags": list(read.flags),
        "dates": [date.isoformat() for date in read.dates],
        "wording": read.wording,
        "canonical": print_period(read),
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


@click.command("decline")
@click.argument("text")
@click.option("--gender", type=click.Choice(["m", "f"]), help="Пол, если отчества нет.")
@click.option("--position", "is_position", is_flag=True, help="Склонять как должность, а не как имя.")
def decline(text: str, gender: str | None, is_position: bool) -> None:
    """Показать шесть падежей имени или должности и насколько сервис в них уверен."""
    made = {}
    for case in CASES:
        form = decline_position(text, case) if is_position else decline_person(_person(text, gender), case)
        made[case] = {"text": form.text, "certain": form.certain, "reason": form.reason}
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


def _person(text: str, gender: str | None) -> dict[str, Any]:
    """Read «Фамилия Имя Отчество» or «Фамилия И.О.»."""
    last, _, rest = text.strip().partition(" ")
    person: dict[str, Any] = {
        "last": last,
        "first": "",
        "middle": "",
        "initials": "",
        "gender": gender,
        "forms": None,
    }
    if "." in rest:
        return {**person, "initials": rest.replace(" ", "")}
    first, _, middle = rest.strip().partition(" ")
    return {**person, "first": first, "middle": middle.strip()}
