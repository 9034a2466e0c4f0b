"""The kernel refuses what no paper needs; the control does the same calls without the filter."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
from pathlib import Path

import pytest

from service.conversion import Bubblewrap, bubblewrap
from service.conversion.launching import SYSTEM_PYTHON
from service.conversion.sandbox import Launch
from service.conversion.seccomp import REFUSED, office_filter
from tests.doubles import eventually

CALLS = """
import ctypes, errno, json, socket
libc = ctypes.CDLL(None, use_errno=True)
said = {}
for name in ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"):
    try:
        socket.socket(getattr(socket, name), socket.SOCK_DGRAM).close()
        said[name] = 0
    except OSError as e:
        said[name] = e.errno
numbers = json.loads(NUMBERS)
for name, number in numbers.items():
    ctypes.set_errno(0)
    libc.syscall(number, *[ctypes.c_long(-1)] * 6)
    said[name] = ctypes.get_errno()
pid = libc.syscall(numbers_of_clone := NEW_USER[0], ctypes.c_long(NEW_USER[1]), 0, 0, 0, 0)
if pid == 0:
    libc._exit(0)
said["new namespace"] = ctypes.get_errno() if pid < 0 else 0
print(json.dumps(said))
"""
# Calls that do harm or end the process when nobody refuses them are not part of the control.
HARMLESS = ("ptrace", "bpf", "keyctl", "userfaultfd", "io_uring_setup", "perf_event_open", "process_vm_readv")
HERE = {"x86_64": (1, 56), "aarch64": (2, 220)}
EPERM = 1


@pytest.fixture
def sandbox(tmp_path):
    return bubblewrap(python=SYSTEM_PYTHON, work=tmp_path) or pytest.skip("bubblewrap does not work here")


def said_by(launch: Launch, names: tuple[str, ...]) -> dict[str, int]:
    ran = subprocess.run(launch.command, capture_output=True, check=True, env={}, pass_fds=launch.files)
    return json.loads(ran.stdout)


def command(names: tuple[str, ...]) -> list[str]:
    column, clone = HERE[platform.machine()]
    numbers = {row[0]: row[column] for row in REFUSED if row[0] in names and row[column] is not None}
    text = CALLS.replace("NUMBERS", repr(json.dumps(numbers))).replace(
        "NEW_USER", str((clone, 0x10000000 | 17))
    )
    return [str(SYSTEM_PYTHON), "-I", "-c", text]


def test_inside_the_sandbox_every_refused_call_fails_and_unix_sockets_work(sandbox, tmp_path):
    names = tuple(name for name, *_ in REFUSED)

    with sandbox.wrap(command(names), work=tmp_path, readable=()) as launch:
        said = said_by(launch, names)

    assert said.pop("AF_UNIX") == 0
    assert {name for name, error in said.items() if error != EPERM} == set()
    assert len(said) > 50


def test_control_without_the_filter_the_same_calls_are_heard_by_the_kernel():
    said = said_by(Launch(command(HARMLESS)), HARMLESS)

    assert [said[name] for name in ("AF_UNIX", "AF_INET", "AF_NETLINK", "new namespace")] == [0, 0, 0, 0]
    assert EPERM not in {said[name] for name in ("bpf", "keyctl", "io_uring_setup", "process_vm_readv")}


def test_a_machine_without_a_table_has_no_filter_and_the_operator_is_told(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    assert office_filter() is None
    assert Bubblewrap().name == "в песочнице bubblewrap без фильтра системных вызовов"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_whole_instructions_and_jumps_stay_inside(machine):
    program = office_filter(machine)

    steps = [program[at : at + 8] for at in range(0, len(program), 8)]
    assert len(program) % 8 == 0
    assert all(number + 1 + max(step[2], step[3]) < len(steps) for number, step in enumerate(steps[:-1]))


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become somebody else; all other tests run as they are"
)
def test_the_sandbox_works_for_an_unprivileged_user():
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 65534, 65534)
        with Bubblewrap().wrap(
            [str(SYSTEM_PYTHON), "-I", "-c", "import os; print(os.listdir('/'), os.getuid())"],
            work=Path(folder),
            readable=(),
        ) as launch:
            ran = subprocess.run(
                launch.command, capture_output=True, text=True, env={}, pass_fds=launch.files,
                user=65534, group=65534, extra_groups=[],
            )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert "65534" in ran.stdout
    assert "home" not in ran.stdout


def test_no_file_of_a_launch_stays_open(sandbox, tmp_path):
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    for _ in range(5):
        with sandbox.wrap(["/bin/true"], work=tmp_path, readable=()):
            pass

    eventually(lambda: len(os.listdir("/proc/self/fd")) <= before)  # noqa: PTH208
