"""`template show|clean|new|check`: the .docx templates."""

from __future__ import annotations

from pathlib import Path

import click

from service.backends import SAMPLES, TEMPLATES
from service.commands.answers import known_kind, read_payload
from service.errors import InputError
from service.filling import TemplateCache, clean_docx, outline
from service.filling.starter import starter_template


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
