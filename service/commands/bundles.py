"""`bundle`: papers of the record as one ZIP."""

from __future__ import annotations

import os
from pathlib import Path

import click

from service.accounts import only_organisation
from service.archive import Sought
from service.backends import utc_now
from service.bundles import Bundle
from service.commands.answers import known_kind
from service.commands.opening import opened
from service.commands.searching import STATES
from service.packages import PACKAGE


@click.command()
@click.argument("documents", nargs=-1)
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Файл ZIP."
)
@click.option("--organisation", help="Имя или код организации; не нужно, если она одна.")
@click.option("--kind", help="Только этот вид документов, вместо их номеров.")
@click.option("--find", "text", help="Только документы с этими словами, в любой форме.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="Только версии в этом состоянии: черновики, зарегистрированные, заменённые, аннулированные.",
)
@click.option("--all-versions", is_flag=True, help="Все версии, а не только последние.")
def bundle(
    documents: tuple[str, ...],
    output: Path,
    organisation: str | None,
    kind: str | None,
    text: str | None,
    state: str | None,
    all_versions: bool,
) -> None:
    """Выгрузить документы архива одним ZIP с описью и программой проверки."""
    if documents and (kind or text or state):
        raise click.UsageError("Укажите или номера документов, или --kind, --state и --find.")
    if kind and kind != PACKAGE:
        known_kind(kind)
    with opened(existing=True) as backends:
        extracts = backends.archive.extracts
        selection = extracts.select(
            only_organisation(backends.engine, organisation),
            document_ids=documents or None,
            wanted=Sought(kind=kind or "", text=text or "", state=state or ""),
            every_version=all_versions,
        )
        made = Bundle(extracts, selection, made_at=utc_now(), made_by="командная строка")
        _write(made, output, total=len(selection.picks))
    click.echo(f"{output}: документов – {len(selection.picks)}.")


def _write(made: Bundle, output: Path, *, total: int) -> None:
    """Write the ZIP under its name only when it is whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as target, click.progressbar(length=total, label="Выгрузка") as bar:
            for chunk in made.chunks():
                target.write(chunk)
                bar.update(made.done - bar.pos)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
