"""Who holds which item: claims, the fenced commit, heartbeats and what the keeper takes back.

No clock decides anything here. A worker counts its beats up; whoever sees that they no longer grow, by a
monotonic clock of its own, lets its items go. Should that worker live after all, the fence has moved on and
its commit is refused: nothing is made twice, however wrong a clock was.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from service.database import reading, writing
from service.database.tables_work import PAUSED, READY, batch, item, item_data, worker
from service.database.times import time_text
from service.documents import Actor, Version
from service.errors import LeaseLost, ServiceError
from service.work import choosing
from service.work.choosing import BROKER
from service.work.enqueueing import trouble_json
from service.work.values import Claim

# A worker killed by something else may hold a good paper; five in a row is the paper.
ATTEMPTS = 5
_LONGEST_PAUSE_S = 300
# Any constant of our own; it only has to be the same in every process.
_FEEDER_LOCK = 6_170_150_728
_TOLD = (item.c.owner == BROKER) & READY

_POISON = (
    f"Обработка документа {ATTEMPTS} раз прервалась вместе с обработчиком, поэтому документ отложен. "
    "Проверьте его данные (очень большие таблицы, необычный текст), исправьте и повторите."
)
_LOST = "Задание отменено или передано другому обработчику: результат не записан."


class Leases:
    """The side of the work that workers see.

    Args:
        engine: from `service.database.open_database`, upgraded.
        now: gives the time, aware; only recorded.
    """

    def __init__(self, engine: sa.Engine, *, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._now = now
        self._idle = True

    def claim(self, worker_id: str) -> Claim | None:
        """Take the next item: of the organisation served longest ago, its singles before its batches."""
        if self._idle:
            with reading(self._engine) as connection:
                # A look without the write lock: idle workers must not disturb those who write.
                if choosing.waiting_lane(connection) is None:
                    return None
        claim = self._claim(worker_id)
        self._idle = claim is None
        return claim

    def _claim(self, worker_id: str) -> Claim | None:
        while True:
            # One lane in a transaction: two claims that hold two lanes each could wait for one another.
            with writing(self._engine) as connection:
                _commit_without_waiting(connection)
                organisation_id = choosing.waiting_lane(connection)
                if organisation_id is None:
                    return None
                choosing.serve_lane(connection, organisation_id)
                number = choosing.next_number(connection, organisation_id)
                if number is not None:
                    return self._take(connection, (item.c.number == number) & READY, worker_id)

    def take(self, item_id: str, worker_id: str, *, redelivered: bool = False) -> Claim | None:
        """Take one item that a message named; None when it is not to be run.

        Args:
            item_id: which item.
            worker_id: who takes it.
            redelivered: the broker lost the one it told first: a running item may be taken over, because
                the fence refuses whoever comes second.
        """
        states = ("ready", "running") if redelivered else ("ready",)
        mine = item.c.id == item_id
        stopped = sa.exists().where(batch.c.id == item.c.batch_id, batch.c.cancelled_at.is_not(None))
        with writing(self._engine) as connection:
            owner = connection.execute(sa.select(item.c.organisation_id).where(mine)).scalar()
            if owner is None:
                return None
            choosing.lock_lane(connection, owner)
            chosen = mine & item.c.state.in_(states) & (item.c.attempt < ATTEMPTS) & ~stopped
            return self._take(connection, chosen, worker_id)

    def finish(self, connection: sa.Connection, claim: Claim, version: Version) -> None:
        """Write that the paper is made, inside the transaction that records its version.

        Raises:
            LeaseLost: the item is no longer the claim's; the version must not be recorded.
        """
        done = {"document_id": version.document_id, "version_number": version.number, "error": None}
        self._end(connection, claim, state="done", **done)
        connection.execute(sa.delete(item_data).where(item_data.c.item_id == claim.item_id))

    def complete(self, claim: Claim, version: Version) -> None:
        """Write that the paper was recorded by an earlier call with the same key; raises LeaseLost."""
        with writing(self._engine) as connection:
            self.finish(connection, claim, version)

    def fail(self, claim: Claim, error: ServiceError) -> None:
        """Write that the paper cannot be made, and why; raises LeaseLost."""
        with writing(self._engine) as connection:
            self._end(connection, claim, state="failed", error=trouble_json(str(error), error.messages))

    def pause(self, claim: Claim, error: ServiceError, *, counts: bool) -> None:
        """Put the item back for later, longer each time; raises LeaseLost.

        Args:
            claim: the item.
            error: why; shown while it waits.
            counts: whether the attempt counts: it does where the paper itself may be to blame.
        """
        values = {
            "state": "ready",
            "owner": None,
            "pauses": claim.pauses + 1,
            "pause_s": min(2**claim.pauses, _LONGEST_PAUSE_S),
            "attempt": claim.attempt if counts else claim.attempt - 1,
            "error": trouble_json(str(error), error.messages),
        }
        with writing(self._engine) as connection:
            self._change(connection, claim, values)

    def give_back(self, claim: Claim) -> None:
        """Put the item back as if it had never been taken; raises LeaseLost."""
        with writing(self._engine) as connection:
            values = {"state": "ready", "owner": None, "attempt": claim.attempt - 1}
            self._change(connection, claim, values)

    def let_go(self, worker_id: str) -> int:
        """Put back what a worker holds without knowing it, its claim having no answer; return how many items.

        Called by the worker itself, while it makes nothing.
        """
        held = (item.c.owner == worker_id) & (item.c.state == "running")
        again = {"state": "ready", "owner": None, "attempt": item.c.attempt - 1}
        with writing(self._engine) as connection:
            return connection.execute(sa.update(item).where(held).values(again)).rowcount

    def sign_on(self, worker_id: str, host: str) -> None:
        """Write down a new worker."""
        values = {"id": worker_id, "host": host, "beat": 0, "started_at": time_text(self._now())}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(worker).values(values))

    def beat(self, worker_id: str) -> bool:
        """Show that a worker lives; False when it was given up, so that it must sign on anew."""
        mine = sa.update(worker).where(worker.c.id == worker_id).values(beat=worker.c.beat + 1)
        with writing(self._engine) as connection:
            return connection.execute(mine).rowcount == 1

    def beats(self) -> dict[str, int]:
        """Return the beat of every worker; -1 for one that holds items without having signed on."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(worker.c.id, worker.c.beat))
            known = {row.id: row.beat for row in rows}
            held = sa.select(item.c.owner).where(item.c.owner.is_not(None), item.c.owner != BROKER)
            owners = connection.execute(held.where(item.c.state == "running").distinct()).scalars()
            return {**dict.fromkeys(owners, -1), **known}

    def sign_off(self, worker_id: str, *, beat: int | None = None) -> int:
        """Strike a worker out and take back what it holds; return how many items that were.

        Args:
            worker_id: which worker.
            beat: do nothing when it has beaten since; None when it is known to be dead or to have stopped.
        """
        gone = sa.delete(worker).where(worker.c.id == worker_id)
        with writing(self._engine) as connection:
            if beat is not None and beat >= 0:
                if not connection.execute(gone.where(worker.c.beat == beat)).rowcount:
                    return 0
            else:
                connection.execute(gone)
            held = (item.c.owner == worker_id) & (item.c.state == "running")
            poison = {"state": "failed", "error": trouble_json(_POISON, {})}
            ended = {**poison, "owner": None, "finished_at": time_text(self._now())}
            stuck = sa.update(item).where(held, item.c.attempt >= ATTEMPTS).values(ended)
            freed = sa.update(item).where(held).values(state="ready", owner=None)
            return connection.execute(stuck).rowcount + connection.execute(freed).rowcount

    def pauses(self) -> dict[tuple[str, int], int]:
        """Return items that wait for their next attempt: (id, number of the pause) -> seconds."""
        query = sa.select(item.c.id, item.c.pauses, item.c.pause_s).where(PAUSED).limit(10_000)
        with reading(self._engine) as connection:
            return {(row.id, row.pauses): row.pause_s for row in connection.execute(query)}

    def wake(self, item_id: str, pauses: int) -> None:
        """End a pause; nothing happens when it is over already."""
        same = (item.c.id == item_id) & (item.c.pauses == pauses)
        with writing(self._engine) as connection:
            connection.execute(sa.update(item).where(same).values(pause_s=0))

    def close_batches(self) -> int:
        """Close batches in which no row waits or runs any more; return how many."""
        with reading(self._engine) as connection:
            exhausted = choosing.exhausted_batches(connection)
        for organisation_id, batch_id in exhausted:
            with writing(self._engine) as connection:
                choosing.close_batch(connection, organisation_id, batch_id)
        return len(exhausted)

    def tell(self, per_worker: int) -> list[str]:
        """Choose items that the broker shall hear of, as claims would, and return their ids.

        Keeps so many of them told and not begun for each worker; one caller at a time, others get nothing.
        Only on PostgreSQL.
        """
        with writing(self._engine) as connection:
            if not connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_FEEDER_LOCK))).scalar():
                return []
            count = sa.select(sa.func.count())
            told = connection.execute(count.select_from(item).where(_TOLD)).scalar_one()
            workers = connection.execute(count.select_from(worker)).scalar_one()
            chosen = (self._tell_next(connection) for _ in range(per_worker * workers - told))
            return [item_id for item_id in chosen if item_id is not None]

    def told(self) -> dict[str, int]:
        """Return the items the broker was told of and nobody began yet, each with its fence."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(item.c.id, item.c.fence).where(_TOLD))
            return {row.id: row.fence for row in rows}

    def untell(self, item_id: str) -> None:
        """Forget that the broker was told: it was not reached."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(item).where(_TOLD, item.c.id == item_id).values(owner=None))

    def _tell_next(self, connection: sa.Connection) -> str | None:
        organisation_id = choosing.waiting_lane(connection, untold=True)
        if organisation_id is None:
            return None
        choosing.serve_lane(connection, organisation_id)
        number = choosing.next_number(connection, organisation_id, untold=True)
        if number is None:
            return None
        mine = sa.update(item).where(item.c.number == number).values(owner=BROKER)
        return str(connection.execute(mine.returning(item.c.id)).scalar_one())

    def _take(
        self, connection: sa.Connection, chosen: sa.ColumnElement[bool], worker_id: str
    ) -> Claim | None:
        values = {"state": "running", "owner": worker_id, "started_at": time_text(self._now())}
        counted = {"fence": item.c.fence + 1, "attempt": item.c.attempt + 1}
        taken = sa.update(item).where(chosen).values(**values, **counted).returning(item)
        found = connection.execute(taken).mappings().first()
        if found is None:
            return None
        wanted = sa.select(item_data).where(item_data.c.item_id == found["id"])
        data = connection.execute(wanted).mappings().one()
        return Claim(
            item_id=found["id"],
            owner=worker_id,
            fence=found["fence"],
            attempt=found["attempt"],
            pauses=found["pauses"],
            kind=found["kind"],
            payload=json.loads(data["payload"]),
            options=json.loads(data["options"]),
            actor=Actor(found["actor_id"], found["organisation_id"], found["actor_name"]),
        )

    def _end(self, connection: sa.Connection, claim: Claim, **values: object) -> None:
        self._change(connection, claim, {**values, "owner": None, "finished_at": time_text(self._now())})

    def _change(self, connection: sa.Connection, claim: Claim, values: Mapping[str, object]) -> None:
        # Not a plain comparison: PostgreSQL would look for the owner and not for the id.
        held = (sa.func.coalesce(item.c.owner, "") == claim.owner) & (item.c.state == "running")
        mine = (item.c.id == claim.item_id) & (item.c.fence == claim.fence) & held
        if connection.execute(sa.update(item).where(mine).values(values)).rowcount != 1:
            raise LeaseLost(_LOST)


def _commit_without_waiting(connection: sa.Connection) -> None:
    """Let PostgreSQL answer before a claim is on its disk.

    A claim lost with the power is an item that waits again; the owner and the fence keep its first worker out.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
