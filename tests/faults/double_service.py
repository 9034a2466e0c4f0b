"""The service as `serve` runs it, with the converter double in place of LibreOffice.

Supervisor, web server, workers, database and storage are the real ones; settings come from the environment.
Started by `harness`; the web server listens on the socket WEB_SOCKET, so that no port is needed.
"""

from __future__ import annotations

import os
import sys

from service.backends import feeders, make_papers, new_id, open_backends
from service.config import read_settings
from service.metrics import shared_folder
from service.work.process import die_with_parent, stop_when_asked
from service.work.supervisor import Role, Supervisor
from tests.doubles import DoubleConverter

MARK = "этот документ убивает обработчик"


class KilledByOnePaper(DoubleConverter):
    """R-05: one marked paper ends the whole process that converts it."""

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        from tests.doubles import docx_lines

        if any(MARK in line for line in docx_lines(docx)):
            os._exit(139)
        return super().convert(docx, deadline_s=deadline_s)


def serve() -> int:
    settings = read_settings()
    stop = stop_when_asked()
    backends = open_backends(settings, converter=DoubleConverter())
    roles = [Role("worker", lambda child_id: command("slot", child_id), count=settings.workers)]
    if "WEB_SOCKET" in os.environ:
        roles.append(Role("web", lambda child_id: command("web", child_id), essential=True))
    beside = feeders(settings, backends.leases)
    with shared_folder(settings.work_dir / "metrics", os.environ):
        return Supervisor(roles, leases=backends.leases, new_id=new_id, beside=beside).run(stop)


def command(role: str, child_id: str) -> list[str]:
    return [sys.executable, __file__, role, child_id, str(os.getpid())]


def web() -> None:
    from service.app import create_app  # as `service web` does: workers do without
    from service.server import Server

    class DoubleServer(Server):
        def load_config(self) -> None:
            super().load_config()
            self.cfg.set("bind", "unix:" + os.environ["WEB_SOCKET"])

        def load(self):
            return create_app(self._settings, open_backends(self._settings, converter=DoubleConverter()))

    DoubleServer(read_settings()).run()


def slot(worker_id: str) -> None:
    stop = stop_when_asked()
    settings = read_settings()
    backends = open_backends(settings, converter=KilledByOnePaper())
    make_papers(settings, backends, worker_id, stop)
    backends.close()


def main() -> int:
    role, *rest = sys.argv[1:]
    if role == "serve":
        die_with_parent(int(rest[0]))
        return serve()
    die_with_parent(int(rest[1]))
    if role == "web":
        web()
    else:
        slot(rest[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
