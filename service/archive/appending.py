"""Rows that one append writes: the version with its link in the chain, and the idempotency key.

Runs inside the transaction of `Archive.append`; knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.archive.chain import chain_sha256
from service.archive.records import Records
from service.database.tables import document, idempotency, version
from service.documents import Version
from service.errors import Conflict

NEWER_VERSION = "Появилась более новая версия документа. Откройте документ заново."


def add_version(
    records: Records,
    row: Mapping[str, Any],
    document_id: str | None,
    *,
    created_at: str,
    new_id: Callable[[], str],
) -> dict[str, Any]:
    """Write the row as the next version of a document, or as version 1 of a new one; return it whole.

    Raises:
        NotFound: no such document in this organisation.
        Conflict: the document is of another kind.
    """
    if document_id is None:
        document_id = new_id()
        created = {"created_at": created_at, "created_by": row["actor_id"]}
        records.add(document, {"id": document_id, "kind": row["kind"], **created})
    else:
        check_kind(records.document(document_id), row["kind"])
    head = records.head()
    full = {
        **row,
        "document_id": document_id,
        "number": records.newest_number(document_id) + 1,
        "created_at": created_at,
        "chain_number": head.chain_number + 1,
        "prev_chain_sha256": head.chain_sha256,
    }
    full["chain_sha256"] = chain_sha256(full)
    records.add(version, full)
    return full


def following(number: int) -> Callable[[object, Version], None]:
    """Return what, together with an append, refuses a version that does not follow version `number`.

    Else a version that somebody made meanwhile would be replaced by one that knows nothing of it.
    """

    def follow(_: object, made: Version) -> None:
        if made.number != number + 1:
            raise Conflict(NEWER_VERSION)

    return follow


def check_kind(document_row: Mapping[str, Any], kind: str) -> None:
    """Raise Conflict when a document is of another kind."""
    if document_row["kind"] != kind:
        raise Conflict("Этот документ другого вида: новая версия должна быть того же вида.")


def idempotent_row(records: Records, key: str, request_sha256: str) -> Mapping[str, Any] | None:
    """Return the version that an earlier call with this key recorded.

    Raises:
        Conflict: the key was used for another request.
    """
    done = records.idempotency(key)
    if done is None:
        return None
    if done["request_sha256"] != request_sha256:
        raise Conflict("Ключ Idempotency-Key уже использован для другого запроса. Укажите новый ключ.")
    return records.version(done["document_id"], done["version_number"])


def add_key(records: Records, row: Mapping[str, Any], key: str, request_sha256: str) -> None:
    """Keep which version a key stands for."""
    kept = {
        "key": key,
        "request_sha256": request_sha256,
        "document_id": row["document_id"],
        "version_number": row["number"],
        "created_at": row["created_at"],
    }
    records.add(idempotency, kept)
