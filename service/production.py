"""One door for every paper, packages included: check, make, record.

Chooses between `pipeline` (one kind) and `packages` by the kind's name; knows nothing of HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import structlog

from forms._checks import Finding
from service.archive import Archive
from service.documents import Actor, Paper, Version
from service.packages import PACKAGE, accept_package, produce_package
from service.pipeline import Press, accept, produce

_log = structlog.get_logger(__name__)


def check_payload(kind_name: str, payload: Any) -> Sequence[Finding]:
    """Return what the checks find in a payload that fits its schema; raises as `make_paper`."""
    if kind_name == PACKAGE:
        return accept_package(payload).findings
    return accept(kind_name, payload).findings


def make_paper(kind_name: str, payload: Any, press: Press, *, with_pdf: bool = True) -> Paper:
    """Return the finished paper of a payload.

    Raises:
        UnknownKind, FormInvalid: the payload is refused.
        TemplateError, ConversionError, QueueFull: the paper was not made.
    """
    if kind_name == PACKAGE:
        return produce_package(accept_package(payload), press, with_pdf=with_pdf)
    return produce(accept(kind_name, payload), press, with_pdf=with_pdf)


def make_version(
    kind_name: str,
    payload: Any,
    *,
    press: Press,
    archive: Archive,
    actor: Actor,
    document_id: str | None = None,
    reason: str = "",
    idempotency_key: str | None = None,
    request_sha256: str = "",
) -> Version:
    """Return the recorded version of a payload: version 1 of a new document, or the next of an old one.

    A repeated call with the same idempotency key returns what the first one made.
    """
    if idempotency_key:
        made = archive.find_idempotent(actor.organisation_id, idempotency_key, request_sha256)
        if made:
            return made
    started = time.monotonic()
    paper = make_paper(kind_name, payload, press)
    version = archive.append(
        paper,
        actor=actor,
        document_id=document_id,
        reason=reason,
        idempotency_key=idempotency_key,
        request_sha256=request_sha256,
    )
    spent_ms = round((time.monotonic() - started) * 1000)
    _log.info("paper_recorded", kind=kind_name, document=version.document_id, duration_ms=spent_ms)
    return version
