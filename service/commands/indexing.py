"""`reindex`: what keeps the archive usable."""

from __future__ import annotations

import click

from service.archive.search_index import reindex as make_index
from service.backends import open_backends
from service.config import read_settings


@click.command()
def reindex() -> None:
    """Составить указатель поиска заново. Сам архив не меняется."""
    backends = open_backends(read_settings())
    try:
        count = make_index(backends.engine)
    finally:
        backends.close()
    click.echo(f"Указатель поиска составлен: версий – {count}.")
