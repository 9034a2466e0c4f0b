"""The whole story of a paper: accept -> fill -> compare -> convert -> check -> archive.

The order of work is here and nowhere else. The steps live in `filling`, `conversion` and `archive`;
nothing here knows of HTTP or of settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

import forms
from forms._checks import Finding
from forms._kind import FormKind, flat_messages
from service import __version__
from service.conversion import Converter, check_pdf, with_metadata
from service.documents import Paper, Provenance
from service.errors import FormInvalid, UnknownKind
from service.filling import TemplateCache, last_words


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


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Refuse a paper with findings of severity error.

    Raises:
        FormInvalid: the messages are the findings, by path.
    """
    messages: dict[str, list[str]] = {}
    for finding in findings:
        if finding.severity == "error":
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
    refuse_errors(accepted.findings)
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


def _author(data: Mapping[str, Any]) -> str:
    organisation = data.get("organisation") or {}
    return " ".join(str(organisation.get("name", "")).split())
