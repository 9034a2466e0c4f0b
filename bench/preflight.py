"""A region's workbook on its way to the queue and back, as a share of the time its papers take to be made."""

from __future__ import annotations

import copy
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.clock import once_ms, per_second
from bench.papers import payload_of
from bench.results import Row, Section
from service.backends import Backends, open_backends
from service.batches.batches import SentFile
from service.batches.blank import workbook_of
from service.batches.preflight import preflight
from service.batches.source import read_source
from service.config import Settings, read_settings
from service.documents import Actor
from service.production import make_paper
from service.web.strict_json import parse_json

KIND, COUNT, MADE = "curator_report", 1_000, 24
# What people wait for may be a tenth of what the machine then works.
TARGET = 10.0


def batches() -> Section:
    """Measure every step around the making of a thousand wide reports."""
    data = workbook_of(KIND, _papers())
    with tempfile.TemporaryDirectory() as name:
        settings = _settings(Path(name))
        backends = open_backends(settings, eager=True)
        try:
            made_s = COUNT / _papers_per_s(backends, settings.offices)
            rows = [
                Row(
                    f"the making itself, {settings.offices} offices, from {MADE} papers", made_s * 1000, "ms"
                ),
                *_steps(backends, data, made_s * 1000),
            ]
        finally:
            backends.close()
    return Section(
        f"A batch of {COUNT} curator reports, {len(data) / 1e6:.1f} MB of workbook",
        "Ratio: how many times longer the making takes than the step; real offices make the papers.",
        rows,
    )


def _steps(backends: Backends, data: bytes, made_ms: float) -> Iterator[Row]:
    actor = Actor(id="a" * 32, organisation_id=_organisation(backends), name="Замер")
    sent, parts = SentFile("отчёты.xlsx", data), backends.batches
    source = read_source(KIND, data, file_name=sent.name, parse_json=parse_json)
    kept: dict[str, str] = {}

    def upload() -> None:
        kept["upload"] = parts.upload(actor, KIND, sent, parse_json).id

    def looked_at() -> None:
        pause, (file, _) = threading.Event(), parts.upload_of(actor.organisation_id, kept["upload"])
        while parts.check(file):
            pause.wait(0.25)

    def start() -> None:
        kept["batch"] = parts.start(actor, kept["upload"], parse_json)

    def result() -> None:
        parts.result(actor.organisation_id, kept["batch"], address=str, parse_json=parse_json)

    for what, step in (
        ("reading", lambda: read_source(KIND, data, file_name=sent.name, parse_json=parse_json)),
        ("checks", lambda: preflight(KIND, source, backends.press.strictness)),
        ("upload: accepting", upload),
        ("the rest of the upload: reading, checks, keeping", looked_at),
        ("start", start),
        ("workbook with verdicts", result),
        (
            "the same file once more, as a correction",
            lambda: parts.correct(actor, kept["batch"], sent, parse_json),
        ),
    ):
        busy_s = time.process_time()  # of all threads; the offices are processes of their own and idle
        spent_ms = once_ms(step)
        busy_s = time.process_time() - busy_s
        target = TARGET if what in {"upload: accepting", "start"} else None
        yield Row(
            f"{what}, {busy_s:.1f} s of processor", spent_ms, "ms", made_ms / spent_ms, "the step", target
        )


def _papers_per_s(backends: Backends, offices: int) -> float:
    papers = [payload for _, payload in _papers(MADE)]
    return per_second(
        lambda number: make_paper(KIND, papers[number], backends.press), calls=MADE, threads=offices + 1
    )


def _papers(count: int = COUNT) -> list[tuple[str, dict[str, Any]]]:
    papers = []
    for number in range(1, count + 1):
        payload = copy.deepcopy(payload_of(KIND))
        payload["school"]["name"] = f"МБОУ «Школа № {number}»"
        papers.append((str(number), payload))
    return papers


def _organisation(backends: Backends) -> str:
    admin = backends.accounts.ensure_first_admin()
    if admin is None:
        raise ValueError("the database is not new")
    return backends.accounts.sign_in(admin.login, admin.password).organisation_id


def _settings(folder: Path) -> Settings:
    own = {
        "DATABASE_URL": f"sqlite:///{folder / 'formulyar.sqlite3'}",
        "STORAGE_URL": f"file:{folder / 'files'}",
        "WORK_DIR": str(folder / "work"),
    }
    return read_settings({**os.environ, **own})
