"""`produce`, `check`, `kinds`, `schema`, `import`: papers from files, without the archive."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

import forms
from service.accounts import only_organisation
from service.backends import open_backends, open_press
from service.commands.answers import EXIT_REFUSED, known_kind, read_payload, show_findings
from service.config import read_settings
from service.importing import import_roadmap
from service.json_schema import json_schema
from service.pipeline import Press, accept
from service.production import check_payload, make_paper, stops

_of_organisation = click.option(
    "--organisation", default="", help="Чьи правила действуют; без неё – только общие правила установки."
)


def _press_of(organisation: str) -> Press:
    """Return what papers are made with, by the severities of an organisation when one is named."""
    if not organisation:
        return open_press(read_settings())
    backends = open_backends(read_settings())
    press = backends.press_for(only_organisation(backends.engine, organisation))
    backends.engine.dispose()
    return press


@click.command("produce")
@click.argument("kind")
@click.argument("payload", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Папка."
)
@click.option("--no-pdf", is_flag=True, help="Только DOCX.")
@_of_organisation
def produce_paper(kind: str, payload: Path, output: Path, no_pdf: bool, organisation: str) -> None:
    """Создать DOCX и PDF из файла JSON, не записывая в архив."""
    press = _press_of(organisation)
    try:
        paper = make_paper(kind, read_payload(payload), press, with_pdf=not no_pdf)
    finally:
        press.converter.close()
    output.mkdir(parents=True, exist_ok=True)
    for extension, data in (("docx", paper.docx), ("pdf", paper.pdf)):
        if data is not None:
            target = output / f"{paper.file_name}.{extension}"
            target.write_bytes(data)
            click.echo(str(target))
    show_findings(paper.findings)


@click.command()
@click.argument("kind")
@click.argument("payload", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
@_of_organisation
def check(kind: str, payload: Path, as_json: bool, organisation: str) -> None:
    """Проверить данные, ничего не создавая."""
    found = check_payload(kind, read_payload(payload), _press_of(organisation))
    refused = any(map(stops, found))
    if as_json:
        click.echo(json.dumps({"ok": not refused, "findings": found}, ensure_ascii=False, indent=2))
    else:
        show_findings(found)
        click.echo("Найдены ошибки." if refused else "Данные приняты.")
    if refused:
        sys.exit(EXIT_REFUSED)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def kinds(as_json: bool) -> None:
    """Показать виды документов."""
    listed = [{"kind": k.name, "title": k.title, "about": k.about} for k in forms.all_kinds().values()]
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one['kind']:<20} {one['title']} – {one['about']}")


@click.command()
@click.argument("kind")
def schema(kind: str) -> None:
    """Показать JSON Schema вида документа."""
    click.echo(json.dumps(json_schema(known_kind(kind)), ensure_ascii=False, indent=2))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Файл JSON."
)
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def import_file(file: Path, output: Path, as_json: bool) -> None:
    """Перенести дорожную карту из файла Word или Excel в файл данных JSON."""
    imported = import_roadmap(file.read_bytes(), file_name=file.name)
    text = json.dumps(imported.payload, ensure_ascii=False, indent=2)
    output.write_text(f"{text}\n", encoding="utf-8")
    remarks = [{"place": remark.place, "text": remark.text} for remark in imported.remarks]
    if as_json:
        answer = {"rows": len(imported.payload["rows"]), "remarks": remarks}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for remark in remarks:
            click.echo(f"{remark['place']}: {remark['text']}", err=True)
        click.echo(
            f"{output}: перенесено строк – {len(imported.payload['rows'])}, замечаний – {len(remarks)}."
        )
    accept("roadmap", imported.payload)
