"""A running service that a test may hurt: kill its workers, its web server, all of it, and count afterwards."""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.backends import Backends, open_backends
from service.config import read_settings
from service.database import reading, writing
from service.database.tables import document, organisation, version
from service.documents import Actor
from service.work import BatchFacts, Order
from tests.cluster import Cluster
from tests.doubles import DoubleConverter, eventually
from tests.samples import PROJECT, read_sample

KIND = "acquaintance_sheet"
FACTS = BatchFacts(kind=KIND, file_name="листы.xlsx", source_sha256="c" * 64)
DOUBLE = [sys.executable, str(Path(__file__).with_name("double_service.py")), "serve", str(os.getpid())]
START_S = 180.0


class RunningService:
    """A supervisor with its children, on a folder of its own.

    Args:
        folder: database (unless elsewhere), files and the socket of the web server.
        database_url: another database than SQLite in the folder.
        workers: how many.
        web: whether a web server runs too.
        command: starts the supervisor; the double unless told otherwise.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        workers: int = 2,
        web: bool = False,
        command: list[str] | None = None,
        **settings: str,
    ) -> None:
        self.socket = folder / "web.sock"
        self._command = command or DOUBLE
        values = {
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'f.db'}",
            "STORAGE_URL": f"file:{folder / 'files'}",
            "WORK_DIR": str(folder / "work"),
            "SECRET_KEY_FILE": str(folder / "key"),
            "WORKERS": str(workers),
            **settings,
        }
        self.environment = {**os.environ, **values, "PYTHONPATH": str(PROJECT)}
        if web:
            self.environment["WEB_SOCKET"] = str(self.socket)
        self._log = (folder / "log.txt").open("ab")
        # The test's own look at the same parts.
        self.backends: Backends = open_backends(read_settings(values), converter=DoubleConverter())
        self.backends.accounts.ensure_first_admin()
        with reading(self.backends.engine) as connection:
            found = connection.execute(sa.text("SELECT id, organisation_id, name FROM actor")).one()
        self.actor = Actor(*found)
        self.supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.supervisor = subprocess.Popen(
            self._command, env=self.environment, stdout=self._log, stderr=self._log, cwd=PROJECT
        )

    def stop(self) -> int:
        assert self.supervisor is not None
        self.supervisor.send_signal(signal.SIGTERM)
        return self.supervisor.wait(60)

    def kill(self) -> None:
        assert self.supervisor is not None
        self.supervisor.kill()
        self.supervisor.wait(60)

    def children(self, word: str) -> list[int]:
        """Process numbers of the children whose command has this word."""
        assert self.supervisor is not None
        return [pid for pid in descendants(self.supervisor.pid) if word in command_of(pid)]

    def enqueue(self, count: int, *, marked: int | None = None, mark: str = "") -> str:
        """Order a batch of the sample; the row at `marked` says what `mark` says in its title."""
        orders = [Order(KIND, read_sample(KIND)) for _ in range(count)]
        if marked is not None:
            orders[marked] = Order(KIND, marked_sample(mark))
        return self.backends.work.enqueue(self.actor, orders, batch=FACTS)

    def ended(self, batch_id: str) -> bool:
        return self.backends.work.batch(self.actor.organisation_id, batch_id).ended

    def documents(self) -> tuple[int, int]:
        """How many documents and how many versions the record has."""
        with reading(self.backends.engine) as connection:
            count = sa.select(sa.func.count())
            return (
                connection.execute(count.select_from(document)).scalar_one(),
                connection.execute(count.select_from(version)).scalar_one(),
            )

    def post(
        self, token: str, body: dict[str, Any], *, key: str, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """POST /documents over the socket; OSError or HTTPException when the server is killed meanwhile."""
        connection = _OverSocket(self.socket)
        try:
            sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            text = json.dumps(body).encode()
            connection.request("POST", "/api/v1/documents", text, {**sent, "Idempotency-Key": key, **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """GET over the socket."""
        connection = _OverSocket(self.socket)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def close(self) -> None:
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.kill()
            self.supervisor.wait(60)
        self.backends.close()
        self._log.close()


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(str(self._path))


def another_organisation(parts: Backends) -> Actor:
    """Somebody of a new organisation."""
    other = Actor(secrets.token_hex(16), secrets.token_hex(16), "Соседи")
    with writing(parts.engine) as connection:
        row = {"id": other.organisation_id, "name": "Соседи", "created_at": "2021"}
        connection.execute(sa.insert(organisation).values(row))
    return other


def marked_sample(mark: str) -> dict[str, Any]:
    """The sample with a text that the double of the converter knows."""
    payload = read_sample(KIND)
    payload["title"] = f"О порядке: {mark}"
    return payload


def descendants(pid: int) -> list[int]:
    """Process numbers of everything a process started, the process itself left out."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def processes_with(text: str, *, settings: bool = False) -> list[int]:
    """Process numbers of all processes whose command, or one of whose settings when these count, names this text."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    words = (lambda pid: command_of(pid) + _environment_of(pid)) if settings else command_of
    return [pid for pid in numbers if pid != os.getpid() and text in words(pid)]


def _environment_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    return ""


@contextmanager
def killing(
    victims: Callable[[], list[int]], *, every_s: tuple[float, float], seed: int
) -> Iterator[list[int]]:
    """Kill a random one of the victims again and again while the block runs; gives the list of the killed."""
    chance = random.Random(seed)  # noqa: S311 - a test repeats its chances
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(chance.uniform(*every_s)):
            living = victims()
            if living:
                pid = chance.choice(living)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    killer = threading.Thread(target=kill, name="killer")
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


def end_under_kills(
    service: RunningService, batch_id: str, *, kills: int, seed: int, within_s: float
) -> list[int]:
    """Wait for the end of a batch, and kill a random worker whenever another part of its rows is done.

    The kills follow the work and no clock, so that a fast machine has them too. Returns the killed.
    """
    chance = random.Random(seed)  # noqa: S311 - a test repeats its chances
    killed: list[int] = []

    def has_ended() -> bool:
        progress = service.backends.work.batch(service.actor.organisation_id, batch_id)
        due = progress.counts["done"] * (kills + 1) // progress.batch.total
        living = service.children(" slot ") if len(killed) < due else []
        if living and not progress.ended:
            killed.append(chance.choice(living))
            with suppress(ProcessLookupError):
                os.kill(killed[-1], signal.SIGKILL)
        return progress.ended

    eventually(has_ended, within_s=within_s)
    return killed


def posts_with_kills(service: RunningService, *, rounds: int, seed: int) -> tuple[list[str], int]:
    """POST `rounds` papers; kill the web process at a random moment of each and repeat until acknowledged.

    Returns the acknowledged document ids and how many POSTs were cut off.
    """
    token, _ = service.backends.accounts.create_token(service.actor, "проверка", 30)
    chance = random.Random(seed)  # noqa: S311 - a test repeats its chances
    acknowledged, cut = [], 0
    eventually(service.socket.exists, within_s=START_S)
    for number in range(rounds):
        body = {"kind": KIND, "payload": read_sample(KIND), "reason": f"Опыт {number}"}
        eventually(lambda: web_servers(service), within_s=START_S)
        victim = web_servers(service)[0]
        threading.Timer(chance.uniform(0, 0.3), _kill_quietly, [victim]).start()
        deadline = time.monotonic() + START_S
        while True:
            try:
                status, answer = service.post(token, body, key=f"round-{number}")
            except (OSError, http.client.HTTPException):
                cut += 1
                assert time.monotonic() < deadline, "the web server did not come back"
                continue
            assert status == 201, answer
            acknowledged.append(answer["document_id"])
            break
    return acknowledged, cut


def batch_with_restarts(
    service: RunningService,
    cluster: Cluster,
    *,
    rows: int,
    restarts: int,
    while_away: Callable[[], object] = lambda: None,
) -> str:
    """Make a batch while its PostgreSQL is killed again and again between two papers; return the batch."""
    batch_id, organisation_id = service.enqueue(rows), service.actor.organisation_id

    def done() -> int:
        return service.backends.work.batch(organisation_id, batch_id).counts["done"]

    service.start()
    if "WEB_SOCKET" in service.environment:
        eventually(service.socket.exists, within_s=START_S)
    for number in range(restarts):
        wanted = rows * (number + 1) // (restarts + 2)
        eventually(lambda wanted=wanted: done() >= wanted, within_s=START_S)
        cluster.kill()
        while_away()
        cluster.start()
    eventually(lambda: service.ended(batch_id), within_s=START_S)
    return batch_id


def web_servers(service: RunningService) -> list[int]:
    """The processes that answer requests: the children of gunicorn's first process."""
    return [pid for first in service.children(" web ")[:1] for pid in descendants(first)]


def _kill_quietly(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
