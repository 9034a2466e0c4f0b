"""The whole story of a paper: accept -> fill -> compare -> convert -> check -> archive.

The order of work is here and nowhere else. The steps live in `filling`, `conversion` and `archive`;
nothing here knows of HTTP or of settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

import forms
from forms._checks import Finding
from forms._kind import FormKind, flat_messages
from forms._overrides import Override, Strictness, settled
from service import __version__
from service.conversion import Converter, check_pdf, with_metadata
from service.documents import Paper, Provenance
from service.errors import ChecksFailed, FormInvalid, UnknownKind
from service.filling import TemplateCache, last_words
from service.layout_rules import check_layout, date_of, facts_of


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
    strictness: Strictness = field(default_factory=dict)


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
        ChecksFailed: the messages are the findings, by path.
    """
    messages: dict[str, list[str]] = {}
    for finding in findings:
        if finding.severity == "error" and not finding.override:
            messages.setdefault(finding.path, []).append(f"{finding.message} {finding.fix}")
    if messages:
        raise ChecksFailed("Документ не создан: проверка нашла ошибки.", messages=messages)


def produce(
    accepted: Accepted,
    press: Press,
    *,
    with_pdf: bool = True,
    draft: bool = False,
    overrides: Sequence[Override] = (),
) -> Paper:
    """Return the finished paper: filled, compared with the data, laid out by the rules, converted and checked.

    Args:
        accepted: the payload as form data with its findings.
        press: what the paper is made with.
        with_pdf: whether a PDF is made too.
        draft: findings of severity error do not stop the paper; for looking at it, never for the record.
        overrides: errors that a person lets pass, with the reasons.

    Raises:
        ChecksFailed: the checks found errors.
        TemplateError: the template is broken or printed something else than the data.
        ConversionError: no good PDF came out.
    """
    kind, data = accepted.kind, accepted.data
    findings = settled(accepted.findings, strictness=press.strictness, overrides=overrides)
    if not draft:
        refuse_errors(findings)
    title = kind.headline(data)
    template = press.templates.get(kind.name)
    docx = template.fill(kind.context(data), title=title)
    layout = check_layout(docx, date=date_of(data), gost=None, paper=facts_of(kind.name, data))
    findings += settled(layout, strictness=press.strictness, overrides=overrides)
    if not draft:
        refuse_errors(findings)
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
        findings=tuple(finding.as_dict() for finding in findings),
    )


def _author(data: Mapping[str, Any]) -> str:
    organisation = data.get("organisation") or {}
    return " ".join(str(organisation.get("name", "")).split())
