"""`remake`: a recorded version made again and compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from service.accounts import only_organisation
from service.commands.answers import EXIT_REFUSED
from service.commands.opening import opened
from service.documents import Paper
from service.remaking import remake


@click.command("remake")
@click.argument("document")
@click.argument("number", type=click.IntRange(1, 1_000_000_000), required=False)
@click.option("--organisation", help="Имя или код организации; не нужно, если она одна.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Куда положить файлы.")
@click.option("--no-pdf", is_flag=True, help="Сравнить только DOCX.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def remake_version(
    document: str,
    number: int | None,
    organisation: str | None,
    output: Path | None,
    no_pdf: bool,
    as_json: bool,
) -> None:
    """Создать версию документа заново по записи архива и сравнить с записанной."""
    with opened(existing=True) as backends:
        archive = backends.archive
        version = archive.get(only_organisation(backends.engine, organisation), document, number)
        made = remake(version, archive, backends.press, with_pdf=not no_pdf)
    if output is not None and made.paper is not None:
        _write(made.paper, output)
    if as_json:
        answer = {"identical": made.identical, "version": version.number, "reasons": list(made.reasons)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for reason in made.reasons:
            click.echo(reason)
        click.echo(
            f"Версия {version.number}: {'совпадает с записанной' if made.identical else 'не совпадает'}."
        )
    if not made.identical:
        sys.exit(EXIT_REFUSED)


def _write(paper: Paper, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for extension, data in (("docx", paper.docx), ("pdf", paper.pdf)):
        if data is not None:
            (folder / f"{paper.file_name}.{extension}").write_bytes(data)
