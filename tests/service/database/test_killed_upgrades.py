"""R-18: an upgrade is killed at every one of its statements; nothing is lost, and the next one goes through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from test_migrations import FIRST_RELEASE, TIME, _config, _is_described

from service.backends import utc_now
from service.database import open_database, reading, upgrade, writing
from service.database.tables import metadata
from service.errors import AppendOnly
from service.work import Leases, Work
from tests.samples import PROJECT

UPGRADER = Path(__file__).with_name("killed_upgrader.py")
ORGANISATION = "1" * 32
_BATCH = {
    "organisation_id": ORGANISATION,
    "kind": "order",
    "file_name": "приказы.xlsx",
    "source_sha256": "c" * 64,
    "register": False,
    "reason": "",
    "total": 2,
    "actor_id": "a",
    "actor_name": "Анна",
    "created_at": TIME,
}
_ITEM = {
    "organisation_id": ORGANISATION,
    "kind": "order",
    "priority": 1,
    "pause_s": 0,
    "pauses": 0,
    "attempt": 0,
    "fence": 0,
    "actor_id": "a",
    "actor_name": "Анна",
    "created_at": TIME,
}
# A batch in work and one that was cancelled, as the programs before 0008 left them.
WORK = (
    FIRST_RELEASE[0],
    ("batch", {**_BATCH, "id": "going", "cancelled_at": None}),
    ("batch", {**_BATCH, "id": "stopped", "cancelled_at": TIME}),
    ("item", {**_ITEM, "id": "i1", "batch_id": "going", "seq": 1, "state": "done", "finished_at": TIME}),
    ("item", {**_ITEM, "id": "i2", "batch_id": "going", "seq": 2, "state": "ready"}),
    (
        "item",
        {**_ITEM, "id": "i3", "batch_id": "stopped", "seq": 1, "state": "cancelled", "finished_at": TIME},
    ),
    (
        "item",
        {**_ITEM, "id": "i4", "batch_id": "stopped", "seq": 2, "state": "cancelled", "finished_at": TIME},
    ),
    ("item_data", {"item_id": "i2", "payload": '{"строка": 2}', "options": '{"reason": ""}'}),
    ("item_data", {"item_id": "i3", "payload": '{"строка": 3}', "options": '{"reason": ""}'}),
    ("item_data", {"item_id": "i4", "payload": '{"строка": 4}', "options": '{"reason": ""}'}),
    ("lane", {"organisation_id": ORGANISATION, "served": 1}),
)


@pytest.fixture
def engine(either_database_url):
    engine = open_database(either_database_url, busy_timeout_s=30)
    yield engine
    engine.dispose()


def kill_at_every_statement(engine, url):
    """Kill an upgrade at its first statement, then at its second, until one goes through; return how many."""
    before = whole(engine)
    command_line = [sys.executable, "-W", "error", UPGRADER, url]
    with subprocess.Popen(
        command_line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
    ) as upgrader:  # fmt: skip
        for number in range(1, 1000):
            upgrader.stdin.write(f"{number}\n")
            upgrader.stdin.flush()
            answer = upgrader.stdout.readline().strip()
            if answer == "upgraded":
                upgrader.stdin.close()
                # PostgreSQL prepared `SELECT *` for the old columns in these sessions.
                engine.dispose()
                assert whole(engine) != before
                return number - 1
            assert answer == "killed"
            assert whole(engine) == before, f"killed at statement {number}"
    raise AssertionError("no upgrade went through")


def whole(engine):
    """Everything the database holds: what its catalogue says, and every row."""
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            names = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")
        else:
            names = connection.exec_driver_sql(
                "SELECT c.relname, c.relkind::text, pg_get_indexdef(c.oid) FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind <> 'i'"
                " UNION ALL SELECT tgname::text, tgrelid::regclass::text, '' FROM pg_trigger WHERE NOT tgisinternal"
                " UNION ALL SELECT proname::text, prosrc, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " UNION ALL SELECT indexname::text, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'"
                " UNION ALL SELECT conname::text, pg_get_constraintdef(oid), '' FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace"
                " UNION ALL SELECT attrelid::regclass::text, attname::text, atttypid::regtype::text FROM pg_attribute"
                " JOIN pg_class k ON k.oid = attrelid WHERE k.relnamespace = 'public'::regnamespace"
                " AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2, 3"
            )
        catalogue = [tuple(row) for row in names]
        tables = [name for name in sa.inspect(connection).get_table_names() if "search_text" not in name]
        rows = {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))  # noqa: S608
            for name in tables
        }
    return catalogue, rows


def put(engine, revision, rows):
    """Bring an empty database to a revision, with rows."""
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for table, row in rows:
            marks = ", ".join(f":{name}" for name in row)
            names = ", ".join(row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)  # noqa: S608


def check_schema(engine):
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_described})
        assert compare_metadata(context, metadata) == []


def test_the_first_start_is_killed_at_every_statement(engine, either_database_url, tmp_path):
    killed = kill_at_every_statement(engine, either_database_url)

    check_schema(engine)
    after = whole(engine)
    upgrade(engine)
    assert whole(engine) == after
    assert killed > 60
    # The same as one that nobody killed.
    if engine.dialect.name == "sqlite":
        other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
        upgrade(other)
        assert whole(other) == after
        other.dispose()


def test_an_upgrade_of_the_first_release_is_killed_at_every_statement(engine, either_database_url):
    put(engine, "0001", FIRST_RELEASE)
    version_before = whole(engine)[1]["version"]

    killed = kill_at_every_statement(engine, either_database_url)

    check_schema(engine)
    assert whole(engine)[1]["version"] == version_before
    for table in ("version", "document"):
        with pytest.raises(AppendOnly), writing(engine) as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    assert killed > 50


def test_an_upgrade_with_work_in_it_is_killed_at_every_statement(engine, either_database_url):
    put(engine, "0007", WORK)

    killed = kill_at_every_statement(engine, either_database_url)

    check_schema(engine)
    work = Work(engine, now=utc_now, new_id=lambda: "e" * 32)
    counts = {name: work.batch(ORGANISATION, name).counts for name in ("going", "stopped")}
    assert (counts["going"]["done"], counts["going"]["ready"], counts["stopped"]["cancelled"]) == (1, 1, 2)
    leases = Leases(engine, now=utc_now)
    claim = leases.claim("w-1")
    assert (claim.item_id, claim.payload, leases.claim("w-1")) == ("i2", {"строка": 2}, None)
    assert work.retry(ORGANISATION, "stopped") == 2
    assert [leases.claim("w-1").payload for _ in range(2)] == [{"строка": 3}, {"строка": 4}]
    assert killed > 8
