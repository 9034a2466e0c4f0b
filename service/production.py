"""One door for every paper, packages included: check, make, record, register.

Chooses between `pipeline` (one kind) and `packages` by the kind's name; knows nothing of HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from forms._overrides import Override
from service import metrics
from service.archive import Archive, Together, Wanted, canonical_json
from service.archive.appending import following
from service.archive.canonical import sha256_of
from service.documents import Actor, Entry, Paper, Version
from service.errors import Conflict, ServiceError
from service.packages import PACKAGE, accept_package, produce_package
from service.pipeline import Press, Preview, accept, preview, produce
from service.registration import prints_number, wanted_number, with_number

_log = structlog.get_logger(__name__)


def check_payload(kind_name: str, payload: Any, press: Press) -> list[Mapping[str, Any]]:
    """Return what the checks find in the data and in the filled .docx, as plain values; no PDF is made.

    Raises as `make_paper`.
    """
    return list(make_paper(kind_name, payload, press, with_pdf=False, draft=True).findings)


def stops(finding: Mapping[str, Any]) -> bool:
    """Return whether a finding, as plain values, stops a paper."""
    return bool(finding["severity"] == "error" and not finding["override"])


def refuse_early(kind_name: str, payload: Any) -> None:
    """Raise UnknownKind or FormInvalid when a payload does not even fit its schema; nothing is made."""
    if kind_name == PACKAGE:
        accept_package(payload)
    else:
        accept(kind_name, payload)


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


@dataclass(frozen=True)
class Request:
    """Who asks for a version, and of what.

    Attributes:
        document_id: the document to continue; None makes a new one.
        reason: why this version is made; with `register` also why its date may be before an earlier number's.
        idempotency_key: a repeat with the same key and `request_sha256` makes nothing twice.
        overrides: errors that a person lets pass.
        register: whether the version gets a number in the journal, printed where the paper has a place for it;
            else it is a draft.
        together: see `Archive.append`.
    """

    actor: Actor
    document_id: str | None = None
    reason: str = ""
    idempotency_key: str | None = None
    request_sha256: str = ""
    overrides: Sequence[Override] = ()
    register: bool = False
    together: Together | None = None


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
    register: bool = False,
    together: Together | None = None,
) -> Version:
    """Return the recorded version of a payload: version 1 of a new document, or the next of an old one.

    A repeated call with the same idempotency key returns what the first one made. The arguments are those of
    `Request`; with `register` the number in the payload may be missing, the journal then gives the next one.

    Raises:
        Conflict: the typed number is taken, or the key was used for another request.
        FormInvalid: the payload is refused, or its date is out of order without a reason.
    """
    if idempotency_key and (
        made := archive.find_idempotent(actor.organisation_id, idempotency_key, request_sha256)
    ):
        return made
    started = time.monotonic()
    request = Request(
        actor, document_id, reason, idempotency_key, request_sha256, overrides, register, together
    )
    if register:
        version = _registered(kind_name, payload, press, archive, request)
    else:
        paper = make_paper(kind_name, payload, press, overrides=overrides)
        version = _append(paper, archive, request, together)
    _tell(version, spent_s=time.monotonic() - started)
    return version


def _tell(version: Version, *, spent_s: float) -> None:
    metrics.paper_recorded(version.kind)
    _log.info(
        "paper_recorded",
        kind=version.kind,
        document=version.document_id,
        duration_ms=round(spent_s * 1000),
    )


def register_version(
    document_id: str, *, press: Press, archive: Archive, actor: Actor, reason: str = ""
) -> Version:
    """Return the registered newest version of a document; asked again, also at the same moment, the same one.

    A draft that already bears its number, or has no place for one, is registered as it is. Else the next version
    is made with the number printed, once for each draft.

    Raises:
        NotFound: no such document.
        Conflict: the newest version is void, its number is taken, or a newer draft was recorded meanwhile.
        FormInvalid: its date is out of order without a reason.
    """
    newest = archive.get(actor.organisation_id, document_id)
    state = archive.journal.states(actor.organisation_id, document_id).get(newest.number)
    if state is not None and state.state == "registered":
        return newest
    wanted = wanted_number(newest.kind, newest.payload, reason=reason, document_id=document_id)
    if wanted.number or not prints_number(newest.kind):
        _register_draft(archive, newest, wanted, actor)
        return newest
    key = f"register:{document_id}:{newest.number}"
    return make_version(
        newest.kind,
        newest.payload,
        press=press,
        archive=archive,
        actor=actor,
        document_id=document_id,
        reason=reason,
        idempotency_key=key,
        request_sha256=sha256_of(key),
        overrides=_decided(newest),
        register=True,
        together=following(newest.number),
    )


def _register_draft(archive: Archive, draft: Version, wanted: Wanted, actor: Actor) -> None:
    """Register a version as it is, unless somebody did so a moment ago."""
    try:
        archive.journal.register(draft.document_id, wanted, actor=actor, number=draft.number)
    except Conflict:
        state = archive.journal.states(actor.organisation_id, draft.document_id).get(draft.number)
        if state is None or state.state != "registered":
            raise


def _registered(kind_name: str, payload: Any, press: Press, archive: Archive, request: Request) -> Version:
    """Reserve a number, print it, and register the version in the transaction that records it."""
    journal, actor = archive.journal, request.actor
    try:
        entry = _reserved(kind_name, payload, press, archive, request)
    except Conflict:
        # The same request may have been answered while this one was on its way.
        if (made := _made_meanwhile(archive, request)) is None:
            raise
        return made
    used: list[Version] = []
    try:
        paper = make_paper(
            kind_name, with_number(kind_name, payload, entry.number), press, overrides=request.overrides
        )
        together = _in_turn(journal.registers(entry, actor), request.together, used)
        version = _append(paper, archive, request, together)
    except ServiceError as error:
        if entry.typed or not (error.retryable and request.idempotency_key):
            journal.abandon(entry, actor=actor, reason=f"Документ не создан: {error}")
        raise
    if not used:
        journal.abandon(
            entry, actor=actor, reason="Документ уже создан таким же запросом под другим номером."
        )
    return version


def _reserved(kind_name: str, payload: Any, press: Press, archive: Archive, request: Request) -> Entry:
    """Return the number for a paper that the checks let pass: one that they refuse takes none."""
    journal, actor, owner = archive.journal, request.actor, _owner(request)
    wanted = wanted_number(kind_name, payload, reason=request.reason, document_id=request.document_id)
    number = journal.preview(wanted, organisation_id=actor.organisation_id, owner=owner)
    trial = with_number(kind_name, payload, number)
    make_paper(kind_name, trial, press, with_pdf=False, overrides=request.overrides)
    return journal.reserve(wanted, actor=actor, owner=owner)


def _made_meanwhile(archive: Archive, request: Request) -> Version | None:
    if not request.idempotency_key:
        return None
    return archive.find_idempotent(
        request.actor.organisation_id, request.idempotency_key, request.request_sha256
    )


def _append(paper: Paper, archive: Archive, request: Request, together: Together | None) -> Version:
    return archive.append(
        paper,
        actor=request.actor,
        document_id=request.document_id,
        reason=request.reason,
        idempotency_key=request.idempotency_key,
        request_sha256=request.request_sha256,
        together=together,
    )


def _in_turn(first: Together, second: Together | None, used: list[Version]) -> Together:
    """Return one call for two; it notes in `used` that the version was really recorded by this request."""

    def together(connection: Any, version: Version) -> None:
        first(connection, version)
        if second is not None:
            second(connection, version)
        used.append(version)

    return together


def _owner(request: Request) -> str:
    """Return by what a repeated request finds the number it left; empty for a request without a key."""
    if not request.idempotency_key:
        return ""
    return sha256_of(canonical_json([request.idempotency_key, request.request_sha256]))


def _decided(version: Version) -> list[Override]:
    """Return the decisions that were made on a version."""
    return [
        Override(one["rule"], one["override"], one["path"]) for one in version.findings if one.get("override")
    ]
