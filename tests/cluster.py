"""A private PostgreSQL server for tests: Debian's package, a folder of its own, no port.

Dies with the test run, however that ends. Its files are not synced: it must survive kills, not power cuts.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.doubles import eventually

START_S = 30.0
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_SUPERUSER = "formulyar"


class Cluster:
    """A running server; see `running_cluster`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers; also after `kill`."""
        options = (
            "fsync=off",
            "listen_addresses=",
            "max_connections=300",
            f"unix_socket_directories={self._folder}",
        )
        command = [
            _binary("postgres"),
            "-D",
            str(self._folder / "data"),
            *(f"-c{option}" for option in options),
        ]
        # SIGINT is PostgreSQL's fast shutdown.
        self._server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "INT", *command], **_as_owner(), stderr=subprocess.DEVNULL
        )
        eventually(self._answers, within_s=START_S)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        assert self._server is not None
        # SIGQUIT ends all its processes without a checkpoint; SIGKILL would leave them shared memory.
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(timeout=START_S)

    def new_database(self, *, like: str = "") -> str:
        """Return the DATABASE_URL of a new database: empty, or like another that nobody is connected to."""
        name = f"test_{secrets.token_hex(6)}"
        model = _name(like) if like else "template1"
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}")  # ours: letters and digits
        return f"postgresql+psycopg://{_SUPERUSER}@/{name}?host={self._folder}"

    def drop(self, url: str) -> None:
        """Remove a database together with its connections."""
        with self._connect("postgres") as connection:
            connection.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self._folder), user=_SUPERUSER, dbname=name, autocommit=True)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Give a running server and remove it afterwards."""
    # Not pytest's folder: its parents are closed to the user that the server must run as.
    folder = Path(tempfile.mkdtemp(prefix="formulyar-pg-"))
    cluster = Cluster(folder)
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        initdb = [_binary("initdb"), "-D", str(folder / "data"), "-U", _SUPERUSER, "-A", "trust"]
        subprocess.run(
            [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            **_as_owner(), check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        cluster.start()
        yield cluster
        cluster.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _binary(name: str) -> str:
    assert _BINARIES, "PostgreSQL is not installed: make setup-test"
    return str(_BINARIES[-1] / name)


def _as_owner() -> dict[str, object]:
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    if os.getuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
