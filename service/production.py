"""One door for every paper, packages included: check, make, record.

Chooses between `pipeline` (one kind) and `packages` by the kind's name; knows nothing of HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from forms._overrides import Override
from service.archive import Archive
from service.documents import Actor, Paper, Version
from service.packages import PACKAGE, accept_package, produce_package
from service.pipeline import Press, Preview, accept, preview, produce

_log = structlog.get_logger(__name__)


def check_payload(kind_name: str, payload: Any, press: Press) -> list[Mapping[str, Any]]:
    """Return what the checks find in the data and in the filled .docx, as plain values; no PDF is made.

    Raises as `make_paper`.
    """
    return list(make_paper(kind_name, payload, press, with_pdf=False, draft=True).findings)


def stops(finding: Mapping[str, Any]) -> bool:
    """Return whether a finding, as plain values, stops a paper."""
    return bool(finding["severity"] == "error" and not finding["override"])


def make_paper(
    kind_name: str,
    payload: Any,
    press: Press,
    *,
    with_pdf: bool = True,
    draft: bool = False,
    overrides: Sequence[Override] = (),
) -> Paper:
    """Return the finished paper of a payload; the arguments are those of `pipeline.produce`.

    Raises:
        UnknownKind, FormInvalid: the payload is refused.
        TemplateError, ConversionError, QueueFull: the paper was not made.
    """
    if kind_name == PACKAGE:
        package = accept_package(payload)
        return produce_package(package, press, with_pdf=with_pdf, draft=draft, overrides=overrides)
    accepted = accept(kind_name, payload)
    return produce(accepted, press, with_pdf=with_pdf, draft=draft, overrides=overrides)


def make_preview(kind_name: str, payload: Any, press: Press) -> Preview:
    """Return the PDF of a payload to look at; errors in its content do not stop it. Raises as `make_paper`."""
    if kind_name != PACKAGE:
        return preview(kind_name, payload, press)
    paper = make_paper(kind_name, payload, press, draft=True)
    return Preview(paper.pdf or b"", paper.file_name)


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
    overrides: Sequence[Override] = (),
) -> Version:
    """Return the recorded version of a payload: version 1 of a new document, or the next of an old one.

    A repeated call with the same idempotency key returns what the first one made.
    """
    if idempotency_key:
        made = archive.find_idempotent(actor.organisation_id, idempotency_key, request_sha256)
        if made:
            return made
    started = time.monotonic()
    paper = make_paper(kind_name, payload, press, overrides=overrides)
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
