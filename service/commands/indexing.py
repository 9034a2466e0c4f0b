"""`reindex`: what keeps the archive usable."""

from __future__ import annotations

import click

from service.archive.search_index import reindex as make_index
from service.commands.opening import opened


@click.command()
def reindex() -> None:
    """Составить указатель поиска заново. Сам архив не меняется."""
    with opened(existing=True) as backends:
        count = make_index(backends.engine)
    click.echo(f"Указатель поиска составлен: версий – {count}.")
