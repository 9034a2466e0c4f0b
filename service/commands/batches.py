"""`blank` and `batch`: an Excel blank, and many papers from one file, without the archive."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from service.backends import SAMPLES, open_press
from service.batches import Outcome, Preflight, SourceFile, blank_workbook, preflight, read_source
from service.batches.ledger import Ledger
from service.batches.making import FAILED, REFUSED, make_rows
from service.batches.verdicts import verdict_workbook
from service.commands.answers import EXIT_REFUSED, known_kind, read_payload
from service.config import read_settings
from service.web.strict_json import parse_json


@click.command()
@click.argument("kind")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Файл .xlsx."
)
def blank(kind: str, output: Path) -> None:
    """Создать бланк Excel: одна строка – один документ."""
    name = known_kind(kind).name
    output.write_bytes(blank_workbook(name, read_payload(SAMPLES / f"{name}.json")))
    click.echo(str(output))


@click.command()
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Папка."
)
@click.option("--check", "check_only", is_flag=True, help="Только проверить строки.")
@click.option("--no-pdf", is_flag=True, help="Только DOCX.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
def batch(kind: str, file: Path, output: Path, check_only: bool, no_pdf: bool, as_json: bool) -> None:
    """Создать документы из строк файла .xlsx, .json или .jsonl; повторный запуск создаёт только недостающие."""
    settings = read_settings()
    data = file.read_bytes()
    source = read_source(kind, data, file_name=file.name, parse_json=parse_json)
    press = open_press(settings)
    try:
        checked = preflight(kind, source, press.strictness)
        if check_only:
            outcomes = [
                Outcome(v.row, REFUSED if v.refused else "принят", v.messages) for v in checked.verdicts
            ]
        else:
            ledger = Ledger(output, kind)
            with click.progressbar(
                length=len(source.rows), label="Документы", show_pos=True, file=sys.stderr
            ) as bar:
                outcomes = make_rows(
                    kind,
                    checked,
                    press,
                    ledger=ledger,
                    at_once=settings.offices + 1,
                    with_pdf=not no_pdf,
                    done=lambda: bar.update(1),
                )
    finally:
        press.converter.close()
    output.mkdir(parents=True, exist_ok=True)
    verdict = _write_verdict(file, data, output, source, outcomes)
    _answer(checked, outcomes, verdict, as_json=as_json)
    if any(one.status in {REFUSED, FAILED} for one in outcomes):
        sys.exit(EXIT_REFUSED)


def _write_verdict(
    file: Path, data: bytes, output: Path, source: SourceFile, outcomes: Sequence[Outcome]
) -> Path:
    """Write the verdicts beside the papers: into the workbook that came, or as JSON."""
    if file.suffix.lower() == ".xlsx":
        target = output / f"{file.stem} (замечания).xlsx"
        target.write_bytes(verdict_workbook(data, source, outcomes))
        return target
    target = output / f"{file.stem} (замечания).json"
    lines = [_as_dict(one) for one in outcomes]
    target.write_text(json.dumps(lines, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return target


def _answer(checked: Preflight, outcomes: Sequence[Outcome], verdict: Path, *, as_json: bool) -> None:
    counts = Counter(one.status for one in outcomes)
    if as_json:
        answer = {
            "rows": len(outcomes),
            "statuses": dict(counts),
            "remarks": [message.as_dict() for message in checked.remarks],
            "verdict": str(verdict),
            "items": [_as_dict(one) for one in outcomes],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for message in checked.remarks:
        click.echo(message.line, err=True)
    for one in outcomes:
        for message in one.messages:
            if message.severity == "error":
                click.echo(f"№ {one.row.key}: {message.line}", err=True)
    summary = ", ".join(f"{status} – {count}" for status, count in counts.items())
    click.echo(f"Строк – {len(outcomes)}: {summary}. Замечания: {verdict}")


def _as_dict(one: Outcome) -> dict[str, Any]:
    return {
        "row": one.row.number,
        "key": one.row.key,
        "status": one.status,
        "file": one.file,
        "messages": [message.as_dict() for message in one.messages],
    }
