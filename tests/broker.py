"""A private RabbitMQ for tests: Debian's package, a folder and a node of its own, free ports, its own epmd.

Dies with the test run, however that ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.doubles import eventually

START_S = 180.0
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_USER = "rabbitmq"
# The node is a shell script with Erlang and its helpers below: in a process space of their own they end together.
_ALONE = ["bwrap", "--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc"]


class Broker:
    """A running node; see `running_broker`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._dist_port, self._epmd_port = free_ports(3)
        self._processes: list[subprocess.Popen[bytes]] = []
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        """Start epmd and the node; return when it answers. Also after `kill`."""
        environment = self._environment()
        # In the foreground: the epmd that Erlang starts by itself would stay for ever.
        epmd = ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)]
        for command in (epmd, [str(SERVER)]):
            self._processes.append(
                subprocess.Popen(
                    [*_ALONE, *command], env=environment, cwd=self._folder,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_owner(),
                )
            )  # fmt: skip
        eventually(self._answers, within_s=START_S)

    def kill(self) -> None:
        """End everything at once."""
        for process in reversed(self._processes):
            process.kill()
            process.wait(30)
        self._processes.clear()

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": folder,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "formulyar@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": folder,
            "RABBITMQ_LOG_BASE": folder,
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_CONFIG_FILE": f"{folder}/none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(b"AMQP\0\0\x09\1")
                return connection.recv(1) == b"\1"
        except OSError:
            return False


@contextmanager
def running_broker() -> Iterator[Broker]:
    """Give a running node and remove it afterwards."""
    assert SERVER.exists(), "RabbitMQ is not installed: make setup-test"
    folder = Path(tempfile.mkdtemp(prefix="formulyar-mq-"))
    broker = Broker(folder)
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _USER, _USER)
        broker.start()
        yield broker
    finally:
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that were free a moment ago, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _as_owner() -> dict[str, object]:
    # Erlang's files belong to the user of Debian's package.
    if os.getuid() != 0:
        return {}
    owner = pwd.getpwnam(_USER)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
