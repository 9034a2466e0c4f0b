"""Preflight: every row against its schema and the checks, before anything is made.

Messages name the cell as the coordinator sees it. What only the finished .docx can show is found when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from forms._checks import Finding
from forms._overrides import Strictness, settled
from service.archive.canonical import canonical_json, sha256_of
from service.batches.rows import Message, Row, SourceFile
from service.batches.wording import field_words
from service.errors import FormInvalid, InputError
from service.packages import PACKAGE, accept_package
from service.pipeline import accept


@dataclass(frozen=True)
class RowVerdict:
    """A row with all that is known about it before it is made.

    Attributes:
        title: the name of the paper; empty while the row does not fit its schema.
        payload_sha256: of the canonical payload; empty where it has none.
    """

    row: Row
    title: str
    payload_sha256: str
    messages: tuple[Message, ...]

    @property
    def refused(self) -> bool:
        """Whether the row cannot be made as it is."""
        return any(message.severity == "error" for message in self.messages)


@dataclass(frozen=True)
class Preflight:
    """The verdicts on all rows of a file, and the remarks on the file itself."""

    verdicts: tuple[RowVerdict, ...]
    remarks: tuple[Message, ...]

    @property
    def ready(self) -> int:
        """How many rows can be made."""
        return sum(not verdict.refused for verdict in self.verdicts)


# Gets the number of rows that are looked at, and of all rows.
Told = Callable[[int, int], None]


def tell_nobody(done: int, total: int) -> None:
    """Keep the progress to oneself."""


def preflight(
    kind_name: str, source: SourceFile, strictness: Strictness, *, told: Told = tell_nobody
) -> Preflight:
    """Return what is wrong with every row of a file.

    Args:
        kind_name: a known kind.
        source: the file as it was read.
        strictness: severities other than the built-in ones.
        told: what hears of every row that is looked at.
    """
    verdicts: list[RowVerdict] = []
    for row in source.rows:
        told(len(verdicts), len(source.rows))
        verdicts.append(_verdict(kind_name, row, strictness))
    return Preflight(tuple(_with_doubles(verdicts)), source.remarks)


def _verdict(kind_name: str, row: Row, strictness: Strictness) -> RowVerdict:
    title, found = "", list(row.problems)
    known = {message.path for message in found if message.path and message.severity == "error"}
    if not (row.payload is None and found):
        try:
            title, findings = _accepted(kind_name, row.payload)
            found += _of_findings(kind_name, row, settled(findings, strictness=strictness))
        except FormInvalid as error:
            found += _of_refusal(kind_name, row, error, known)
    return RowVerdict(row, title, "" if row.payload is None else _hash(row.payload), tuple(found))


def _accepted(kind_name: str, payload: Any) -> tuple[str, Iterable[Finding]]:
    if kind_name == PACKAGE:
        package = accept_package(payload)
        return f"Комплект: {package.order.kind.headline(package.order.data)}", package.findings
    accepted = accept(kind_name, payload)
    return accepted.kind.headline(accepted.data), accepted.findings


def _of_findings(kind_name: str, row: Row, findings: Iterable[Finding]) -> Iterator[Message]:
    for one in findings:
        text = f"{one.message} {one.fix}".strip()
        yield _message(kind_name, row, one.severity, text, one.path)


def _of_refusal(kind_name: str, row: Row, error: FormInvalid, known: set[str]) -> Iterator[Message]:
    """Yield the messages of the schema, but where the reading said it better already."""
    for path, texts in error.messages.items():
        if path in known:
            continue
        for text in texts:
            yield _message(kind_name, row, "error", text, path)


def _message(kind_name: str, row: Row, severity: str, text: str, path: str) -> Message:
    """Return a remark with its cell, or with the words for its field where there is no workbook."""
    place = row.place_of(path)
    return Message(severity, text, path, place, "" if place else field_words(kind_name, path))


def _hash(payload: Any) -> str:
    try:
        return sha256_of(canonical_json(payload))
    except InputError:
        return ""


def _with_doubles(verdicts: list[RowVerdict]) -> Iterator[RowVerdict]:
    """Yield the verdicts with remarks on rows that stand in the file twice."""
    same: dict[str, RowVerdict] = {}
    titled: dict[str, RowVerdict] = {}
    for verdict in verdicts:
        first = same.setdefault(verdict.payload_sha256 or f"row {verdict.row.number}", verdict)
        alike = titled.setdefault(verdict.title or f"row {verdict.row.number}", verdict)
        text = ""
        if first is not verdict:
            severity, text = "error", f"Строка повторяет строку {first.row.number}: оставьте одну из них."
        elif alike is not verdict:
            severity = "warning"
            text = f"Так же называется документ в строке {alike.row.number}: проверьте, что это разные документы."
        if not text:
            yield verdict
            continue
        message = Message(severity, text, place=verdict.row.place_of(""))
        yield replace(verdict, messages=(*verdict.messages, message))
