"""The supervisor: every place stays filled, a stop ends everybody, a start that cannot succeed is told."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest
from work_parts import ANNA, open_parts, orders

from service.work.supervisor import Role, Supervisor
from tests.doubles import eventually

SLEEPS = "import signal; open({file!r}, 'a').write('{id} %d\\n' % __import__('os').getpid()); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS


@pytest.fixture
def parts(tmp_path, press):
    parts = open_parts(f"sqlite:///{tmp_path / 'f.db'}", tmp_path, press)
    yield parts
    parts.engine.dispose()


class Children:
    """Roles whose children write down their id and process number."""

    def __init__(self, tmp_path):
        self.file = tmp_path / "started.txt"
        self.ids = iter(f"child-{number}" for number in range(1000))

    def role(self, program, **options):
        def command(child_id):
            return [sys.executable, "-c", program.format(file=str(self.file), id=child_id)]

        return Role("test", command, **options)

    def started(self):
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [(line.split()[0], int(line.split()[1])) for line in lines if " " in line]


@pytest.fixture
def children(tmp_path):
    return Children(tmp_path)


def supervise(parts, children, role, act, *, stop_s=5.0):
    """Run a supervisor in this thread while `act` runs in another; return the exit code."""
    stop, errors = threading.Event(), []
    supervisor = Supervisor([role], leases=parts.leases, new_id=lambda: next(children.ids), stop_s=stop_s)

    def do():
        try:
            act()
        except BaseException as error:
            errors.append(error)
        stop.set()

    thread = threading.Thread(target=do)
    thread.start()
    code = supervisor.run(stop)
    thread.join()
    assert errors == []
    return code


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_dies_is_started_again_and_what_it_held_is_free_at_once(parts, children):
    parts.work.enqueue(ANNA, orders(1))

    def act():
        eventually(lambda: len(children.started()) == 2)
        child_id, pid = children.started()[0]
        parts.leases.claim(child_id)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(children.started()) == 3)

    code = supervise(parts, children, children.role(SLEEPS, count=2), act)

    assert code == 0
    assert len({child_id for child_id, _ in children.started()}) == 3
    assert parts.leases.claim("next").attempt == 2
    assert not any(runs(pid) for _, pid in children.started())


def test_a_child_deaf_to_the_stop_is_killed_after_its_time(parts, children):
    code = supervise(
        parts,
        children,
        children.role(DEAF),
        lambda: eventually(lambda: len(children.started()) == 1),
        stop_s=0.3,
    )

    assert code == 0
    assert not runs(children.started()[0][1])


def test_an_essential_child_that_cannot_start_ends_the_service_with_its_code(parts, children):
    code = supervise(
        parts,
        children,
        children.role("raise SystemExit(78)", essential=True),
        lambda: threading.Event().wait(3),
    )

    assert code == 78


def test_another_child_that_cannot_start_is_tried_again(parts, children):
    fails = SLEEPS.replace("signal.pause()", "raise SystemExit(78)")

    code = supervise(
        parts, children, children.role(fails), lambda: eventually(lambda: len(children.started()) >= 3)
    )

    assert code == 0


def test_what_runs_beside_the_children_goes_on_after_a_mistake(parts):
    stop, begun = threading.Event(), []

    def breaks_once(until):
        begun.append(until)
        if len(begun) == 1:
            raise ZeroDivisionError
        until.set()

    supervisor = Supervisor([], leases=parts.leases, new_id=lambda: "c", beside=[breaks_once])
    given_up = threading.Timer(30, stop.set)
    given_up.start()
    code = supervisor.run(stop)
    given_up.cancel()

    assert (code, begun) == (0, [stop, stop])
