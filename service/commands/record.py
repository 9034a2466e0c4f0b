"""`verify` and `journal`: is the record what was recorded, and the numbers of an organisation."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import click

from service.accounts import only_organisation
from service.accounts.lookup import organisations
from service.archive import Filter
from service.backends import Backends
from service.commands.answers import EXIT_REFUSED, read_payload
from service.commands.opening import opened
from service.documents import Actor, ChainHead, Problem
from service.errors import InputError
from service.journal_print import journal_docx, journal_pdf, journal_xlsx
from service.registration import all_series

_MEGABYTE = 1_000_000


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Файл с концами цепочек, сохранённый командой verify heads.",
)
@click.option("--resume", is_flag=True, help="Продолжить прерванную проверку.")
@click.option("--rate", type=click.IntRange(0, 100_000), default=0, help="Не быстрее, МБ/с; 0 – без предела.")
@click.pass_context
def verify(context: click.Context, *, as_json: bool, heads: Path | None, resume: bool, rate: int) -> None:
    """Сверить архив, журнал и файлы с записанным."""
    if context.invoked_subcommand is not None:
        return
    found: list[Problem] = []
    with opened(existing=True) as backends:
        kept = _read_heads(heads) if heads else []
        scrub = backends.archive.scrub(heads=kept, rate_bytes_s=rate * _MEGABYTE)
        for page in scrub.pages(resume=resume):
            found += page
            for one in [] if as_json else page:
                click.echo(f"{one.code}: {one.text} {one.document_id} {one.number or ''}".rstrip())
    if as_json:
        answer = {"ok": not found, "problems": [dataclasses.asdict(problem) for problem in found]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo(f"Найдено нарушений: {len(found)}." if found else "Нарушений нет.")
    if found:
        sys.exit(EXIT_REFUSED)


@verify.command("heads")
def verify_heads() -> None:
    """Показать концы цепочек: сохраните их вне сервиса как доказательство."""
    with opened(existing=True) as backends:
        known = organisations(backends.engine)
        heads = [head for one in known for head in backends.archive.heads(one.id)]
    click.echo(json.dumps([dataclasses.asdict(head) for head in heads], ensure_ascii=False, indent=2))


@click.group()
def journal() -> None:
    """Журнал регистрации."""


@journal.command("print")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Файл.")
@click.option("--year", type=click.IntRange(1000, 9999), help="Год.")
@click.option("--kind", default="", help="Вид документа: order или order/приказ.")
@click.option("--organisation", default="", help="Имя или код организации; не нужно, если она одна.")
def journal_print(output: Path, year: int | None, kind: str, organisation: str) -> None:
    """Записать журнал в файл .xlsx, .docx или .pdf."""
    with opened(existing=True) as backends:
        whose = only_organisation(backends.engine, organisation)
        _require_series(kind, {*_parents(all_series()), *backends.archive.journal.series(whose)})
        output.write_bytes(_printed(backends, whose, Filter(year=year, series=kind), output.suffix))
    click.echo(str(output))


@journal.command("numbering")
@click.argument("series")
@click.argument("pattern")
@click.option("--first", type=int, default=1, show_default=True, help="С какого номера начинать.")
@click.option("--year", type=click.IntRange(0, 9999), default=0, help="Для одного года; 0 – для всех.")
@click.option("--organisation", default="", help="Имя или код организации; не нужно, если она одна.")
def journal_numbering(series: str, pattern: str, first: int, year: int, organisation: str) -> None:
    """Задать вид номеров: journal numbering order/приказ "{n:03}а-ОД" --first 376 --year 2022."""
    with opened(existing=True) as backends:
        _require_series(series, all_series())
        numbers = backends.archive.journal
        actor = Actor("command-line", only_organisation(backends.engine, organisation), "Командная строка")
        numbers.set_numbering(series, actor=actor, pattern=pattern, first=first, year=year)
    click.echo(f"{series}: {pattern}, с номера {first}.")


def _require_series(series: str, known: Collection[str]) -> None:
    """Refuse a slip of the pen: it would print an empty journal, or set a rule that no paper ever asks for."""
    if series and series not in known:
        raise InputError(f"Журнала «{series}» нет. Есть: {', '.join(sorted(known))}.")


def _parents(series: Iterable[str]) -> set[str]:
    """Return series with the kinds that they belong to: «order/приказ» and «order»."""
    return {part for one in series for part in (one, one.partition("/")[0])}


def _printed(backends: Backends, organisation_id: str, chosen: Filter, suffix: str) -> bytes:
    if suffix == ".xlsx":
        return journal_xlsx(backends.archive, organisation_id, chosen)
    makers = {".docx": journal_docx, ".pdf": journal_pdf}
    if suffix not in makers:
        raise InputError("Имя файла журнала должно оканчиваться на .xlsx, .docx или .pdf.")
    return makers[suffix](backends.archive, organisation_id, chosen, press=backends.press)


def _read_heads(file: Path) -> list[ChainHead]:
    listed: Any = read_payload(file)
    try:
        heads = [ChainHead(**one) for one in listed]
    except TypeError:
        heads = []
    texts = [text for head in heads for text in (head.organisation_id, head.chain_sha256, head.chain)]
    numbered = all(type(head.chain_number) is int for head in heads)
    if not heads or not numbered or not all(isinstance(text, str) for text in texts):
        raise InputError(f"{file.name}: это не концы цепочек. Сохраните их командой verify heads.")
    return heads
