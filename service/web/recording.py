"""A payload of the visitor becomes a recorded version: the same few lines for programs and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms._overrides import Override
from service.archive.appending import following
from service.archive.canonical import canonical_json, sha256_of
from service.documents import Version
from service.production import make_version, refuse_early
from service.web.current import actor, parts, press
from service.work import Job, Order


def record(
    kind_name: str,
    payload: Any,
    *,
    reason: str,
    idempotency_key: str | None,
    document_id: str | None = None,
    overrides: Sequence[Override] = (),
    register: bool = False,
    follows: int | None = None,
) -> Version:
    """Return the recorded version; raises what `service.production.make_version` raises.

    Args:
        follows: the version it must follow, or it is refused with Conflict; None for any.
    """
    return make_version(
        kind_name,
        payload,
        press=press(),
        archive=parts().archive,
        actor=actor(),
        document_id=document_id,
        reason=reason,
        idempotency_key=idempotency_key,
        request_sha256=request_sha256(
            kind_name, payload, document_id, overrides, register=register, reason=reason
        ),
        overrides=overrides,
        register=register,
        together=None if follows is None else following(follows),
    )


def order(
    kind_name: str,
    payload: Any,
    *,
    reason: str,
    idempotency_key: str | None,
    document_id: str | None = None,
    overrides: Sequence[Override] = (),
    register: bool = False,
) -> Version | Job:
    """Return the job that will make the version, or the version when an earlier call with the key made it.

    Raises:
        UnknownKind, FormInvalid: the payload does not fit its schema.
        Conflict: the key was used for another request.
        QueueFull: too many papers of the organisation wait already.
    """
    sha256 = request_sha256(kind_name, payload, document_id, overrides, register=register, reason=reason)
    if idempotency_key is not None:
        made = parts().archive.find_idempotent(actor().organisation_id, idempotency_key, sha256)
        if made:
            return made
    refuse_early(kind_name, payload)
    wanted = Order(
        kind_name,
        payload,
        reason=reason,
        document_id=document_id,
        overrides=tuple(overrides),
        register=register,
    )
    job_id = parts().work.enqueue(actor(), [wanted], idempotency_key=idempotency_key, request_sha256=sha256)
    return parts().work.job(actor().organisation_id, job_id)


def is_stale(document_id: str, made_from: int, *, idempotency_key: str | None, request_sha256: str) -> bool:
    """Return whether a document has got a version since the payload was taken from version `made_from`.

    A repeated request is not stale: the version in between is its own.

    Raises:
        Conflict: the key was used for another request.
    """
    if parts().archive.get(actor().organisation_id, document_id).number == made_from:
        return False
    return not is_repeat(idempotency_key, request_sha256)


def is_repeat(idempotency_key: str | None, request_sha256: str) -> bool:
    """Return whether an earlier request with this key has made its version.

    Raises:
        Conflict: the key was used for another request.
    """
    mine = actor().organisation_id
    return idempotency_key is not None and bool(
        parts().archive.find_idempotent(mine, idempotency_key, request_sha256)
    )


def waited(job: Job, *, within_s: float) -> Version | Job:
    """Return the version that a job makes within a time, or the job as it then is."""
    job = parts().waiting.until_ended(job, within_s=within_s)
    if job.document_id is None:
        return job
    return parts().archive.get(job.organisation_id, job.document_id, job.version_number)


def request_sha256(
    kind_name: str,
    payload: Any,
    document_id: str | None,
    overrides: Sequence[Override] = (),
    *,
    register: bool = False,
    reason: str = "",
) -> str:
    """Return the hash by which a repeated request is known as the same one.

    Raises:
        InputError: the payload has no canonical JSON.
    """
    decisions = [[one.rule, one.path, one.reason] for one in overrides]
    # Without registration and reason the hash is that of earlier programs, whose requests may still be repeated.
    more = [*(["register"] if register else []), *([{"reason": reason}] if reason else [])]
    return sha256_of(canonical_json([kind_name, payload, document_id, decisions, *more]))
