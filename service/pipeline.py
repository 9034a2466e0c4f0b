"""The whole story of a paper: accept -> fill -> compare -> convert -> check -> archive.

The order of work is here and nowhere else. The steps live in `filling`, `conversion` and `archive`;
nothing here knows of HTTP or of settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import ValidationError

import forms
from forms._checks import Finding
from forms._kind import FormKind, flat_messages
from forms._overrides import Override, Strictness, settled
from service import __version__, metrics
from service.conversion import Converter, PdfProperties, finish_pdf
from service.documents import Paper, Provenance
from service.errors import ChecksFailed, FormInvalid, UnknownKind
from service.filling import TemplateCache, last_words
from service.layout_rules import TWINS, check_layout, date_of, facts_of, substituted_fonts


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
    kind, data = _loaded(kind_name, payload)
    return Accepted(kind, payload, data, tuple(kind.findings(data)))


def _loaded(kind_name: str, payload: Any) -> tuple[FormKind, Mapping[str, Any]]:
    if kind_name not in forms.all_kinds():
        known = ", ".join(forms.all_kinds())
        raise UnknownKind(f"Неизвестный вид документа «{kind_name}». Доступны: {known}.")
    kind = forms.get_kind(kind_name)
    try:
        return kind, kind.load(payload)
    except ValidationError as error:
        messages = flat_messages(error.messages)
        raise FormInvalid("Данные не приняты: исправьте отмеченные поля.", messages=messages) from error


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


class Clerk:
    """Collects the findings on one paper and stops it at the first step that brings an error.

    Args:
        strictness: severities other than the built-in ones.
        overrides: errors that a person lets pass, with the reasons.
        draft: nothing stops the paper; for looking at it, never for the record.
    """

    def __init__(self, strictness: Strictness, overrides: Sequence[Override], *, draft: bool) -> None:
        self._strictness, self._overrides, self._draft = strictness, overrides, draft
        self.findings: list[Finding] = []

    def hear(self, findings: Iterable[Finding]) -> None:
        """Take the findings of a step; what the data said already, the sheet does not say again.

        Raises:
            ChecksFailed: one of them is an error.
        """
        known = {finding.rule for finding in self.findings}
        news = [finding for finding in findings if TWINS.get(finding.rule) not in known]
        self.findings += settled(news, strictness=self._strictness, overrides=self._overrides)
        if not self._draft:
            metrics.refused(one.rule for one in self.findings if one.severity == "error" and not one.override)
            refuse_errors(self.findings)

    def as_dicts(self) -> tuple[dict[str, str], ...]:
        """Return the findings as plain values."""
        return tuple(finding.as_dict() for finding in self.findings)


@dataclass(frozen=True)
class Printed:
    """A checked PDF and what made it; empty when none was asked for."""

    pdf: bytes | None = None
    pages: int = 0
    fonts: tuple[str, ...] = ()
    office_version: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A PDF that is shown once and kept nowhere."""

    pdf: bytes
    file_name: str


@dataclass(frozen=True)
class Filled:
    """A filled .docx and what its template says of it.

    Attributes:
        templates: what it was made with, to be kept beside it.
        fonts: that the text is set in, by the names that Word shows.
    """

    docx: bytes
    templates: tuple[bytes, ...]
    template_sha256: str
    fonts: frozenset[str]


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
        accepted, press: what it is made of and with.
        with_pdf: whether a PDF is made too.
        draft: see `Clerk`, as for the overrides.

    Raises:
        ChecksFailed: the checks found errors.
        TemplateError: the template is broken or printed something else than the data.
        ConversionError: no good PDF came out.
    """
    kind, data = accepted.kind, accepted.data
    clerk = Clerk(press.strictness, overrides, draft=draft)
    clerk.hear(accepted.findings)
    filled = fill(accepted, press)
    clerk.hear(check_layout(filled.docx, date=date_of(data), gost=None, paper=facts_of(kind.name, data)))
    title = kind.headline(data)
    printed = convert(filled, press, properties_of(title, data)) if with_pdf else Printed()
    clerk.hear(printed.findings)
    return Paper(
        kind=kind.name,
        title=title,
        file_name=kind.safe_file_name(data),
        payload=accepted.payload,
        docx=filled.docx,
        pdf=printed.pdf,
        pages=printed.pages,
        provenance=Provenance(filled.template_sha256, __version__, printed.office_version, printed.fonts),
        findings=clerk.as_dicts(),
        templates=filled.templates,
    )


def preview(kind_name: str, payload: Any, press: Press) -> Preview:
    """Return the PDF of a payload to look at: as the office made it, without checks of the content.

    Raises as `accept` and `produce`, but for `ChecksFailed`.
    """
    kind, data = _loaded(kind_name, payload)
    filled = fill(Accepted(kind, payload, data, ()), press)
    with metrics.converting():
        pdf = press.converter.convert(filled.docx, deadline_s=press.deadline_s)
    return Preview(pdf, kind.safe_file_name(data))


def fill(accepted: Accepted, press: Press) -> Filled:
    """Return the filled .docx of a payload."""
    kind, data = accepted.kind, accepted.data
    template = press.templates.get(kind.name)
    docx = template.fill(kind.context(data), title=kind.headline(data))
    return Filled(docx, (template.docx,), template.sha256, template.fonts)


def convert(
    filled: Filled, press: Press, properties: PdfProperties, *, outline: Sequence[tuple[str, str]] = ()
) -> Printed:
    """Return the checked PDF of a .docx in its final form.

    Args:
        filled: the filled document.
        press: whose converter is used.
        properties: of the PDF.
        outline: (named place, title) of the members of a package.
    """
    words = last_words(filled.docx)
    with metrics.converting():
        finished = press.converter.finished(
            filled.docx,
            deadline_s=press.deadline_s,
            finish=lambda pdf: finish_pdf(pdf, properties=properties, last_words=words, outline=outline),
        )
    facts = finished.facts
    findings = tuple(substituted_fonts(facts.font_programs, filled.fonts))
    return Printed(finished.pdf, facts.pages, facts.fonts, press.converter.ready().office_version, findings)


def properties_of(title: str, data: Mapping[str, Any]) -> PdfProperties:
    """Return what the PDF says of itself: nothing that the data do not say, so that copies are equal."""
    properties = PdfProperties(title=title, author=author_of(data))
    day = date_of(data)
    return replace(properties, date=day) if day else properties


def author_of(data: Mapping[str, Any]) -> str:
    """Return the organisation that issues the paper, for the properties of the PDF."""
    organisation = data.get("organisation") or {}
    return " ".join(str(organisation.get("name", "")).split())
