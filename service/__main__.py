"""The command line: `python -m service …`, installed as `formulyar`.

Exit codes: 0 done, 1 findings or a refusal, 2 wrong usage, 78 wrong configuration. Every command translates
errors in one place, `main`; human text goes to a terminal, `--json` is for programs.
"""

from __future__ import annotations

import codecs
import json
import logging
import sys
from pathlib import Path
from typing import Any

import click
import structlog

import forms
from service.backends import SAMPLES, TEMPLATES, open_backends, open_press
from service.config import read_settings
from service.errors import ConfigError, InputError, ServiceError, UnknownKind
from service.filling import TemplateCache, clean_docx, outline
from service.filling.starter import starter_template
from service.json_schema import json_schema
from service.pipeline import accept, produce
from service.web.strict_json import parse_json

EXIT_REFUSED, EXIT_CONFIG = 1, 78


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Формуляр: официальные документы из данных, с проверкой, PDF и архивом версий."""


@commands.command()
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


@commands.command("produce")
@click.argument("kind")
@click.argument("payload", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Папка."
)
@click.option("--no-pdf", is_flag=True, help="Только DOCX.")
def produce_paper(kind: str, payload: Path, output: Path, no_pdf: bool) -> None:
    """Создать DOCX и PDF из файла JSON, не записывая в архив."""
    press = open_press(read_settings())
    try:
        paper = produce(accept(kind, read_payload(payload)), press, with_pdf=not no_pdf)
    finally:
        press.converter.close()
    output.mkdir(parents=True, exist_ok=True)
    for extension, data in (("docx", paper.docx), ("pdf", paper.pdf)):
        if data is not None:
            target = output / f"{paper.file_name}.{extension}"
            target.write_bytes(data)
            click.echo(str(target))
    show_findings(paper.findings)


@commands.command()
@click.argument("kind")
@click.argument("payload", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def check(kind: str, payload: Path, as_json: bool) -> None:
    """Проверить данные, ничего не создавая."""
    accepted = accept(kind, read_payload(payload))
    found = [finding.as_dict() for finding in accepted.findings]
    if as_json:
        click.echo(json.dumps({"ok": not accepted.errors, "findings": found}, ensure_ascii=False, indent=2))
    else:
        show_findings(found)
        click.echo("Данные приняты." if not accepted.errors else "Найдены ошибки.")
    if accepted.errors:
        sys.exit(EXIT_REFUSED)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def kinds(as_json: bool) -> None:
    """Показать виды документов."""
    listed = [{"kind": k.name, "title": k.title, "about": k.about} for k in forms.all_kinds().values()]
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one['kind']:<20} {one['title']} – {one['about']}")


@commands.command()
@click.argument("kind")
def schema(kind: str) -> None:
    """Показать JSON Schema вида документа."""
    click.echo(json.dumps(json_schema(known_kind(kind)), ensure_ascii=False, indent=2))


@commands.group()
def template() -> None:
    """Шаблоны .docx: показать, привести к каноническому виду, создать, проверить."""


@template.command("show")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def template_show(file: Path) -> None:
    """Показать шаблон как текст (годится для git diff)."""
    click.echo(outline(file.read_bytes()), nl=False)


@template.command("clean")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def template_clean(files: tuple[Path, ...]) -> None:
    """Убрать из шаблона всё, что Word оставил лишнего."""
    for file in files:
        before = file.read_bytes()
        after = clean_docx(before)
        if after != before:
            file.write_bytes(after)
        click.echo(f"{file}: {len(before)} → {len(after)} байт")


@template.command("new")
@click.argument("kind")
@click.option("--like", default="information_note", show_default=True, help="Чьи стили и поля листа взять.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Куда записать.")
def template_new(kind: str, like: str, output: Path | None) -> None:
    """Создать заготовку шаблона: все поля вида документа в готовых стилях."""
    target = output or TEMPLATES / f"{kind}.docx"
    if target.exists():
        raise InputError(f"Файл {target} уже есть. Удалите его или укажите другой с помощью -o.")
    base = (TEMPLATES / f"{known_kind(like).name}.docx").read_bytes()
    target.write_bytes(starter_template(base, known_kind(kind)))
    click.echo(f"Создан {target}. Откройте его в Word или Writer и придайте нужный вид.")


@template.command("check")
@click.argument("kind")
def template_check(kind: str) -> None:
    """Заполнить шаблон каждым образцом и сообщить, что не так."""
    found = known_kind(kind)
    compiled = TemplateCache(TEMPLATES).get(kind)
    samples = sorted(SAMPLES.glob(f"{kind}.json")) + sorted(SAMPLES.glob(f"{kind}.*.json"))
    for sample in samples:
        data = found.load(read_payload(sample))
        compiled.fill(found.context(data), title=found.headline(data))
        click.echo(f"{sample.name}: заполняется")
    if not samples:
        raise InputError(f"Нет образцов fixtures/{kind}.json: проверить шаблон не на чем.")


@commands.group()
def user() -> None:
    """Учётные записи."""


@user.command("password")
@click.argument("login")
@click.password_option(
    "--password", prompt="Новый пароль", confirmation_prompt="Ещё раз", help="Новый пароль."
)
def user_password(login: str, password: str) -> None:
    """Задать новый пароль."""
    backends = open_backends(read_settings())
    try:
        backends.accounts.set_password(login, password)
    finally:
        backends.close()
    click.echo("Пароль изменён, прежние сеансы завершены.")


def known_kind(name: str) -> forms.FormKind:
    """Return a kind by name.

    Raises:
        UnknownKind: there is none.
    """
    if name not in forms.all_kinds():
        raise UnknownKind(f"Неизвестный вид документа «{name}». Доступны: {', '.join(forms.all_kinds())}.")
    return forms.get_kind(name)


def read_payload(file: Path) -> Any:
    """Return the JSON of a file.

    Raises:
        InputError: it is not JSON; the text names the file and the line.
    """
    try:
        return parse_json(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from error


def show_findings(found: Any) -> None:
    """Print findings for a person."""
    words = {"error": "ошибка", "warning": "замечание", "info": "к сведению"}
    for one in found:
        click.echo(
            f"{words[one['severity']]} {one['rule']} {one['path']}: {one['message']} {one['fix']}", err=True
        )


def log_to_stderr(level: int) -> None:
    """Write the log as JSON lines to standard error; standard output belongs to the answers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def main() -> None:
    """Run a command; turn every error into text and an exit code."""
    log_to_stderr(logging.WARNING)
    try:
        commands(standalone_mode=True)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_CONFIG)
    except ServiceError as error:
        click.echo(str(error), err=True)
        for path, texts in error.messages.items():
            for text in texts:
                click.echo(f"  {path}: {text}", err=True)
        sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    main()
