"""`python -m bench.conversion`: papers per second and memory of the forked offices, by paper and by number.

Run it on a quiet machine; the numbers of one run may be compared with each other only.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

import forms
from service.backends import SAMPLES, TEMPLATES
from service.conversion import OfficeChoice, OfficeKind, OfficePool
from service.filling import CompiledTemplate

SAMPLE_NAMES = ("order", "roadmap.003", "curator_report")
DEADLINE_S = 120.0


def main(kind: str = "fork") -> None:
    """Print one line for every paper and number of offices."""
    print(f"{'paper':<18} {'offices':>7} {'papers/s':>9} {'memory, MB (PSS)':>17}")
    for name in SAMPLE_NAMES:
        docx = filled(name)
        for offices in (1, 2, 4):
            rate, memory_bytes = measured(docx, offices, 4.0, kind=kind)
            print(f"{name:<18} {offices:>7} {rate:>9.1f} {memory_bytes / 1e6:>17.0f}")


def papers_per_second(docx: bytes, offices: int, seconds: float, *, kind: str = "fork") -> float:
    """Return how many times a second this many offices convert the paper, each asked by its own thread."""
    return measured(docx, offices, seconds, kind=kind)[0]


def measured(docx: bytes, offices: int, seconds: float, *, kind: str = "fork") -> tuple[float, int]:
    """Return papers per second and the proportional memory of all processes of the offices, bytes.

    The first paper of every office does not count: a service is warm.
    """
    with tempfile.TemporaryDirectory() as folder:
        choice = OfficeChoice(OfficeKind(kind), Path(folder), unsandboxed=False)
        with OfficePool(choice, offices=offices, eager=True, on_close=choice.close) as pool:
            wait_for(pool, offices)
            run(pool, docx, offices, seconds=0.0)
            started = time.perf_counter()
            papers = run(pool, docx, offices, seconds=seconds)
            rate = papers / (time.perf_counter() - started)
            return rate, memory_bytes(folder)


def wait_for(pool: OfficePool, offices: int) -> None:
    """Return when every office is up."""
    deadline = time.monotonic() + DEADLINE_S
    while not pool.ready().detail.startswith(f"Готово офисов: {offices} "):
        if time.monotonic() > deadline:
            raise TimeoutError(pool.ready().detail)
        time.sleep(0.05)


def run(pool: OfficePool, docx: bytes, askers: int, *, seconds: float) -> int:
    """Return how many papers the askers got; each gets one at least."""
    counts = [0] * askers
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        while True:
            pool.convert(docx, deadline_s=DEADLINE_S)
            counts[number] += 1
            if time.perf_counter() >= end:
                return

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def memory_bytes(folder: str) -> int:
    """Return the proportional set size of the processes whose command names the folder."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if folder.encode() in (entry / "cmdline").read_bytes():
                rollup = (entry / "smaps_rollup").read_text()
                total += 1024 * int(rollup.split("\nPss:")[1].split()[0])
        except (OSError, IndexError):
            continue
    return total


def filled(name: str) -> bytes:
    """Return the filled .docx of a sample: "order", "roadmap.003"."""
    kind = forms.get_kind(name.split(".")[0])
    data = kind.load(json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8")))
    template = CompiledTemplate((TEMPLATES / f"{kind.name}.docx").read_bytes(), name=kind.name)
    return template.fill(kind.context(data), title="")


if __name__ == "__main__":
    main(*sys.argv[1:])
