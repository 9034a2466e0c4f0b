"""A payload of the visitor becomes a recorded version: the same few lines for programs and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms._overrides import Override
from service.archive.canonical import canonical_json, sha256_of
from service.documents import Version
from service.production import make_version
from service.web.current import actor, parts


def record(
    kind_name: str,
    payload: Any,
    *,
    reason: str,
    idempotency_key: str | None,
    document_id: str | None = None,
    overrides: Sequence[Override] = (),
    register: bool = False,
) -> Version:
    """Return the recorded version; raises what `service.production.make_version` raises."""
    return make_version(
        kind_name,
        payload,
        press=parts().press,
        archive=parts().archive,
        actor=actor(),
        document_id=document_id,
        reason=reason,
        idempotency_key=idempotency_key,
        request_sha256=request_sha256(kind_name, payload, document_id, overrides, register=register),
        overrides=overrides,
        register=register,
    )


def request_sha256(
    kind_name: str,
    payload: Any,
    document_id: str | None,
    overrides: Sequence[Override] = (),
    *,
    register: bool = False,
) -> str:
    """Return the hash by which a repeated request is known as the same one.

    Raises:
        InputError: the payload has no canonical JSON.
    """
    decisions = [[one.rule, one.path, one.reason] for one in overrides]
    # Without registration the hash is that of earlier programs, whose requests may still be repeated.
    registered = ["register"] if register else []
    return sha256_of(canonical_json([kind_name, payload, document_id, decisions, *registered]))
