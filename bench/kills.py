"""R-03: papers while offices are killed every three seconds, against papers that nobody disturbs."""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.clock import percentile
from bench.papers import docx_of
from bench.results import Row, Section
from service.conversion import OfficeChoice, OfficeKind, OfficePool, check_pdf
from service.errors import ServiceError
from tests.doubles import eventually
from tests.offices import hosts, offices, parent_of, processes, zombies_of

OFFICES, THREADS, PAPERS, QUIET_PAPERS = 2, 4, 300, 150
KILL_EVERY_S = 3.0
START_S = 120.0
# How much longer than usual the slow papers of a service under kills may take.
MOST = 3.0

Victims = Callable[[Path], list[int]]


def offices_under_kills() -> Section:
    """Measure the offices of the service: forked, with a spare parent."""
    return Section(
        "Offices under kills",
        f"{PAPERS} orders, {OFFICES} forked offices, {THREADS} threads; every {KILL_EVERY_S:g} s all that is named is"
        " killed at once. Ratios are to the same pool undisturbed, just before. The spare parent is left alone: where"
        " nothing warm is left, papers wait for the start of a LibreOffice.",
        _measured("every office", offices) + _measured("every office and their parent", _serving),
    )


def _measured(what: str, victims: Victims) -> list[Row]:
    docx = docx_of("order")
    with tempfile.TemporaryDirectory(prefix="bench-kills-") as name:
        folder = Path(name).resolve()
        choice = OfficeChoice(OfficeKind.FORK, folder, spare=True)
        with OfficePool(
            choice, offices=OFFICES, queue_limit=PAPERS, eager=True, on_close=choice.close
        ) as pool:
            eventually(lambda: pool.ready().detail.startswith(f"Готово офисов: {OFFICES}"), within_s=START_S)
            # Both parents are up, and the self-test of the spare is over.
            eventually(lambda: (len(hosts(folder)), len(offices(folder))) == (2, OFFICES), within_s=START_S)
            _spent_ms(pool, docx, 20)
            quiet, _ = _spent_ms(pool, docx, QUIET_PAPERS)
            with _killing(lambda: victims(folder)) as killed:
                fire, failed = _spent_ms(pool, docx, PAPERS)
        orphans = len(processes(folder)) + len(zombies_of(os.getpid()))
    usual, usual_slow = statistics.median(quiet), percentile(quiet, 0.95)
    p50, p95 = statistics.median(fire), percentile(fire, 0.95)
    place = f"killed: {what}"
    return [
        Row(f"{place}; undisturbed, p50", usual, "ms"),
        Row(f"{place}; undisturbed, p95", usual_slow, "ms"),
        Row(f"{place}; p50", p50, "ms", p50 / usual, "undisturbed"),
        Row(f"{place}; p95", p95, "ms", p95 / usual_slow, "undisturbed", at_most=MOST),
        Row(f"{place}; slowest", max(fire), "ms", max(fire) / usual_slow, "undisturbed p95"),
        Row(f"{place}; processes killed", sum(killed), ""),
        Row(f"{place}; papers failed", failed, ""),
        Row(f"{place}; processes left over", orphans, ""),
    ]


def _serving(folder: Path) -> list[int]:
    """The parent of all offices, with them; nobody while there is none: a self-test makes a child too."""
    children: dict[int, list[int]] = defaultdict(list)
    for pid in offices(folder):
        children[parent_of(pid)].append(pid)
    return [pid for parent, pids in children.items() if len(pids) == OFFICES for pid in (parent, *pids)]


def _spent_ms(pool: OfficePool, docx: bytes, papers: int) -> tuple[list[float], int]:
    """Return how long each paper took, and how many failed."""

    def convert(_: int) -> float | None:
        started = time.perf_counter()
        try:
            check_pdf(pool.convert(docx, deadline_s=60))
        except ServiceError:
            return None
        return (time.perf_counter() - started) * 1000

    with ThreadPoolExecutor(THREADS) as threads:
        spent = list(threads.map(convert, range(papers)))
    made = [one for one in spent if one is not None]
    return made, papers - len(made)


@contextmanager
def _killing(victims: Callable[[], list[int]]) -> Iterator[list[int]]:
    """Kill all victims again and again while the block runs; gives how many each time."""
    killed: list[int] = []
    over = threading.Event()

    def run() -> None:
        while not over.wait(KILL_EVERY_S):
            pids = [pid for pid in victims() if pid > 1]
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed.append(len(pids))

    killer = threading.Thread(target=run, name="killer")
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()
