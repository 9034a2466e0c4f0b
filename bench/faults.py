"""The acceptance test at full size: processes are killed at random moments, then everything is counted.

    python -m bench.faults [--rows 1000] [--posts 200] [--database sqlite|postgresql] [--office] [--amqp]
    python -m bench.faults --rows 0 --posts 0 --restarts 10 --appends 2000

`--restarts` kills PostgreSQL that often during a batch (R-19); `--appends` lets four writers append that many
papers each while two foreigners checkpoint (R-26). Without --office the converter is the test double. Ends with exit
code 1 when anything is lost, made twice, orphaned or does not verify.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.queue import database_url
from tests.broker import running_broker
from tests.cluster import running_cluster
from tests.doubles import eventually
from tests.faults.checkpoints import stressed
from tests.faults.harness import (
    RunningService,
    batch_with_restarts,
    command_of,
    descendants,
    killing,
    posts_with_kills,
    processes_with,
)

HOURS_S = 3 * 3600.0


def main() -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--office", action="store_true", help="real LibreOffice; offices are killed too")
    parser.add_argument("--amqp", action="store_true", help="Celery on RabbitMQ; needs --database postgresql")
    parser.add_argument("--restarts", type=int, default=0, help="of PostgreSQL during a batch of its own")
    parser.add_argument("--appends", type=int, default=0, help="of each of four writers beside checkpointers")
    chosen = parser.parse_args()
    wrong = batch(chosen) if chosen.rows else []
    wrong += posts(chosen) if chosen.posts else []
    wrong += restarts(chosen) if chosen.restarts else []
    wrong += checkpoints(chosen) if chosen.appends else []
    print("all is well" if not wrong else "\n".join(wrong))
    return 1 if wrong else 0


@contextmanager
def service_of(chosen: argparse.Namespace, **options: object) -> Iterator[RunningService]:
    """Give a service that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database_url(chosen.database))
        if chosen.amqp:
            options["ENGINE_URL"] = stack.enter_context(running_broker()).url
        service = RunningService(folder, database_url=url, workers=chosen.workers, **options)
        stack.callback(service.close)
        yield service


def batch(chosen: argparse.Namespace) -> list[str]:
    """A batch through workers, and offices, that are killed every 2–5 s; return what went wrong."""
    command = [sys.executable, "-m", "service", "worker"] if chosen.office else None
    with service_of(chosen, command=command) as service:
        batch_id = service.enqueue(chosen.rows)
        service.start()
        eventually(lambda: service.children(" slot "), within_s=180)
        began = time.monotonic()
        with killing(victims(service), every_s=(2, 5), seed=chosen.seed) as killed:
            eventually(lambda: service.ended(batch_id), within_s=HOURS_S)
        spent_s = time.monotonic() - began
        service.stop()
        rows = rows_of(service, batch_id)
        numbers = {row.version_number for row in rows}
        counts = service.backends.work.batch(service.actor.organisation_id, batch_id).counts
        print(f"batch: {chosen.rows} rows in {spent_s:.0f} s, {len(killed)} processes killed, {dict(counts)}")
        print(f"  documents, versions: {service.documents()}; version numbers: {numbers}")
        wrong = [] if service.documents() == (chosen.rows, chosen.rows) else ["batch: lost or made twice"]
        wrong += [] if numbers == {1} else ["batch: a version other than 1"]
        left = processes_with(str(service.socket.parent))
        return wrong + [f"process left: {command_of(pid)}" for pid in left] + damage(service)


def posts(chosen: argparse.Namespace) -> list[str]:
    """POSTs to a web server that is killed at a random moment of each; return what went wrong."""
    with service_of(chosen, web=True) as service:
        service.start()
        began = time.monotonic()
        acknowledged, cut = posts_with_kills(service, rounds=chosen.posts, seed=chosen.seed)
        spent_s = time.monotonic() - began
        service.stop()
        print(f"posts: {len(acknowledged)} acknowledged in {spent_s:.0f} s, {cut} calls cut off")
        print(f"  documents, versions: {service.documents()}")
        once = len(set(acknowledged)) == chosen.posts and service.documents() == (chosen.posts, chosen.posts)
        return ([] if once else ["posts: lost or made twice"]) + damage(service)


def restarts(chosen: argparse.Namespace) -> list[str]:
    """R-19: a batch whose PostgreSQL is killed and started again; return what went wrong."""
    rows = max(chosen.rows, 20 * chosen.restarts)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = stack.enter_context(running_cluster())
        service = RunningService(folder, database_url=cluster.new_database(), workers=chosen.workers)
        stack.callback(service.close)
        batch_with_restarts(service, cluster, rows=rows, restarts=chosen.restarts)
        service.stop()
        print(
            f"restarts: {rows} rows, {chosen.restarts} restarts; documents, versions: {service.documents()}"
        )
        once = service.documents() == (rows, rows)
        return ([] if once else ["restarts: lost or made twice"]) + damage(service)


def checkpoints(chosen: argparse.Namespace) -> list[str]:
    """R-26: writers beside foreign checkpointers; return what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        found = stressed(Path(folder), writers=4, appends=chosen.appends, checkpointers=2)
    print(f"checkpoints: {len(found.numbers)} versions, {found.checkpoints} checkpoints, {found.mode}")
    whole = found.numbers == list(range(1, 4 * chosen.appends + 2)) and found.integrity == "ok"
    return ([] if whole else ["checkpoints: lost or damaged"]) + [f"verify: {one}" for one in found.problems]


def victims(service: RunningService) -> Callable[[], list[int]]:
    """Return what gives the workers and, where there are any, the processes of their offices."""

    def living() -> list[int]:
        workers = service.children(" slot ")
        offices = [pid for one in workers for pid in descendants(one) if "soffice.bin" in command_of(pid)]
        return workers + offices

    return living


def rows_of(service: RunningService, batch_id: str) -> list:
    """Return all rows of a batch."""
    rows, page = [], [None]
    while page:
        after = rows[-1].seq if rows else 0
        page = service.backends.work.rows(service.actor.organisation_id, batch_id, after=after, limit=1000)
        rows += page
    return rows


def damage(service: RunningService) -> list[str]:
    """Return what `verify` finds."""
    return [f"verify: {problem}" for problem in service.backends.archive.verify()]


if __name__ == "__main__":
    sys.exit(main())
