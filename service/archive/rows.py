"""Rows of the record as the values that travel; a row that is not what was recorded is refused."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from service.archive.chain import damage
from service.database.times import time_of
from service.documents import (
    DOCX_MEDIA_TYPE,
    PDF_MEDIA_TYPE,
    DocumentSummary,
    Provenance,
    StoredFile,
    Version,
)
from service.errors import Integrity

Row = Mapping[str, Any]


def version_of(row: Row) -> Version:
    """Return the version a row records.

    Raises:
        Integrity: the row is not what was recorded.
    """
    if damage(row) is not None:
        raise Integrity("Запись архива повреждена или изменена и не выдана. Сообщите администратору.")
    pdf = None
    if row["pdf_sha256"] is not None:
        pdf = StoredFile(row["pdf_sha256"], row["pdf_size"], PDF_MEDIA_TYPE)
    return Version(
        document_id=row["document_id"],
        organisation_id=row["organisation_id"],
        number=row["number"],
        kind=row["kind"],
        title=row["title"],
        file_name=row["file_name"],
        payload=json.loads(row["payload"]),
        docx=StoredFile(row["docx_sha256"], row["docx_size"], DOCX_MEDIA_TYPE),
        pdf=pdf,
        pages=row["pages"],
        provenance=_provenance(row),
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        created_at=time_of(row["created_at"]),
        reason=row["reason"],
        findings=tuple(json.loads(row["findings"])),
        payload_sha256=row["payload_sha256"],
        chain_number=row["chain_number"],
        prev_chain_sha256=row["prev_chain_sha256"],
        chain_sha256=row["chain_sha256"],
    )


def summary_of(row: Row) -> DocumentSummary:
    """Return the line of the list a row of `Records.summaries` stands for."""
    return DocumentSummary(
        id=row["document_id"],
        kind=row["kind"],
        title=row["title"],
        versions=row["number"],
        created_at=_time_or_integrity(row["document_created_at"]),
        updated_at=_time_or_integrity(row["created_at"]),
        actor_name=row["actor_name"],
        state=row["state"] or "draft",
        number=row["registered_as"] or "",
    )


def _provenance(row: Row) -> Provenance:
    return Provenance(
        template_sha256=row["template_sha256"],
        program_version=row["program_version"],
        office_version=row["office_version"],
        fonts=tuple(json.loads(row["fonts"])),
    )


def _time_or_integrity(text: str) -> dt.datetime:
    try:
        return time_of(text)
    except ValueError as error:
        raise Integrity("Запись архива повреждена. Сообщите администратору.") from error
