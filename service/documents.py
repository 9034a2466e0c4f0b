"""Plain values that travel between the parts of the service.

Knows nothing of SQL, HTTP or .docx. Times are aware and in UTC; hashes are lower hex.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DOCX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF_MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True)
class StoredFile:
    """Bytes named by their hash."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class Actor:
    """Who asked: a person or a token, of one organisation.

    Attributes:
        id: the account; a token acts for the account that made it.
        token_id: the token, when one was used; empty for a person who signed in.
    """

    id: str
    organisation_id: str
    name: str
    is_admin: bool = False
    token_id: str = ""


@dataclass(frozen=True)
class Provenance:
    """What made a version: enough to make it again."""

    template_sha256: str
    program_version: str
    office_version: str
    fonts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One finished paper before it is recorded.

    Attributes:
        payload: the payload as it was accepted, plain JSON values.
        file_name: the name people expect, without extension: «Приказ № 376 от 19.03.2021».
        docx: the filled .docx.
        pdf: the checked PDF; None when none was asked for.
        pages: page count of the PDF; 0 without a PDF.
        templates: what it was filled into, kept with the version so that it can be made again; one of them has
            the hash that the provenance names.
    """

    kind: str
    title: str
    file_name: str
    payload: Mapping[str, Any]
    docx: bytes
    pdf: bytes | None
    pages: int
    provenance: Provenance
    findings: tuple[Mapping[str, Any], ...] = ()
    templates: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Version:
    """One immutable result of a document, numbered from 1.

    Attributes:
        payload_sha256: of the canonical JSON of the payload (`service.archive.canonical`).
        chain_number: place in the chain of the organisation, from 1.
        chain_sha256: over everything recorded of this version and the hash before it.
    """

    document_id: str
    organisation_id: str
    number: int
    kind: str
    title: str
    file_name: str
    payload: Mapping[str, Any]
    docx: StoredFile
    pdf: StoredFile | None
    pages: int
    provenance: Provenance
    actor_id: str
    actor_name: str
    created_at: dt.datetime
    reason: str = ""
    findings: tuple[Mapping[str, Any], ...] = field(default=())
    payload_sha256: str = ""
    chain_number: int = 0
    prev_chain_sha256: str = ""
    chain_sha256: str = ""


@dataclass(frozen=True)
class DocumentSummary:
    """One line of the list of papers: a document and its newest version.

    Attributes:
        state: of the newest version: draft, registered, superseded or void.
        number: the number under which the newest version is registered; empty for a draft.
    """

    id: str
    kind: str
    title: str
    versions: int
    created_at: dt.datetime
    updated_at: dt.datetime
    actor_name: str
    state: str = "draft"
    number: str = ""


@dataclass(frozen=True)
class Page:
    """A part of the list of papers; `next_cursor` is None on the last one."""

    items: tuple[DocumentSummary, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class ChainHead:
    """The end of a chain of an organisation; number 0 before the first version or event.

    Kept elsewhere, it proves later that nothing up to it was changed or cut off.

    Attributes:
        chain: which chain: versions, or events (registrations, voids, rules of numbering).
    """

    organisation_id: str
    chain_number: int
    chain_sha256: str
    chain: str = "versions"


@dataclass(frozen=True)
class Problem:
    """One thing `verify` found; `code` is for programs, `text` for people.

    Attributes:
        code: payload_changed, row_changed, row_missing, chain_broken, head_differs, file_missing, file_damaged,
            file_orphan, event_changed, journal_differs, number_missing or database_damaged.
        chain_number: place in the chain of versions, or of events for the last codes.
    """

    code: str
    organisation_id: str
    text: str
    document_id: str = ""
    number: int = 0
    chain_number: int = 0


@dataclass(frozen=True)
class Entry:
    """One number of the journal.

    Attributes:
        series: which numbers it is counted among: a kind, or a kind with the act: «order/приказ».
        year: of the date.
        state: reserved (a paper is being made), registered, superseded or void.
        typed: a person gave the number; it is no step of the count.
        backdated: the date is before that of an earlier number; `reason` says why.
        document_id: empty while reserved and for a number that never got a paper.
        title: of the paper; empty without one.
        event_number: the last event about it; a reservation is that of its event, and no later one.
    """

    id: str
    organisation_id: str
    sequence: int
    event_number: int
    kind: str
    series: str
    year: int
    number: str
    typed: bool
    date: dt.date
    backdated: bool
    state: str
    document_id: str
    version_number: int
    title: str
    pages: int
    actor_name: str
    reason: str
    reserved_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True)
class VersionState:
    """Where a version stands; a version without one is a draft.

    Attributes:
        state: draft, registered, superseded or void.
        number: its registration number; empty for a draft.
        reason: why it is void, or why it was registered out of order.
        actor_name: who brought it into this state.
    """

    state: str = "draft"
    number: str = ""
    date: dt.date | None = None
    reason: str = ""
    actor_name: str = ""
    changed_at: dt.datetime | None = None


@dataclass(frozen=True)
class JournalPage:
    """A part of the journal, the last number first; `next_cursor` is None on the last one."""

    items: tuple[Entry, ...]
    next_cursor: str | None
