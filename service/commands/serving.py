"""`serve` and `worker`: the running service, and what it needs before its first start."""

from __future__ import annotations

import dataclasses
import logging
import os
import sys

import click

from service.backends import chores, feeders, make_papers, new_id, open_backends
from service.commands.answers import log_to_stderr
from service.config import Settings, read_settings
from service.conversion.workdir import sweep
from service.metrics import shared_folder
from service.work.process import die_with_parent, stop_when_asked
from service.work.supervisor import Role, Supervisor
from service.work.upkeep import Upkeep


@click.command()
@click.option("--demo", is_flag=True, help="При первом запуске создать документы из образцов.")
def serve(demo: bool) -> None:
    """Запустить сервис."""
    settings = read_settings()
    prepare(demo=demo)
    log_to_stderr(logging.INFO)
    web = Role("web", lambda _: _child("web"), essential=True)
    with shared_folder(settings.work_dir / "metrics", os.environ):
        code = _supervise(settings, web, _workers(settings.workers))
    sys.exit(code)


@click.command()
@click.option("--slots", type=click.IntRange(1, 256), help="Сколько документов создавать одновременно.")
def worker(slots: int | None) -> None:
    """Запустить обработчики пакетов и заданий без веб-сервера, например на другой машине."""
    settings = read_settings()
    log_to_stderr(logging.INFO)
    sys.exit(_supervise(settings, _workers(slots or settings.workers)))


@click.command("web", hidden=True)
@click.option("--parent", type=int, required=True)
def web_process(parent: int) -> None:
    """Serve pages and the interface for programs; started by the supervisor."""
    from service.server import Server  # gunicorn is needed by this command alone

    die_with_parent(parent)
    log_to_stderr(logging.INFO)
    Server(read_settings()).run()


@click.command("slot", hidden=True)
@click.option("--parent", type=int, required=True)
@click.option("--id", "worker_id", required=True)
def slot_process(parent: int, worker_id: str) -> None:
    """Make papers one after the other; started by the supervisor."""
    die_with_parent(parent)
    log_to_stderr(logging.INFO)
    stop = stop_when_asked()
    # The office starts with the first paper: idle workers cost little.
    settings = dataclasses.replace(read_settings(), offices=1)
    backends = open_backends(settings)
    try:
        make_papers(settings, backends, worker_id, stop)
    finally:
        backends.close()


def _workers(count: int) -> Role:
    return Role("worker", lambda child_id: _child("slot", "--id", child_id), count=count)


def _child(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "service", *arguments, "--parent", str(os.getpid())]


def _supervise(settings: Settings, *roles: Role) -> int:
    stop = stop_when_asked()
    backends = open_backends(settings)
    try:
        beside = [*feeders(settings, backends.leases), Upkeep(chores(settings, backends)).run]
        return Supervisor(roles, leases=backends.leases, new_id=new_id, beside=beside).run(stop)
    finally:
        backends.close()
        # The children are dead; what those of them left who were killed would lie there until the next start.
        sweep(settings.work_dir)


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
