"""`serve` as people start it: one command, a real server, real workers, real offices, and nothing afterwards."""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.error
import urllib.request

import pytest

from tests.broker import free_ports
from tests.doubles import eventually
from tests.faults.harness import RunningService, processes_with
from tests.samples import read_sample

pytestmark = pytest.mark.office


def test_one_command_serves_makes_ordered_papers_and_ends_with_everything(tmp_path):
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "service", "serve"]
    service = RunningService(tmp_path, workers=1, command=command, OFFICES="1", PORT=str(port))
    address = f"http://127.0.0.1:{port}"
    token, _ = service.backends.accounts.create_token(service.actor, "проверка", 30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(path, body=None, **more):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{address}{path}", data, {**headers, **more})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())

    def ready():
        try:
            return ask("/readyz")[0] == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    try:
        service.start()
        eventually(ready, within_s=180)
        body = {"kind": "order", "payload": read_sample("order")}
        status, job = ask("/api/v1/documents", body, Prefer="respond-async")
        eventually(lambda: ask(f"/api/v1/jobs/{job['id']}")[1]["state"] == "done", within_s=180)
        version = ask(ask(f"/api/v1/jobs/{job['id']}")[1]["version"])[1]
        offices = processes_with(str(tmp_path))
        # Both have an office by now, and the killed ones cannot clean up behind themselves.
        for child in (*service.children(" slot "), *service.children(" web ")):
            os.kill(child, signal.SIGKILL)
        service.supervisor.send_signal(signal.SIGINT)
        code = service.supervisor.wait(60)
    finally:
        service.close()

    assert (status, version["number"], code) == (202, 1, 0)
    assert version["pages"] > 0
    assert version["office_version"].count(".") >= 2
    assert offices
    assert processes_with(str(tmp_path)) == []
    assert [path for path in (tmp_path / "work").rglob("*") if path.name != "metrics"] == []
    assert f"Формуляр работает: {address}" in (tmp_path / "log.txt").read_text(encoding="utf-8")
