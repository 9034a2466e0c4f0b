"""The queue alone: 100,000 rows enqueued, worked on, looked at and cancelled; fairness meanwhile.

    python -m bench.queue [--rows N] [--workers N] [--database sqlite|postgresql]

The converter is the test double and workers are real processes: the figures speak of the queue and of filling
papers, never of LibreOffice. `no-op` is the queue without any paper.
"""

from __future__ import annotations

import argparse
import platform
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.backends import Backends
from service.database import writing
from service.documents import Actor, Provenance, Version
from service.errors import StorageError
from service.work import Order
from tests.cluster import running_cluster
from tests.doubles import eventually
from tests.faults.harness import FACTS, KIND, RunningService, another_organisation
from tests.samples import read_sample

NOOP_S = 10.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {chosen.database}, converter: the test double, not LibreOffice\n")
    with database_url(chosen.database) as url, tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), database_url=url, workers=chosen.workers)
        try:
            measure(service, chosen.rows)
        finally:
            service.close()


@contextmanager
def database_url(name: str) -> Iterator[str]:
    """Give the address of an empty database; empty for SQLite in the folder of the service."""
    if name == "sqlite":
        yield ""
        return
    with running_cluster() as cluster:
        yield cluster.new_database()


def measure(service: RunningService, rows: int) -> None:
    """Print the table of one database."""
    parts, actor = service.backends, service.actor
    orders = [Order(KIND, read_sample(KIND))] * rows
    batch_id, spent_s = timed(lambda: parts.work.enqueue(actor, orders, batch=FACTS))
    show(f"enqueue {rows} rows in one transaction", spent_s, "s")
    show("progress, median of 20", progress_s(parts, actor, batch_id) * 1000, "ms")
    show("page of 100 rows from the middle", timed(
        lambda: parts.work.rows(actor.organisation_id, batch_id, after=rows // 2)
    )[1] * 1000, "ms")  # fmt: skip
    show("bare commits of one changed row, for comparison", bare_commits(parts), "commits/s")
    show(f"no-op drain, 4 threads, {NOOP_S:g} s", noop_drain(parts), "rows/s")
    measure_workers(service, batch_id)
    stopped, spent_s = timed(lambda: parts.work.cancel(actor.organisation_id, batch_id))
    show(f"cancel the remaining {stopped} rows", spent_s, "s")
    resumed, spent_s = timed(lambda: parts.work.retry(actor.organisation_id, batch_id))
    show(f"resume {resumed} rows", spent_s, "s")
    show("progress after that, median of 20", progress_s(parts, actor, batch_id) * 1000, "ms")


def measure_workers(service: RunningService, batch_id: str) -> None:
    """Let real workers make papers of the batch, and single papers of another organisation beside it."""
    parts, other = service.backends, another_organisation(service.backends)
    organisation_id = service.actor.organisation_id
    done = lambda: parts.work.batch(organisation_id, batch_id).counts["done"]  # noqa: E731
    first = done()
    service.start()
    eventually(lambda: done() > first, within_s=180)
    began, before = time.monotonic(), done()
    waits = []
    for _ in range(10):
        job_id = parts.work.enqueue(other, [Order(KIND, read_sample(KIND))])
        _, spent_s = timed(lambda: eventually(lambda: parts.work.job(other.organisation_id, job_id).ended))  # noqa: B023
        waits.append(spent_s)
    while time.monotonic() - began < 20:
        time.sleep(0.5)
    show("drain with the double, papers recorded", (done() - before) / (time.monotonic() - began), "rows/s")
    show("a single paper of another organisation, median of 10", statistics.median(waits), "s")
    show("the slowest of them", max(waits), "s")
    show("progress while workers work, median of 20", progress_s(parts, service.actor, batch_id) * 1000, "ms")
    service.stop()


def noop_drain(parts: Backends) -> float:
    """Return rows a second that four threads claim and finish without making anything."""
    over, counts = threading.Event(), [0] * 4

    def drain(place: int) -> None:
        while not over.is_set():
            # SQLite may let one of four that never rest wait for too long: it tries again.
            with suppress(StorageError):
                claim = parts.leases.claim(f"noop-{place}")
                if claim is None:
                    return
                with writing(parts.engine) as connection:
                    parts.leases.finish(connection, claim, _version(claim.actor))
                counts[place] += 1

    threads = [threading.Thread(target=drain, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    over.wait(NOOP_S)
    over.set()
    for thread in threads:
        thread.join()
    return sum(counts) / NOOP_S


def bare_commits(parts: Backends) -> float:
    """Return how many times a second this machine commits anything at all; a row of the queue takes two."""
    parts.leases.sign_on("bare", "bench")
    began, count = time.monotonic(), 0
    while time.monotonic() - began < NOOP_S / 2:
        parts.leases.beat("bare")
        count += 1
    parts.leases.sign_off("bare")
    return count / (time.monotonic() - began)


def _version(actor: Actor) -> Version:
    """What stands for a paper that nobody made."""
    provenance = Provenance("", "", "")
    return Version(
        document_id=secrets.token_hex(16), organisation_id=actor.organisation_id, number=1, kind=KIND, title="",
        file_name="", payload={}, docx=None, pdf=None, pages=0, provenance=provenance,
        actor_id=actor.id, actor_name=actor.name, created_at=None,
    )  # fmt: skip


def progress_s(parts: Backends, actor: Actor, batch_id: str) -> float:
    """Return the median seconds of asking how far a batch is."""
    ask = lambda: parts.work.batch(actor.organisation_id, batch_id)  # noqa: E731
    return statistics.median(timed(ask)[1] for _ in range(20))


def timed(call):
    """Return what a call gives, and its seconds."""
    began = time.monotonic()
    given = call()
    return given, time.monotonic() - began


def show(what: str, value: float, unit: str) -> None:
    """Print one line of the table."""
    print(f"{what:<60} {value:>10.2f} {unit}", flush=True)


if __name__ == "__main__":
    main()
