"""Packages (комплекты): an order with its annexes and sheets, produced as one paper.

One payload {order, annexes: [{kind, payload}], sheets: [kind]} gives one DOCX and one PDF with an outline. The marks
of the annexes carry the order's date and number; the sheets name the people of the package, nobody twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import forms
from forms._checks import Finding
from forms._overrides import Override
from forms._package import SHEETS, check_package
from forms._parts import organisation_genitive
from service import __version__
from service.documents import Paper, Provenance
from service.errors import FormInvalid, InputError
from service.filling.joining import join_docx, member_name
from service.layout_rules import PaperFacts, check_layout, date_of, facts_of
from service.pipeline import Accepted, Clerk, Filled, Press, Printed, accept, convert, fill, properties_of

PACKAGE = "package"
_FIELDS = {"order", "annexes", "sheets"}

Messages = dict[str, list[str]]


@dataclass(frozen=True)
class Package:
    """An accepted package: its members in the order of the pages, and what the checks found."""

    payload: Mapping[str, Any]
    order: Accepted
    annexes: tuple[Accepted, ...]
    sheets: tuple[Accepted, ...]
    findings: tuple[Finding, ...]

    @property
    def members(self) -> tuple[Accepted, ...]:
        """Order, annexes, sheets."""
        return (self.order, *self.annexes, *self.sheets)


def accept_package(payload: Any) -> Package:
    """Return the package of a payload; nothing is made or stored yet.

    Raises:
        FormInvalid: `messages` names every field of every member, «annexes.0.payload.rows.3.period».
    """
    _require_shape(payload)
    messages: Messages = {}
    order = _collected("order", messages, lambda: accept("order", _with_titles(payload)))
    annexes = [
        _collected(f"annexes.{index}.payload", messages, lambda i=index: accept(  # type: ignore[misc]  # bound now
            payload["annexes"][i]["kind"], _marked(payload, i)
        ))
        for index in range(len(payload["annexes"]))
    ]  # fmt: skip
    if messages or order is None:
        raise FormInvalid("Комплект не принят: исправьте отмеченные поля.", messages=messages)
    accepted = [annex for annex in annexes if annex is not None]
    pairs = [(annex.kind.name, annex.data) for annex in accepted]
    sheets = [_sheet(kind, order, pairs) for kind in payload.get("sheets", [])]
    findings = [
        *_at("order", _still_true(order.findings, payload)),
        *(found for i, annex in enumerate(accepted) for found in _at(f"annexes.{i}.payload", annex.findings)),
        *(found for i, sheet in enumerate(sheets) for found in _at(f"sheets.{i}", sheet.findings)),
        *check_package(order.data, pairs),
    ]
    return Package(payload, order, tuple(accepted), tuple(sheets), tuple(findings))


def produce_package(
    package: Package,
    press: Press,
    *,
    with_pdf: bool = True,
    draft: bool = False,
    overrides: Sequence[Override] = (),
) -> Paper:
    """Return the package as one finished paper; the arguments are those of `pipeline.produce`.

    Raises:
        ChecksFailed, TemplateError, ConversionError: as for a single paper.
    """
    order = package.order
    clerk = Clerk(press.strictness, overrides, draft=draft)
    clerk.hear(package.findings)
    filled = []
    for member in package.members:
        filled.append(fill(member, press))
        clerk.hear(check_layout(filled[-1].docx, date=date_of(order.data), gost=None, paper=_facts(member)))
    joined = _joined(filled)
    outline = [(member_name(i), one.kind.headline(one.data)) for i, one in enumerate(package.members)]
    title = outline[0][1]
    properties = properties_of(title, order.data)
    printed = convert(joined, press, properties, outline=outline) if with_pdf else Printed()
    clerk.hear(printed.findings)
    return Paper(
        kind=PACKAGE,
        title=f"Комплект: {title}",
        file_name=f"{order.kind.safe_file_name(order.data)} с приложениями",
        payload=package.payload,
        docx=joined.docx,
        pdf=printed.pdf,
        pages=printed.pages,
        provenance=Provenance(joined.template_sha256, __version__, printed.office_version, printed.fonts),
        findings=clerk.as_dicts(),
        templates=joined.templates,
    )


def _still_true(findings: Sequence[Finding], payload: Mapping[str, Any]) -> list[Finding]:
    """Return the findings of the order that its sheets do not answer."""
    if "acquaintance_sheet" not in payload.get("sheets", []):
        return list(findings)
    return [
        one
        for one in findings
        if one.rule != "ACQUAINTED_MISSING" and (one.rule, one.path) != ("REQ_OPTIONAL", "acquainted")
    ]


def _facts(member: Accepted) -> PaperFacts:
    return facts_of(member.kind.name, member.data)


def _joined(filled: Sequence[Filled]) -> Filled:
    manifest = manifest_of(one.template_sha256 for one in filled)
    return Filled(
        docx=join_docx([one.docx for one in filled]),
        templates=(manifest, *(template for one in filled for template in one.templates)),
        template_sha256=hashlib.sha256(manifest).hexdigest(),
        fonts=frozenset().union(*(one.fonts for one in filled)),
    )


def manifest_of(hashes: Iterable[str]) -> bytes:
    """Return the bytes by whose hash a package names its templates: their hashes, one after another."""
    return "".join(hashes).encode("ascii")


def _require_shape(payload: Any) -> None:
    """Refuse a payload that is no package before its members are looked at."""
    messages: Messages = {}
    if not isinstance(payload, Mapping):
        raise FormInvalid(
            "Комплект – это объект с полями order, annexes, sheets.", messages={"_": ["Ожидается объект."]}
        )
    for name in set(payload) - _FIELDS:
        messages[str(name)] = [f"Неизвестное поле «{name}». Допустимые поля: order, annexes, sheets."]
    if not isinstance(payload.get("order"), Mapping):
        messages["order"] = ["Ожидаются данные приказа."]
    annexes = payload.get("annexes")
    if not isinstance(annexes, list) or not annexes:
        messages["annexes"] = ["Ожидается список приложений: хотя бы одно."]
    else:
        for index, annex in enumerate(annexes):
            if problem := _annex_problem(annex):
                messages[f"annexes.{index}.{problem[0]}"] = [problem[1]]
    sheets = payload.get("sheets", [])
    if not isinstance(sheets, list) or any(
        sheet not in list(SHEETS) or sheets.count(sheet) > 1 for sheet in sheets
    ):
        messages["sheets"] = [f"Ожидается список без повторов из: {', '.join(SHEETS)}."]
    if messages:
        raise FormInvalid("Комплект не принят: исправьте отмеченные поля.", messages=messages)


def _sheet(kind: str, order: Accepted, annexes: list[tuple[str, Mapping[str, Any]]]) -> Accepted:
    """Return a sheet made from the people of the package."""
    try:
        return accept(kind, SHEETS[kind](order.data, annexes))
    except FormInvalid as error:
        title = forms.get_kind(kind).title
        reason = "в комплекте не названы люди с должностями"
        if "prepared_by" in error.messages:
            reason = "в приказе нет отметки об исполнителе"
        elif "number" in error.messages:
            reason = "у приказа ещё нет номера, с листом он не записывается черновиком"
        text = f"{title} не получается: {reason}."
        raise FormInvalid(
            "Комплект не принят: исправьте отмеченные поля.", messages={"sheets": [text]}
        ) from error


def _annex_problem(annex: Any) -> tuple[str, str] | None:
    if not isinstance(annex, Mapping) or set(annex) != {"kind", "payload"}:
        return "_", "Ожидается объект с полями kind и payload."
    kinds = [name for name, kind in forms.all_kinds().items() if "approval" in kind.schema().fields]
    if annex["kind"] not in kinds:
        return "kind", f"Приложением может быть: {', '.join(kinds)}."
    if not isinstance(annex["payload"], Mapping):
        return "payload", "Ожидаются данные приложения."
    return None


def _with_titles(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the order's payload; annexes it does not list itself are listed by their titles."""
    order = dict(payload["order"])
    if not order.get("annexes"):
        titles = [annex["payload"].get("title", "") for annex in payload["annexes"]]
        order["annexes"] = [{"title": title} for title in titles]
    return order


def _marked(payload: Mapping[str, Any], index: int) -> dict[str, Any]:
    """Return an annex's payload with the mark that the order gives it, unless it has one of its own."""
    annex = dict(payload["annexes"][index]["payload"])
    order = payload["order"]
    if annex.get("approval"):
        return annex
    listed = order.get("annexes")
    own = (
        [one for one in listed if isinstance(one, Mapping) and one.get("paragraphs")]
        if isinstance(listed, list)
        else []
    )
    count = len(own) + len(payload["annexes"])
    organisation = order.get("organisation") if isinstance(order.get("organisation"), Mapping) else {}
    body = {
        key: text if isinstance(text := organisation.get(key), str) else ""
        for key in ("name", "name_genitive")
    }
    annex["approval"] = {
        "form": "annex_approved",
        "annex_number": len(own) + index + 1 if count > 1 else None,
        "act": order.get("doc_kind", "приказ"),
        "body": organisation_genitive(body).text if body["name"] else "",
        "date": order.get("date"),
        "number": order.get("number", ""),
    }
    return annex


def _collected(prefix: str, messages: Messages, call: Callable[[], Accepted]) -> Accepted | None:
    """Run one acceptance; put its messages under the prefix instead of stopping at the first member."""
    try:
        return call()
    except InputError as error:
        for path, texts in error.messages.items():
            messages.setdefault(f"{prefix}.{path}", []).extend(texts)
        if not error.messages:
            messages.setdefault(prefix, []).append(str(error))
        return None


def _at(prefix: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    for found in findings:
        yield Finding(found.rule, found.severity, f"{prefix}.{found.path}", found.message, found.fix)
