"""`serve`: the running service, and what it needs before its first start."""

from __future__ import annotations

import logging

import click

from service.backends import open_backends
from service.commands.answers import log_to_stderr
from service.config import read_settings


@click.command()
@click.option("--demo", is_flag=True, help="При первом запуске создать документы из образцов.")
def serve(demo: bool) -> None:
    """Запустить сервис."""
    from service.server import Server  # gunicorn is needed by this command alone

    settings = read_settings()
    prepare(demo=demo)
    click.echo(f"Формуляр работает: http://{settings.host}:{settings.port}")
    log_to_stderr(logging.INFO)
    Server(settings).run()


def prepare(*, demo: bool) -> None:
    """Create the database, the first administrator and, if asked, the demo papers."""
    from service.demo import load_demo

    backends = open_backends(read_settings())
    try:
        admin = backends.accounts.ensure_first_admin()
        if admin:
            click.echo("Создан администратор. Запишите пароль: он показан один раз.")
            click.echo(f"  Логин:  {admin.login}\n  Пароль: {admin.password}")
        if admin and demo:
            click.echo("Создаются демонстрационные документы …")
            actor = backends.accounts.sign_in(admin.login, admin.password)
            click.echo(f"  готово: {load_demo(backends, actor)}")
    finally:
        backends.close()
