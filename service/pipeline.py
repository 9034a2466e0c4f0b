"""The whole story of a paper: accept -> fill -> compare -> convert -> check -> archive.

The order of work is here and nowhere else. The steps live in `filling`, `conversion` and `archive`;
nothing here knows of HTTP or of settings.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from marshmallow import ValidationError

import forms
from forms._checks import Finding
from forms._kind import FormKind, flat_messages
from service import __version__
from service.archive import Archive
from service.conversion import Converter, check_pdf, with_metadata
from service.documents import Actor, Paper, Provenance, Version
from service.errors import FormInvalid, UnknownKind
from service.filling import TemplateCache, last_words

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Accepted:
    """A payload that fits its schema, with what the checks found."""

    kind: FormKind
    payload: Mapping[str, Any]
    data: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a paper."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@dataclass(frozen=True)
class Press:
    """What a paper is made with."""

    templates: TemplateCache
    converter: Converter
    deadline_s: float


def accept(kind_name: str, payload: Any) -> Accepted:
    """Return the payload as form data with findings; nothing is made or stored yet.

    Raises:
        UnknownKind: no such form kind.
        FormInvalid: the payload does not fit; `messages` names every field at once.
    """
    if kind_name not in forms.all_kinds():
        known = ", ".join(forms.all_kinds())
        raise UnknownKind(f"Неизвестный вид документа «{kind_name}». Доступны: {known}.")
    kind = forms.get_kind(kind_name)
    try:
        data = kind.load(payload)
    except ValidationError as error:
        messages = flat_messages(error.messages)
        raise FormInvalid("Данные не приняты: исправьте отмеченные поля.", messages=messages) from error
    return Accepted(kind, payload, data, tuple(kind.findings(data)))


def require_no_errors(accepted: Accepted) -> None:
    """Refuse a paper with findings of severity error.

    Raises:
        FormInvalid: the messages are the findings, by path.
    """
    messages: dict[str, list[str]] = {}
    for finding in accepted.errors:
        messages.setdefault(finding.path, []).append(f"{finding.message} {finding.fix}")
    if messages:
        raise FormInvalid("Документ не создан: проверка нашла ошибки.", messages=messages)


def produce(accepted: Accepted, press: Press, *, with_pdf: bool = True) -> Paper:
    """Return the finished paper: filled, compared with the data, converted and checked.

    Raises:
        FormInvalid: the checks found errors.
        TemplateError: the template is broken or printed something else than the data.
        ConversionError: no good PDF came out.
    """
    require_no_errors(accepted)
    kind, data = accepted.kind, accepted.data
    title = kind.headline(data)
    template = press.templates.get(kind.name)
    docx = template.fill(kind.context(data), title=title)
    pdf: bytes | None = None
    pages, office = 0, ""
    fonts: tuple[str, ...] = ()
    if with_pdf:
        pdf = press.converter.convert(docx, deadline_s=press.deadline_s)
        pdf = with_metadata(pdf, title=title, author=_author(data))
        facts = check_pdf(pdf, last_words=last_words(docx))
        pages, fonts, office = facts.pages, facts.fonts, press.converter.ready().office_version
    return Paper(
        kind=kind.name,
        title=title,
        file_name=kind.safe_file_name(data),
        payload=accepted.payload,
        docx=docx,
        pdf=pdf,
        pages=pages,
        provenance=Provenance(template.sha256, __version__, office, fonts),
        findings=tuple(finding.as_dict() for finding in accepted.findings),
    )


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
    paper = produce(accept(kind_name, payload), press)
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


def _author(data: Mapping[str, Any]) -> str:
    organisation = data.get("organisation") or {}
    return " ".join(str(organisation.get("name", "")).split())
