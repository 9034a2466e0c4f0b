"""The whole way, JSON to a recorded PDF in a real archive, and previews through the web application."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask.testing import FlaskClient

from bench.clock import in_turns_ms, median_ms, once_ms, per_second, percentile
from bench.memory import shares_of
from bench.papers import THREE, compiled, context_of, docx_of, kind_of, payload_of
from bench.results import Row, Section
from service.app import create_app
from service.backends import Backends, open_backends
from service.config import Settings, read_settings
from service.conversion import PdfProperties, finish_pdf
from service.documents import Actor
from service.filling import last_words
from service.production import make_version

# Two offices on four processors: the others belong to the service, its database and the machine.
OFFICES, THREADS = 2, 4
_numbers = count(1)


def whole_way() -> Section:
    """Measure recorded papers a second against what the offices alone can do."""
    rows: list[Row] = []
    with _service() as (_, backends, actor):
        converter, deadline_s = backends.press.converter, backends.press.deadline_s
        for name in THREE:
            docx = docx_of(name)
            warm = median_ms(lambda d=docx: converter.convert(d, deadline_s=deadline_s), 20)
            rounds = [
                (
                    per_second(
                        lambda _, d=docx: converter.convert(d, deadline_s=deadline_s),
                        calls=24,
                        threads=THREADS,
                    ),
                    per_second(lambda _, n=name: _record(n, backends, actor), calls=24, threads=THREADS),
                )
                for _ in range(5)
            ]
            bare, made = (statistics.median(speeds) for speeds in zip(*rounds, strict=True))
            rows += [
                Row(f"{name}: bare conversion, one at a time", warm, "ms"),
                Row(f"{name}: bare limit, {OFFICES} offices × 1 / that", OFFICES * 1000 / warm, "papers/s"),
                Row(f"{name}: bare conversions, {THREADS} threads", bare, "papers/s"),
                Row(f"{name}: JSON to recorded PDF, {THREADS} threads", made, "papers/s",
                    made / bare, "bare conversions", 0.85),
            ]  # fmt: skip
        rows += _parts()
        rows += [Row(what, value, "MB") for what, value in shares_of()]
    return Section(
        "End to end",
        f"{OFFICES} offices, {THREADS} threads, SQLite and local files on this disk; every paper is new. The bare"
        " conversions are those of the same offices, in turns; medians of five rounds.",
        rows,
    )


def previews() -> Section:
    """Measure POST /api/v1/previews against the bare conversion of the same paper."""
    rows: list[Row] = []
    with _service() as (settings, backends, actor):
        client = create_app(settings, backends).test_client()
        text, _ = backends.accounts.create_token(actor, "bench", 1)
        headers = {"Authorization": f"Bearer {text}"}
        for name in THREE:
            docx = docx_of(name)
            spent: dict[str, list[float]] = {"bare conversion": [], "PDF": [], "PNG of page 1": []}
            for _ in range(42):
                spent["bare conversion"].append(
                    once_ms(lambda d=docx: backends.press.converter.convert(d, deadline_s=60))
                )
                spent["PDF"].append(once_ms(lambda n=name: _preview(client, headers, n, "")))
                spent["PNG of page 1"].append(once_ms(lambda n=name: _preview(client, headers, n, "?page=1")))
            # The first of each brings templates, dictionaries and libraries into memory.
            found = {
                what: (statistics.median(ms[2:]), percentile(ms[2:], 0.95)) for what, ms in spent.items()
            }
            bare, _ = found.pop("bare conversion")
            rows.append(Row(f"{name}: bare conversion, p50", bare, "ms"))
            for what, (p50, p95) in found.items():
                rows.append(Row(f"{name}: preview, {what}, p50", p50, "ms", p50 / bare, "bare conversion"))
                rows.append(Row(f"{name}: preview, {what}, p95", p95, "ms", p95 / bare, "bare conversion"))
    return Section(
        "Previews",
        "POST /api/v1/previews through the whole application, one at a time, in turns with bare"
        " conversions; every paper is new. The target is p95 below 4 bare conversions.",
        rows,
    )


def _parts() -> list[Row]:
    """What one order costs outside of the office and of the checks."""
    kind, name = kind_of("order"), "order"
    payload, docx = payload_of(name), docx_of(name)
    template, context = compiled(kind.name), context_of(name)
    rows = [
        Row(f"{name}: load and context", median_ms(lambda: kind.context(kind.load(payload)), 20), "ms"),
        Row(f"{name}: fill and compare", median_ms(lambda: template.fill(context, title=""), 20), "ms"),
    ]
    with _service() as (_, backends, _actor):
        pdf = backends.press.converter.convert(docx, deadline_s=60)
    properties = PdfProperties(title="Приказ", author="Управление образования")
    finish, words = in_turns_ms(
        lambda: finish_pdf(pdf, properties=properties, last_words=last_words(docx)),
        lambda: last_words(docx),
        times=20,
    )
    return [
        *rows,
        Row(f"{name}: last words of the .docx", words, "ms"),
        Row(f"{name}: the PDF checked, named, made reproducible", finish, "ms"),
        Row(f"{name}: size of the PDF as the office made it", len(pdf) / 1024, "KB"),
        Row(f"{name}: size of the finished PDF",
            len(finish_pdf(pdf, properties=properties).pdf) / 1024, "KB"),
    ]  # fmt: skip


@contextmanager
def _service() -> Iterator[tuple[Settings, Backends, Actor]]:
    """A service of its own in a temporary folder, its offices started."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        settings = replace(
            read_settings(),
            database_url=f"sqlite:///{folder / 'bench.sqlite3'}",
            storage_url=f"file:{folder / 'files'}",
            secret_key_file=folder / "secret_key",
            work_dir=folder / "work",
            offices=OFFICES,
        )
        backends = open_backends(settings, eager=True)
        try:
            organisation = backends.accounts.create_organisation("Управление образования")
            actor = backends.accounts.create_account(
                organisation, login="bench", name="Проверка", password=token_hex(16), is_admin=True
            )
            for _ in range(2 * OFFICES):
                backends.press.converter.convert(docx_of("order"), deadline_s=60)
            yield settings, backends, actor
        finally:
            backends.close()


def _new(name: str) -> dict[str, Any]:
    """Return the payload of a sample with a title of its own where it has one."""
    payload = payload_of(name)
    if "title" in payload:
        payload["title"] = f"{payload['title']} {next(_numbers)}"
    return payload


def _record(name: str, backends: Backends, actor: Actor) -> None:
    make_version(kind_of(name).name, _new(name), press=backends.press, archive=backends.archive, actor=actor)


def _preview(client: FlaskClient, headers: dict[str, str], name: str, query: str) -> None:
    body = {"kind": kind_of(name).name, "payload": _new(name)}
    answer = client.post(f"/api/v1/previews{query}", json=body, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"a preview failed: {answer.status_code}")
