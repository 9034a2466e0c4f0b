"""Orders become rows: written in one transaction, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.archive.canonical import canonical_json
from service.database.tables_work import batch, item, item_data, lane, work_key
from service.documents import Actor
from service.errors import Conflict, InputError, Messages, QueueFull
from service.work.values import BatchFacts, Order

_CHUNK = 2000
_SINGLE, _BATCH = 0, 1
_MAX_KEY = 200


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


def prepared(
    orders: Iterable[Order],
    *,
    actor: Actor,
    batch_id: str | None,
    created_at: str,
    new_id: Callable[[], str],
    key_options: Mapping[str, str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of `item` and `item_data`; nothing is written, so no lock is held meanwhile.

    Raises:
        InputError: a payload has no canonical JSON.
    """
    items: list[dict[str, Any]] = []
    data: list[dict[str, Any]] = []
    for place, order in enumerate(orders, start=1):
        row = _item(order, place, actor) | {"batch_id": batch_id, "created_at": created_at, "id": new_id()}
        items.append(row | {"priority": _SINGLE if batch_id is None else _BATCH})
        options = json.dumps({**_options(order), **key_options})
        data.append({"item_id": row["id"], "payload": json_text(order.payload), "options": options})
    return items, data


def json_text(payload: Any) -> str:
    """Return a payload as it waits: any JSON text of it; the record makes it canonical later.

    Several times faster than `canonical_json`, which counts with 100,000 rows.

    Raises:
        InputError: it has no JSON text.
    """
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        return canonical_json(payload)
    return text


def _item(order: Order, place: int, actor: Actor) -> dict[str, Any]:
    return {
        "organisation_id": actor.organisation_id,
        "seq": place if order.seq is None else order.seq,
        "kind": order.kind,
        "state": "ready" if order.refused is None else "refused",
        "pause_s": 0,
        "pauses": 0,
        "attempt": 0,
        "fence": 0,
        "error": None if order.refused is None else refusal_json(order.refused),
        "actor_id": actor.id,
        "actor_name": actor.name,
    }


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


def write_items(
    connection: sa.Connection,
    items: list[dict[str, Any]],
    data: list[dict[str, Any]],
) -> None:
    """Insert the rows, a few thousand at a time."""
    for table, rows in ((item, items), (item_data, data)):
        for chunk in _chunks(rows):
            connection.execute(sa.insert(table), chunk)


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(rows), _CHUNK):
        yield rows[first : first + _CHUNK]


def write_batch(
    connection: sa.Connection, facts: BatchFacts, *, actor: Actor, items: list[dict[str, Any]]
) -> None:
    """Insert the row of a batch that has these rows, at least one."""
    values = {
        "id": items[0]["batch_id"],
        "organisation_id": actor.organisation_id,
        "kind": facts.kind,
        "file_name": facts.file_name,
        "source_sha256": facts.source_sha256,
        "register": facts.register,
        "reason": facts.reason,
        "total": len(items),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "created_at": items[0]["created_at"],
    }
    if "\0" in facts.file_name + facts.reason:
        # PostgreSQL cannot keep this character, so neither database does.
        raise InputError("Текст не может содержать символ с кодом 0.")
    connection.execute(sa.insert(batch).values(values))


def open_lane(connection: sa.Connection, organisation_id: str) -> None:
    """Make sure that claims look at this organisation; several may do it at once."""
    values = {"organisation_id": organisation_id, "served": 0}
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(lane).values(values).on_conflict_do_nothing())
    else:
        connection.execute(sqlite.insert(lane).values(values).on_conflict_do_nothing())


def refuse_over_quota(connection: sa.Connection, organisation_id: str, more: int, quota: int) -> None:
    """Raise QueueFull when an organisation would have more rows waiting than its quota."""
    mine = (item.c.organisation_id == organisation_id) & (item.c.state == "ready")
    some = sa.select(item.c.number).where(mine).limit(quota + 1).subquery()
    waiting = connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
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
