"""Registers orders in a process of its own: `registrar.py FOLDER DATABASE_URL KEY…`, ten at a time.

Says «ready», waits for a line on standard input, then prints «KEY NUMBER» for everyone that was acknowledged. A key
that begins with «once» is sent without an idempotency key.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
import structlog

from service.archive import Archive
from service.database import open_database
from service.documents import Actor
from service.filling import TemplateCache
from service.pipeline import Press
from service.production import make_version
from service.storage.local import LocalStorage
from tests.doubles import DoubleConverter
from tests.samples import TEMPLATES, read_sample

ANNA = Actor(id="a" * 32, organisation_id="1" * 32, name="Анна Ивановна Смирнова")
THREADS = 10
_saying = threading.Lock()


def open_archive(folder: Path, database_url: str) -> tuple[sa.Engine, Archive]:
    engine = open_database(database_url, busy_timeout_s=60)
    storage = LocalStorage(folder / "files")
    return engine, Archive(engine, storage, now=_utc_now, new_id=lambda: secrets.token_hex(16))


def register(archive: Archive, press: Press, key: str) -> str:
    payload = {**read_sample("order"), "number": ""}
    keyed = {} if key.startswith("once") else {"idempotency_key": key, "request_sha256": "e" * 64}
    made = make_version("order", payload, press=press, archive=archive, actor=ANNA, register=True, **keyed)
    return str(made.payload["number"])


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _say(text: str) -> None:
    with _saying:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine, archive = open_archive(Path(sys.argv[1]), sys.argv[2])
    press = Press(TemplateCache(TEMPLATES), DoubleConverter(), 10)
    _say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [
            pool.submit(lambda k=key: _say(f"{k} {register(archive, press, k)}")) for key in sys.argv[3:]
        ]:
            done.result()
    engine.dispose()
