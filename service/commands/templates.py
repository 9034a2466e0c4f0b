"""`template show|clean|new|check`: the .docx templates."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from service.backends import TEMPLATES, kind_samples
from service.commands.answers import EXIT_REFUSED, known_kind
from service.errors import InputError
from service.filling import clean_docx, outline
from service.filling.starter import starter_template
from service.template_check import Report, check_template


@click.group()
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
@click.argument("what", metavar="ФАЙЛ.docx|ВИД")
@click.option("--kind", help="Вид документа, если проверяется файл; без него проверяется шаблон самого вида.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Куда записать файл с примечаниями.",
)
def template_check(what: str, kind: str | None, as_json: bool, output: Path | None) -> None:
    """Проверить шаблон: файл, язык меток, имена, заполнение каждым образцом."""
    found = known_kind(kind or what)
    file = Path(what) if kind else TEMPLATES / f"{what}.docx"
    if not file.is_file():
        raise InputError(f"Нет файла {file}. Укажите .docx и его вид: template check ФАЙЛ.docx --kind ВИД.")
    samples = kind_samples(found.name)
    if output is not None and output.exists():
        raise InputError(f"Файл {output} уже есть. Удалите его или укажите другой с помощью -o.")
    report = check_template(file.read_bytes(), found.name, samples, mark=output is not None)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _show(report, list(samples))
    if output is not None:
        _write_marked(report, output)
    if not report.ok:
        sys.exit(EXIT_REFUSED)


def _write_marked(report: Report, output: Path) -> None:
    if report.marked:
        output.write_bytes(report.marked)
        click.echo(f"Файл с примечаниями: {output}", err=True)
    else:
        click.echo("Файл с примечаниями не записан: исходный файл нельзя принять.", err=True)


def _show(report: Report, samples: list[str]) -> None:
    for word, problems in (("ошибка", report.errors), ("замечание", report.remarks)):
        for problem in problems:
            click.echo(f"{word}: {problem.place}: {problem}", err=True)
    if report.ok:
        for sample in samples:
            click.echo(f"{sample}: заполняется")
