"""Real offices are killed, stopped, poisoned and starved; no paper of anybody else notices."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import pytest

from service.conversion import OfficePool, check_pdf
from service.errors import ConversionTimeout, OfficeCrashed, QueueFull
from tests.doubles import eventually
from tests.hostile_papers import nested_tables, poison
from tests.offices import (
    OfficeMaker,
    hosts,
    offices,
    paper,
    papers_in_work,
    processes,
    require_sandbox,
    the_office,
    zombies_of,
)
from tests.samples import PROJECT

pytestmark = pytest.mark.office

DEADLINE_S = 60
KILL_EVERY_S = 3.0
PAPERS = 300


class Timed:
    """Converts papers and remembers how long each took."""

    def __init__(self, pool: OfficePool) -> None:
        self._pool = pool
        self.seconds: list[float] = []

    def convert(self, number: int) -> bytes:
        started = time.monotonic()
        pdf = self._pool.convert(paper(f"Лист {number}."), deadline_s=DEADLINE_S)
        self.seconds.append(time.monotonic() - started)
        return pdf

    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


@pytest.fixture
def killer():
    """Calls what it is given every three seconds until the test ends."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(kill) -> None:
        def run() -> None:
            while not stop.wait(KILL_EVERY_S):
                kill()

        threads.append(threading.Thread(target=run))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def kill_all(pids: list[int]) -> int:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # it was on its way out
            continue
    return len(pids)


@pytest.mark.parametrize("kind", ["forked, sandboxed"], indirect=True)
def test_r_03_every_office_is_killed_every_three_seconds_and_no_paper_of_300_is_lost(
    make, root, killer, capsys
):
    with (
        OfficePool(make, offices=2, queue_limit=PAPERS, wait_s=120) as pool,
        ThreadPoolExecutor(4) as threads,
    ):
        quiet, fire = Timed(pool), Timed(pool)
        list(threads.map(quiet.convert, range(40)))
        killed: list[int] = []
        killer(lambda: killed.append(kill_all(offices(root))))
        papers: list[Future[bytes]] = [threads.submit(fire.convert, number) for number in range(PAPERS)]

        for number, made in enumerate(papers):
            check_pdf(made.result(), last_words=f"Лист {number}.")
        eventually(lambda: all(zombies_of(host) == [] for host in hosts(root)))
        eventually(lambda: zombies_of(os.getpid()) == [])

    with capsys.disabled():
        print(  # noqa: T201 - the figures of this run
            f"\n{PAPERS} papers, {sum(killed)} kills of offices, 0 failed; "
            f"p95 {fire.p95():.2f} s, undisturbed {quiet.p95():.2f} s"
        )
    assert killed


def test_r_04_a_stopped_office_delays_its_own_paper_only(make, root):
    with OfficePool(make, offices=2, eager=True) as pool, ThreadPoolExecutor(2) as threads:
        eventually(lambda: len(offices(root)) == 2 and "2 из 2" in pool.ready().detail, within_s=DEADLINE_S)
        victim = offices(root)[0]
        os.kill(victim, signal.SIGSTOP)
        stuck = submit_until_one_is_stuck(lambda: threads.submit(pool.convert, paper("Пара"), deadline_s=12))

        made = 0
        while made < 10 and not stuck.done():
            docx = paper(f"Лист {made}.")
            check_pdf(pool.convert(docx, deadline_s=DEADLINE_S), last_words=f"Лист {made}.")
            made += 1

        # Behind the stuck paper there would be time for one.
        assert made > 2
        with pytest.raises(ConversionTimeout):
            stuck.result()
        eventually(lambda: victim not in offices(root))


def submit_until_one_is_stuck(submit: Callable[[], Future[bytes]]) -> Future[bytes]:
    """Submit pairs: both offices are needed at once, sooner or later."""
    while True:
        pair = [submit(), submit()]
        wait(pair, return_when=FIRST_COMPLETED)
        stuck = wait(pair, timeout=3).not_done
        if stuck:
            return stuck.pop()


def test_r_04_a_paper_that_spins_the_processor_is_stopped_at_its_deadline_and_nothing_else_notices(
    make, root
):
    with OfficePool(make, offices=2) as pool, ThreadPoolExecutor(1) as threads:
        pool.convert(paper("Разогрев"), deadline_s=DEADLINE_S)
        started = time.monotonic()
        spinning = threads.submit(pool.convert, nested_tables(), deadline_s=4)
        eventually(lambda: make.sandbox or papers_in_work(root))

        for number in range(20):
            check_pdf(pool.convert(paper(f"Лист {number}."), deadline_s=3), last_words=f"Лист {number}.")

        with pytest.raises(ConversionTimeout):
            spinning.result()
        assert time.monotonic() - started < 30


def test_r_05_a_paper_that_ends_its_office_fails_after_two_attempts_and_49_others_do_not(make, root):
    with OfficePool(make, offices=2, queue_limit=60) as pool, ThreadPoolExecutor(8) as threads:
        papers = {n: poison() if n == 20 else paper(f"Лист {n}.") for n in range(50)}
        made = {n: threads.submit(pool.convert, docx, deadline_s=DEADLINE_S) for n, docx in papers.items()}

        with pytest.raises(OfficeCrashed):
            made.pop(20).result()
        for number, one in made.items():
            check_pdf(one.result(), last_words=f"Лист {number}.")


def test_r_05_the_parent_of_a_poisoned_child_lives_on(root, tmp_path_factory):
    require_sandbox("sandboxed", tmp_path_factory.getbasetemp())
    maker = OfficeMaker("forked, sandboxed", root)
    with OfficePool(maker, offices=1, on_close=maker.close) as pool:
        pool.convert(paper("До"), deadline_s=DEADLINE_S)
        (parent,) = hosts(root)

        with pytest.raises(OfficeCrashed):
            pool.convert(poison(), deadline_s=DEADLINE_S)

        check_pdf(pool.convert(paper("После"), deadline_s=DEADLINE_S), last_words="После")
        assert hosts(root) == [parent]
        eventually(lambda: zombies_of(parent) == [])


def test_r_20_a_full_queue_refuses_at_once_and_what_was_accepted_is_made(make, root):
    with OfficePool(make, offices=1, queue_limit=3) as pool, ThreadPoolExecutor(12) as threads:
        pool.convert(paper("Разогрев"), deadline_s=DEADLINE_S)
        os.kill(the_office(root), signal.SIGSTOP)  # nothing gets done until all have asked
        asked = [threads.submit(pool.convert, paper(f"Лист {n}."), deadline_s=DEADLINE_S) for n in range(12)]
        eventually(lambda: sum(one.done() for one in asked) == 8)

        os.kill(the_office(root), signal.SIGCONT)

        refused = [one for one in asked if isinstance(one.exception(), QueueFull)]
        assert len(refused) == 8
        assert sum(one.exception() is None for one in asked) == 4


def test_t_46_no_file_remains_after_100_papers_and_20_kills(make, root, tmp_path):
    names = set()
    with OfficePool(make, offices=2, queue_limit=120, wait_s=120) as pool, ThreadPoolExecutor(4) as threads:
        made = []
        # A plain office needs seconds to come up again: fewer of them are killed.
        for round_ in range(20 if make.forked else 5):
            texts = [f"Лист {round_}.{n}." for n in range(5 if make.forked else 20)]
            sent = [threads.submit(pool.convert, paper(text), deadline_s=DEADLINE_S) for text in texts]
            eventually(lambda sent=sent: any(one.done() for one in sent), within_s=DEADLINE_S)
            names |= {path.name for path in root.iterdir()}
            eventually(lambda: killed_one(root), within_s=DEADLINE_S)
            made += sent
        for one in made:
            with suppress(OfficeCrashed):  # two kills that met the same paper
                one.result()

        eventually(lambda: papers_in_work(root) == [])
        for pid in hosts(root):
            inside = Path(f"/proc/{pid}/root/tmp/papers")
            eventually(lambda inside=inside: leftovers(inside) == [])

    assert names
    assert [name for name in names if list(Path("/tmp").glob(f"OSL_PIPE_*{name}"))] == []  # noqa: S108


def killed_one(root: Path) -> bool:
    """Kill an office; say whether there was one."""
    with suppress(ProcessLookupError, IndexError):
        os.kill(offices(root)[0], signal.SIGKILL)
        return True
    return False


def leftovers(papers: Path) -> list[Path]:
    """Files of papers inside a sandbox; the folders of living children are empty."""
    return [path for path in papers.rglob("*") if path.is_file()]


SERVICE = """
import sys, threading
from pathlib import Path
from service.conversion import OfficePool
from tests.offices import OfficeMaker
from tests.hostile_papers import nested_tables
pool = OfficePool(OfficeMaker(sys.argv[2], Path(sys.argv[1])), offices=2, eager=True)
for _ in range(2):
    threading.Thread(target=pool.convert, args=(nested_tables(),), kwargs={"deadline_s": 100}).start()
while sum(slot.busy for slot in pool._slots) < 2:
    threading.Event().wait(0.02)
print("busy", flush=True)
"""


def test_nothing_remains_when_the_service_is_killed_with_every_office_at_work(make, root):
    command = [sys.executable, "-c", SERVICE, str(root), make.kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as service:
        assert any(line == "busy\n" for line in service.stdout)
        assert len(offices(root)) == 2

        service.kill()

    eventually(lambda: processes(root, "soffice.bin") == processes(root, "python3") == [])
    fresh = make()
    fresh.start()  # sweeps
    fresh.kill()
