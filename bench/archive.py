"""List and search in an archive that grows: synthetic versions, the real tables, indexes and queries.

Run from the repository root: .venv/bin/python -m bench.archive [--to 1000000] [--postgres]
The papers are invented and small (about a kilobyte of data); no paper is made or converted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.records import add_states, fill, state_of
from service.archive import Archive, Sought
from service.archive.search_index import add_to_index
from service.archive.terms import lemmas
from service.database import open_database, upgrade
from service.database.tables import document, search_entry, version
from service.database.tables_registration import journal_entry, version_state
from service.storage.local import LocalStorage

ORGANISATION, STRANGER = "1" * 32, "2" * 32
REPEATS = 40
_GUARDS = ("version_no_delete", "document_no_delete", "journal_entry_no_delete", "version_state_no_delete")
LIMIT_MS = 50


def questions(count: int) -> dict[str, Callable[[Archive], object]]:
    """Name -> a question whose answer has a page of papers."""

    def listed(**wanted: object) -> Callable[[Archive], object]:
        return lambda archive: archive.listing(ORGANISATION, limit=25, **wanted)  # type: ignore[arg-type]

    def found(**wanted: object) -> Callable[[Archive], object]:
        return listed(wanted=Sought(**wanted))  # type: ignore[arg-type]

    def deep(archive: Archive) -> object:
        return archive.listing(ORGANISATION, limit=25, cursor=_cursor(count, count // 2))

    return {
        "list, first page": listed(),
        "list, middle": deep,
        "list of a kind": listed(kind="order"),
        "list of an empty kind": listed(kind="roadmap"),
        "list of a state": found(state="registered"),
        "list of a rare state": found(state="void"),
        "list of a state, middle": lambda archive: archive.listing(
            ORGANISATION, limit=25, wanted=Sought(state="superseded"), cursor=_cursor(count, count // 2)
        ),
        "list of a state and kind": found(state="draft", kind="order"),
        "list of a state, empty kind": found(state="registered", kind="roadmap"),
        "a state and a word": found(state="registered", text="мониторинга качества"),
        "a rare state and a word": found(state="void", text="мониторинга качества"),
        "a state and rare words": found(state="draft", text=f"мероприятие {count // 20 + 7}"),
        "every paper has the word": found(text="приказ"),
        "one paper in six": found(text="мониторинга качества"),
        "two words, one in 48": found(text="мониторинг", person="Велесовой"),
        "rare words": found(text=f"мероприятие {count // 20 + 7}"),
        "no such word": found(text="синхрофазотрон"),
        "disjoint frequent words": found(text="мониторинг кураторов"),
        "number": found(number=f"{count // 2}-ОД"),
        "school and person": found(school="Ясненской № 17", person="Седых"),
        "a month": found(dated_from=dt.date(2022, 3, 1), dated_to=dt.date(2022, 3, 31)),
        "odd days and a word": found(
            text="куратор", dated_from=dt.date(2021, 2, 3), dated_to=dt.date(2024, 11, 17)
        ),
    }


def _cursor(upto: int, before: int) -> str:
    from service.archive.cursors import cursor_text
    from service.archive.records import Place

    return cursor_text(Place(upto, before))


def measure(archive: Archive, count: int) -> bool:
    """Print a line for each question; return whether all stayed within the limit."""
    good = True
    for name, question in questions(count).items():
        spent, processor = [], []
        for _ in range(REPEATS):
            started, busy = time.perf_counter(), time.process_time()
            question(archive)
            spent.append((time.perf_counter() - started) * 1000)
            processor.append((time.process_time() - busy) * 1000)
        middle, own = statistics.median(spent), statistics.median(processor)
        high, worst = statistics.quantiles(spent, n=20)[-1], max(spent)
        good &= middle <= LIMIT_MS
        print(f"{count:>9,} {name:<28} {middle:>8.1f} {high:>8.1f} {worst:>8.1f} {own:>8.1f}", flush=True)
    return good


@contextmanager
def database(*, postgres: bool, folder: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if not postgres:
        yield f"sqlite:///{folder / 'archive.sqlite3'}"
        return
    from tests.cluster import running_cluster

    with running_cluster() as cluster:
        yield cluster.new_database()


def grow(url: str, folder: Path, sizes: list[int]) -> bool:
    """Measure at every size; the record is made anew for each, beside papers of another organisation."""
    engine = open_database(url)
    upgrade(engine)
    storage = LocalStorage(folder / "files")
    archive = Archive(engine, storage, now=lambda: dt.datetime.now(dt.UTC), new_id=lambda: "0")
    good = True
    for count in sizes:
        if archive.head(ORGANISATION).chain_number == count:
            good &= measure(archive, count)
            continue
        empty(engine)
        started = time.perf_counter()
        fill(engine, storage, STRANGER, max(10, count // 10), seed=1, also=_index)
        fill(engine, storage, ORGANISATION, count, also=_index)
        spent_s = time.perf_counter() - started
        print(f"{count:>9,} written in {spent_s:.0f} s, {spent_s / count / 1.1 * 1e6:.0f} µs a version")
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))
        good &= measure(archive, count)
    engine.dispose()
    return good


def _index(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    add_states(connection, rows)
    add_to_index(connection, [{**row, "state": state_of(row["chain_number"])} for row in rows])


def empty(engine: sa.Engine) -> None:
    """Take all rows away, past the triggers."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            tables = "version_state, journal_entry, version, document, search_entry, search_text"
            connection.execute(sa.text(f"TRUNCATE {tables} CASCADE"))
            return
        for name in _GUARDS:
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(sa.text("INSERT INTO search_text (search_text) VALUES ('delete-all')"))
        for table in (version_state, journal_entry, search_entry, version, document):
            connection.execute(sa.delete(table))


def main() -> int:
    """Print the table; exit 1 when a median is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=int, default=1_000_000)
    parser.add_argument("--only", type=int, help="measure at this size alone")
    parser.add_argument("--keep", type=Path, help="make or use a filled SQLite database in this folder")
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    lemmas("прогрев")
    print(f"{'versions':>9} {'question':<28} {'p50, ms':>8} {'p95, ms':>8} {'max, ms':>8} {'CPU, ms':>8}")
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= asked.to]
    sizes = [asked.only] if asked.only else sizes
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        return 0 if grow(f"sqlite:///{asked.keep / 'archive.sqlite3'}", asked.keep, sizes) else 1
    with tempfile.TemporaryDirectory() as name, database(postgres=asked.postgres, folder=Path(name)) as url:
        return 0 if grow(url, Path(name), sizes) else 1


if __name__ == "__main__":
    sys.exit(main())
