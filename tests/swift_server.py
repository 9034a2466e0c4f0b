"""A private OpenStack Swift with its S3 interface for tests: a real server that checks signatures.

Four processes of the package `swift` over one folder, on free loopback ports; they die with the test run.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.doubles import eventually

START_S = 60.0
ACCESS_KEY, SECRET_KEY = "test:formulyar", "invented-secret"
_BIN = Path(sys.executable).parent
_SERVERS = ("object", "container", "account", "proxy")

_SWIFT = "[swift-hash]\nswift_hash_path_suffix = {suffix}\n[storage-policy:0]\nname = one\ndefault = yes\n"
_STORAGE = """[DEFAULT]
devices = {folder}/disks
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
user = {user}
disable_fallocate = true
fallocate_reserve = 0
log_level = ERROR
[pipeline:main]
pipeline = {server}-server
[app:{server}-server]
use = egg:swift#{server}
"""
_PROXY = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
user = {user}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache s3api tempauth symlink versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_formulyar = invented-secret .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
allow_no_owner = true
[filter:cache]
paste.filter_factory = tests.swift_cache:filter_factory
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
"""
_RINGS = """
import sys
from swift.common.ring import RingBuilder
for server, port in (word.split("=") for word in sys.argv[2:]):
    ring = RingBuilder(4, 1, 0)
    ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "disk", "weight": 1})
    ring.rebalance(seed="formulyar")
    ring.get_ring().save(f"{sys.argv[1]}/{server}.ring.gz")
"""


class SwiftServer:
    """A running server; see `running_swift`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = dict(zip(_SERVERS, _free_ports(len(_SERVERS)), strict=True))
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def endpoint(self) -> str:
        """The address of the S3 interface."""
        return f"http://127.0.0.1:{self._ports['proxy']}"

    def start(self) -> None:
        """Start all four servers and wait until the first one in front answers."""
        for server in _SERVERS:
            command = [
                sys.executable,
                str(_BIN / f"swift-{server}-server"),
                str(self._folder / f"{server}.conf"),
            ]
            log = (self._folder / f"{server}.log").open("ab")
            self._processes.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", *command],
                    cwd=Path(__file__).parent.parent,
                    env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ".", "PYTHONWARNINGS": "ignore"},
                    stdout=log,
                    stderr=log,
                )
            )
            log.close()
        eventually(self._all_listen, within_s=START_S)

    def stop(self) -> None:
        """End all servers at once; their files stay."""
        for process in self._processes:
            process.kill()
            process.wait(timeout=START_S)
        self._processes = []

    def write_configuration(self) -> None:
        """Write the files of the four servers and the rings that tell where they are."""
        (self._folder / "swift.conf").write_text(_SWIFT.format(suffix=secrets.token_hex(8)))
        (self._folder / "disks" / "disk").mkdir(parents=True)
        facts = {"folder": self._folder, "user": Path(self._folder).owner()}
        for server in _SERVERS:
            text = _PROXY if server == "proxy" else _STORAGE
            (self._folder / f"{server}.conf").write_text(
                text.format(**facts, server=server, port=self._ports[server])
            )
        # In a process of its own: swift brings eventlet, which must not come near the tests.
        ports = [f"{server}={self._ports[server]}" for server in _SERVERS[:-1]]
        subprocess.run([sys.executable, "-c", _RINGS, str(self._folder), *ports], check=True, timeout=START_S)

    def _all_listen(self) -> bool:
        assert all(process.poll() is None for process in self._processes), self._complaints()
        return all(_listens(port) for port in self._ports.values())

    def _complaints(self) -> str:
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in self._folder.glob("*.log"))


@contextmanager
def running_swift() -> Iterator[SwiftServer]:
    """Give a running server and remove it with its files afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="formulyar-swift-"))
    server = SwiftServer(folder)
    try:
        server.write_configuration()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def client(server: SwiftServer) -> Any:
    """Return a client of the server for what tests prepare and look at."""
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )


def new_bucket(server: SwiftServer) -> str:
    """Return the name of a new empty bucket."""
    name = f"papers-{secrets.token_hex(6)}"
    client(server).create_bucket(Bucket=name)
    return name


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
