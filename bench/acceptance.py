"""The whole product from outside, over HTTP: one workbook of curator reports while processes are killed at random.

    python -m bench.acceptance [--rows 1000] [--distributed]

The embedded default is one `serve` on SQLite and local files. With --distributed it is what many machines would be,
on loopback addresses of this one: PostgreSQL, RabbitMQ and an S3 server, two web hosts without workers, three hosts of
workers, each host with a folder of its own. Both pass the same test: the papers are counted, verified, downloaded as
a bundle from the second web host, the bundle proves itself, and no process or private file is left over.
Real LibreOffice. Exit code 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from service.batches.blank import workbook_of
from tests.broker import running_broker
from tests.cluster import running_cluster
from tests.doubles import eventually
from tests.faults.harness import command_of, descendants, killing, processes_with
from tests.samples import PROJECT, read_sample
from tests.swift_server import ACCESS_KEY, SECRET_KEY, new_bucket, running_swift

KIND = "curator_report"
HOURS_S = 3 * 3600.0


class Host:
    """One machine: a command with settings of its own, started again when it dies, as systemd would."""

    def __init__(self, folder: Path, words: list[str], settings: dict[str, str]) -> None:
        folder.mkdir(mode=0o700, parents=True)
        self.address = f"http://{settings.get('HOST', '127.0.0.1')}:{settings.get('PORT', '0')}"
        own = {"WORK_DIR": str(folder / "work"), "OFFICES": "1", **settings}
        self.environment = {**os.environ, **own, "PYTHONPATH": str(PROJECT)}
        self._command = [sys.executable, "-m", "service", *words]
        self._log = (folder / "log.txt").open("ab")
        self.start()

    def start(self) -> None:
        """Start the supervisor of this host."""
        self.process = subprocess.Popen(
            self._command, env=self.environment, cwd=PROJECT, stdout=self._log, stderr=self._log
        )

    def mend(self) -> None:
        """Start it again if it was killed."""
        if self.process.poll() is not None:
            self.start()

    def processes(self) -> list[int]:
        """Return the numbers of every process that was started for this host, whoever its parent is now."""
        return processes_with(self.environment["WORK_DIR"], settings=True)

    def private_files(self) -> list[Path]:
        """Return what lies in the work folder."""
        work = Path(self.environment["WORK_DIR"])
        return [path for path in work.rglob("*") if not path.is_dir()]

    def stop(self) -> None:
        """End it in good order."""
        self.process.terminate()
        self.process.wait(90)
        self._log.close()


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[tuple[dict[str, str], list[Host]]]:
    """Give the settings and hosts of the default installation."""
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'formulyar.sqlite3'}",
        "STORAGE_URL": f"file:{folder / 'files'}",
        "SECRET_KEY_FILE": str(folder / "key"),
    }
    yield settings, [Host(folder / "host", ["serve"], {**settings, **_place("127.0.0.1"), "WORKERS": "3"})]


@contextlib.contextmanager
def distributed(folder: Path) -> Iterator[tuple[dict[str, str], list[Host]]]:
    """Give the settings and hosts of an installation on many machines."""
    with running_cluster() as cluster, running_broker() as broker, running_swift() as swift:
        settings = {
            "DATABASE_URL": cluster.new_database(),
            "STORAGE_URL": f"s3://{new_bucket(swift)}?endpoint={swift.endpoint}",
            "ENGINE_URL": broker.url,
            "SECRET_KEY_FILE": str(folder / "key"),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        web = [
            Host(folder / f"web{n}", ["serve"], {**settings, **_place(f"127.0.0.{n}"), "WORKERS": "0"})
            for n in (2, 3)
        ]
        workers = [Host(folder / f"worker{n}", ["worker", "--slots", "1"], settings) for n in (1, 2, 3)]
        yield settings, [*web, *workers]


def main() -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--distributed", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    installation = distributed if chosen.distributed else embedded
    with tempfile.TemporaryDirectory() as name, installation(Path(name)) as (settings, hosts):
        try:
            wrong = accepted(chosen.rows, settings, hosts, seed=chosen.seed)
            running = [pid for host in hosts for pid in host.processes()]
        finally:
            for host in hosts:
                host.stop()
        wrong += [] if len(running) > len(hosts) else ["the look for processes sees none of those that run"]
        wrong += [f"process left: {command_of(pid)}" for host in hosts for pid in host.processes()]
        wrong += [f"file left: {path}" for host in hosts for path in host.private_files()]
    print("all is well" if not wrong else "\n".join(wrong))
    return 1 if wrong else 0


def accepted(rows: int, settings: dict[str, str], hosts: list[Host], *, seed: int) -> list[str]:
    """Order a batch, kill processes until it is made, and return what is wrong with the result."""
    web = [host for host in hosts if not host.address.endswith(":0")]
    for host in web:
        eventually(lambda: _get(host, "/readyz", "")["ok"], within_s=300)  # noqa: B023 - called at once
    token = _token(settings)
    workbook = _workbook(rows)
    began = time.monotonic()
    upload = _post(web[0], token, workbook)
    print(f"{rows} rows accepted in {time.monotonic() - began:.1f} s")
    with killing(lambda: _victims(hosts), every_s=(2, 5), seed=seed) as killed:
        found = _when("batch_id", hosts, web[-1], f"/uploads/{upload}", token)
        batch = found["batch_id"]
        if found["error"]:
            return [f"upload: {found['error']}"]
        print(f"checked and ordered after {time.monotonic() - began:.1f} s, {found['refused']} refused")
        _when("ended", hosts, web[-1], f"/batches/{batch}", token)
    spent_s = time.monotonic() - began
    for host in hosts:
        host.mend()
    eventually(lambda: _get(web[-1], "/readyz", "")["ok"], within_s=300)
    progress = _get(web[-1], f"/api/v1/batches/{batch}", token)
    print(f"made in {spent_s:.0f} s with {len(killed)} kills: {progress['counts']}")
    wrong = [] if progress["counts"]["done"] == rows else [f"batch: {progress['counts']}"]
    made = [one for page in _pages(web[-1], token) for one in page]
    versions = {one["versions"] for one in made}
    wrong += [] if (len(made), versions) == (rows, {1}) else [f"documents: {len(made)}, versions: {versions}"]
    checked = _service(settings, "verify")
    wrong += [] if checked.returncode == 0 else [f"verify: {checked.stdout}{checked.stderr}"]
    return wrong + _bundle_damage(web[-1], token, batch)


def _victims(hosts: list[Host]) -> list[int]:
    """Web servers, workers and offices; now and then a whole host."""
    below = [pid for host in hosts for pid in descendants(host.process.pid)]
    chosen = [
        pid for pid in below if any(w in command_of(pid) for w in (" slot ", " web ", "office", "inside"))
    ]
    return [*chosen, *(host.process.pid for host in hosts)]


def _when(name: str, hosts: list[Host], web: Host, path: str, token: str) -> dict[str, Any]:
    """Start what was killed until the answer of a web server has a value under this name, or an error; return it."""
    found: dict[str, Any] = {}

    def has_come() -> bool:
        for host in hosts:
            host.mend()
        with contextlib.suppress(OSError, ValueError):
            found.update(_get(web, f"/api/v1{path}", token))
        return bool(found.get(name) or found.get("error"))

    eventually(has_come, within_s=HOURS_S)
    return found


def _pages(web: Host, token: str) -> Iterator[list[dict[str, Any]]]:
    cursor: str | None = ""
    while cursor is not None:
        page = _get(web, f"/api/v1/documents?limit=200{f'&cursor={cursor}' if cursor else ''}", token)
        yield page["items"]
        cursor = page["next_cursor"]


def _bundle_damage(web: Host, token: str, batch: str) -> list[str]:
    """Download the papers and let the program inside the bundle look at them."""
    request = _request(web, f"/api/v1/batches/{batch}/bundle.zip", token)
    with urllib.request.urlopen(request, timeout=600) as answer, tempfile.TemporaryDirectory() as name:  # noqa: S310
        zipfile.ZipFile(io.BytesIO(answer.read())).extractall(name)
        script = next(Path(name).rglob("*.py"))
        done = subprocess.run(
            [sys.executable, str(script)], cwd=script.parent, capture_output=True, text=True
        )
    print(done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "")
    return [] if done.returncode == 0 else [f"bundle: {done.stdout}{done.stderr}"]


def _workbook(rows: int) -> bytes:
    sample = read_sample(KIND)
    school = sample["school"]
    papers = [
        (str(number), {**sample, "school": {**school, "name": f"МБОУ «Ясненская СОШ № {number}»"}})
        for number in range(1, rows + 1)
    ]
    return workbook_of(KIND, papers)


def _post(web: Host, token: str, workbook: bytes) -> str:
    line = "--formulyar"
    parts = [f'{line}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{KIND}\r\n']
    parts += [f'{line}\r\nContent-Disposition: form-data; name="file"; filename="reports.xlsx"\r\n']
    parts += ["Content-Type: application/octet-stream\r\n\r\n"]
    body = "".join(parts).encode() + workbook + f"\r\n{line}--\r\n".encode()
    request = _request(web, "/api/v1/batches", token, data=body)
    request.add_header("Content-Type", f"multipart/form-data; boundary={line[2:]}")
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - our own address
        return str(json.load(answer)["upload_id"])


def _get(web: Host, path: str, token: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(_request(web, path, token), timeout=30) as answer:  # noqa: S310
            return dict(json.load(answer))
    except OSError:
        if path == "/readyz":
            return {"ok": False}
        raise


def _request(web: Host, path: str, token: str, data: bytes | None = None) -> urllib.request.Request:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return urllib.request.Request(web.address + path, data=data, headers=headers)  # noqa: S310


def _token(settings: dict[str, str]) -> str:
    return _service(settings, "token", "add", "admin", "acceptance").stdout.strip()


def _service(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *words],
        env={**os.environ, **settings},
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )


def _place(address: str) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return {"HOST": address, "PORT": str(probe.getsockname()[1]), "BODY_LIMIT_BYTES": "100000000"}


if __name__ == "__main__":
    sys.exit(main())
