"""The web server: gunicorn with one process and threads, started from the command line.

The application, its offices and its threads are made after the fork, because neither survives one.
"""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from service.app import create_app
from service.backends import open_backends
from service.config import Settings
from service.web.strict_json import parse_json
from service.work.process import die_with_parent

# A paper may wait for its office and for its conversion; a thread that hangs longer is lost anyway.
_TIMEOUT_S = 180


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, told by our settings and by nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its options; called by gunicorn."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "timeout": _TIMEOUT_S,
            "graceful_timeout": 30,
            "control_socket_disable": True,
            # Russian words take six letters each in an address: a search by several fields needs more than 4,094.
            "limit_request_line": 8190,
            "loglevel": "warning",
            "when_ready": self._say_address,
            "post_fork": lambda arbiter, _worker: die_with_parent(arbiter.pid),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def _say_address(self, _arbiter: object) -> None:
        """Tell people once the server listens, not before; called by gunicorn."""
        click.echo(f"Формуляр работает: http://{self._settings.host}:{self._settings.port}")

    def load(self) -> Flask:
        """Return the application; called by gunicorn in the worker."""
        backends = open_backends(self._settings, eager=True)
        backends.batches.wake(parse_json)  # a process before this one may have left files
        return create_app(self._settings, backends)
