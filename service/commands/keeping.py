"""`backup` and `restore`: copies of everything that was acknowledged."""

from __future__ import annotations

from pathlib import Path

import click

from service.backends import utc_now
from service.backup import back_up
from service.backup import restore as restore_backup
from service.commands.answers import EXIT_REFUSED
from service.commands.opening import opened


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Сделать резервную копию в папку; сервис при этом работает."""
    with opened(existing=True) as backends:
        made = back_up(backends.engine, backends.storage, folder, now=utc_now)
    click.echo(f"Резервная копия готова: {folder}. Файлов: {made.files}, из них новых: {made.copied}.")
    _refuse_missing(made.missing)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(folder: Path) -> None:
    """Восстановить резервную копию в пустую базу и пустое хранилище и проверить её."""
    with opened() as backends:
        made, problems = restore_backup(folder, backends.engine, backends.storage, archive=backends.archive)
    click.echo(
        f"Восстановлено файлов: {made.files}. Организаций: {len({head.organisation_id for head in made.heads})}."
    )
    _refuse_missing(made.missing)
    for problem in problems:
        click.echo(f"  {problem.text} Документ {problem.document_id}, версия {problem.number}.", err=True)
    if problems:
        raise SystemExit(EXIT_REFUSED)
    click.echo("Проверка архива: расхождений нет.")


def _refuse_missing(names: tuple[str, ...]) -> None:
    if names:
        click.echo(f"Записанные в архив файлы пропали или повреждены: {len(names)}.", err=True)
        for name in names:
            click.echo(f"  {name}", err=True)
        raise SystemExit(EXIT_REFUSED)
