"""Orders become rows: written in one transaction, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.archive.canonical import canonical_json
from service.database.bulk import insert_many
from service.database.tables_work import READY, batch, item, item_data, lane, work_key
from service.documents import Actor
from service.errors import Conflict, InputError, Messages, QueueFull
from service.work.values import BatchFacts, Order

_MAX_KEY = 200
_ITEM = (
    "id",
    "organisation_id",
    "batch_id",
    "seq",
    "kind",
    "state",
    "pause_s",
    "pauses",
    "attempt",
    "fence",
    "error",
    "actor_id",
    "actor_name",
    "created_at",
)
_DATA = ("item_id", "payload", "options")
# No payload of a person contains itself: what does ends as RecursionError.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)


@dataclass(frozen=True)
class Key:
    """An idempotency key and the hash of the request it stands for.

    Raises:
        InputError: the key is empty, longer than 200 characters or not printable.
    """

    text: str
    request_sha256: str

    def __post_init__(self) -> None:
        if not self.request_sha256:
            raise ValueError("an idempotency key needs the hash of its request")
        if not (0 < len(self.text) <= _MAX_KEY and self.text.isprintable()):
            raise InputError(f"Ключ Idempotency-Key: от 1 до {_MAX_KEY} печатных символов.")

    def options(self) -> dict[str, str]:
        """Return the key as an item keeps it for the record."""
        return {"idempotency_key": self.text, "request_sha256": self.request_sha256}


@dataclass(frozen=True)
class Prepared:
    """Rows that are ready to be written.

    Attributes:
        work_id: of the batch, or of the single item.
        waiting: how many of the rows will wait to be made.
        items, data: rows of `item` and `item_data`.
    """

    work_id: str
    batch_id: str | None
    created_at: str
    waiting: int
    items: list[tuple[object, ...]]
    data: list[tuple[object, ...]]


def prepared(
    orders: Iterable[Order],
    *,
    actor: Actor,
    batch_id: str | None,
    created_at: str,
    new_id: Callable[[], str],
    key_options: Mapping[str, str],
) -> Prepared:
    """Return the rows of orders; nothing is written, so no lock is held meanwhile.

    Raises:
        InputError: a payload has no canonical JSON.
    """
    listed = list(orders)
    if batch_id is None and len(listed) > 1:
        raise ValueError("several orders need the facts of their batch")
    # Sorted, so that the indexes of both tables grow at one place after the other.
    ids = sorted(new_id() for _ in listed)
    items: list[tuple[object, ...]] = []
    data: list[tuple[object, ...]] = []
    texts: dict[object, str] = {}
    for place, (item_id, order) in enumerate(zip(ids, listed, strict=True), start=1):
        row = _item(order, place)
        items.append((item_id, actor.organisation_id, batch_id, *row, actor.id, actor.name, created_at))
        data.append((item_id, json_text(order.payload), _options_text(order, key_options, texts)))
    waiting = sum(order.refused is None for order in listed)
    return Prepared(batch_id or "".join(ids), batch_id, created_at, waiting, items, data)


def require_rows(rows: Prepared) -> None:
    """Raise InputError when there is no row."""
    if not rows.items:
        raise InputError("В пакете нет ни одной строки.")


def json_text(payload: Any) -> str:
    """Return a payload as it waits: any JSON text of it; the record makes it canonical later.

    Several times faster than `canonical_json`, which counts with 100,000 rows.

    Raises:
        InputError: it has no JSON text.
    """
    try:
        text = _ENCODER.encode(payload)
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        return canonical_json(payload)
    return text


def _item(order: Order, place: int) -> tuple[object, ...]:
    """Return the columns of an item from `seq` to `error`."""
    seq = place if order.seq is None else order.seq
    if order.refused is None:
        return (seq, order.kind, "ready", 0, 0, 0, 0, None)
    return (seq, order.kind, "refused", 0, 0, 0, 0, refusal_json(order.refused))


def _options_text(order: Order, key_options: Mapping[str, str], known: dict[object, str]) -> str:
    """Return the JSON of what an order says beside its payload; the rows of a batch mostly say the same."""
    said = (order.reason, order.register, order.document_id, order.overrides)
    text = known.get(said)
    if text is None:
        text = known[said] = json.dumps({**_options(order), **key_options})
    return text


def _options(order: Order) -> dict[str, Any]:
    return {
        "reason": order.reason,
        "register": order.register,
        "document_id": order.document_id,
        "overrides": [{"rule": one.rule, "path": one.path, "reason": one.reason} for one in order.overrides],
    }


def trouble_json(text: str, messages: Messages) -> str:
    """Return what is kept of a trouble."""
    lists = {path: list(texts) for path, texts in messages.items()}
    return json.dumps({"text": text, "messages": lists}, ensure_ascii=False)


def refusal_json(messages: Messages) -> str:
    """Return what is kept of a row that the preflight refused."""
    return trouble_json("В данных строки есть ошибки: исправьте их, и строка будет выполнена.", messages)


def write_items(connection: sa.Connection, rows: Prepared) -> None:
    """Insert the rows; the indexes say when two have one seq.

    Raises:
        Conflict: two rows of the batch have the same seq.
    """
    insert_many(connection, item, _ITEM, rows.items)
    insert_many(connection, item_data, _DATA, rows.data)


def write_batch(connection: sa.Connection, facts: BatchFacts, *, actor: Actor, rows: Prepared) -> None:
    """Insert the row of a batch that has these rows."""
    values = {
        "id": rows.batch_id,
        "organisation_id": actor.organisation_id,
        "kind": facts.kind,
        "file_name": facts.file_name,
        "source_sha256": facts.source_sha256,
        "register": facts.register,
        "reason": facts.reason,
        "total": len(rows.items),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "created_at": rows.created_at,
        "open": True,
    }
    if "\0" in facts.file_name + facts.reason:
        # PostgreSQL cannot keep this character, so neither database does.
        raise InputError("Текст не может содержать символ с кодом 0.")
    connection.execute(sa.insert(batch).values(values))


def has_lane(connection: sa.Connection, organisation_id: str) -> bool:
    """Return whether claims look at this organisation."""
    mine = sa.select(lane.c.served).where(lane.c.organisation_id == organisation_id)
    return connection.execute(mine).first() is not None


def open_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Make sure that claims look at this organisation; several may do it at once."""
    values = {"organisation_id": organisation_id, "served": 0}
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(lane).values(values).on_conflict_do_nothing())
    else:
        connection.execute(sqlite.insert(lane).values(values).on_conflict_do_nothing())


def refuse_over_quota(connection: sa.Connection, organisation_id: str, more: int, quota: int) -> None:
    """Raise QueueFull when an organisation would have more rows waiting than its quota."""
    count = sa.func.count()
    single = sa.select(count).where(
        item.c.organisation_id == organisation_id, item.c.batch_id.is_(None), READY
    )
    singles = connection.execute(single).scalar_one()
    opened = (batch.c.organisation_id == organisation_id) & batch.c.open.is_(sa.true())
    most = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(batch.c.total), 0)).where(opened)
    ).scalar_one()
    if singles + int(most) + more <= quota:
        return  # without counting a hundred thousand rows for a single paper
    rows = sa.select(count).where(item.c.batch_id == batch.c.id, READY).correlate(batch).scalar_subquery()
    waiting = sum(connection.execute(sa.select(rows).where(opened)).scalars()) + singles
    if waiting + more > quota:
        raise QueueFull(
            f"В очереди организации уже {waiting} документов, предел – {quota}. "
            "Дождитесь выполнения части из них и повторите."
        )


def work_of_key(connection: sa.Connection, organisation_id: str, key: Key) -> str | None:
    """Return the id of what an earlier call with this key enqueued.

    Raises:
        Conflict: the key was used for another request.
    """
    mine = (work_key.c.organisation_id == organisation_id) & (work_key.c.key == key.text)
    found = connection.execute(sa.select(work_key).where(mine)).mappings().first()
    if found is None:
        return None
    if found["request_sha256"] != key.request_sha256:
        raise Conflict("Ключ Idempotency-Key уже использован для другого запроса. Укажите новый ключ.")
    return str(found["work_id"])


def write_key(connection: sa.Connection, actor: Actor, key: Key, *, work_id: str, created_at: str) -> None:
    """Keep what a key stands for; on PostgreSQL a second one waits here for the first.

    Raises:
        Conflict: the key is taken.
    """
    values = {
        "organisation_id": actor.organisation_id,
        "key": key.text,
        "request_sha256": key.request_sha256,
        "work_id": work_id,
        "created_at": created_at,
    }
    connection.execute(sa.insert(work_key).values(values))


def forget_keys(connection: sa.Connection, before: str) -> int:
    """Forget keys of ended work older than a time; return how many.

    Whoever repeats a request after that orders its papers anew: the same promise as that of the archive's own keys.
    """
    open_item = sa.select(item.c.id).where(item.c.state.in_(("ready", "running")))
    as_single = open_item.where(item.c.id == work_key.c.work_id)
    as_batch = open_item.where(item.c.batch_id == work_key.c.work_id)
    old = (work_key.c.created_at < before) & ~sa.exists(as_single) & ~sa.exists(as_batch)
    return connection.execute(sa.delete(work_key).where(old)).rowcount
