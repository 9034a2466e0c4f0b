"""What an append keeps before its transaction: the files of a paper and the texts of its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.archive.canonical import canonical_json, sha256_of
from service.database.tables import kept_file
from service.documents import DOCX_MEDIA_TYPE, PDF_MEDIA_TYPE, Actor, Paper
from service.errors import InputError
from service.storage import Storage


def row_texts(paper: Paper, *, actor: Actor, reason: str) -> dict[str, Any]:
    """Return the columns of the version that say what the paper is, not where its files are.

    Raises:
        InputError: something in them cannot be recorded.
    """
    payload = canonical_json(paper.payload)
    texts = {
        "organisation_id": actor.organisation_id,
        "kind": paper.kind,
        "title": paper.title,
        "file_name": paper.file_name,
        "payload": payload,
        "payload_sha256": sha256_of(payload),
        "template_sha256": paper.provenance.template_sha256,
        "program_version": paper.provenance.program_version,
        "office_version": paper.provenance.office_version,
        "fonts": canonical_json(paper.provenance.fonts),
        "findings": canonical_json(paper.findings),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "reason": reason,
    }
    if "\0" in "".join(texts.values()):
        # PostgreSQL cannot keep this character, so neither database does.
        raise InputError("Текст не может содержать символ с кодом 0.")
    canonical_json(texts)  # refuses what has no UTF-8 before any file is kept
    return texts


def keep_templates(paper: Paper, storage: Storage) -> list[str]:
    """Keep the templates of a paper and return their names.

    Hundreds of papers have one template: it is looked for before it is written again.
    """
    names = []
    for template in paper.templates:
        name = hashlib.sha256(template).hexdigest()
        if not storage.exists(name):
            storage.put(template, DOCX_MEDIA_TYPE)
        names.append(name)
    return names


def keep_files(paper: Paper, storage: Storage) -> dict[str, Any]:
    """Keep the files of a paper and return the columns of the version that name them."""
    docx = storage.put(paper.docx, DOCX_MEDIA_TYPE)
    pdf = None if paper.pdf is None else storage.put(paper.pdf, PDF_MEDIA_TYPE)
    return {
        "docx_sha256": docx.sha256,
        "docx_size": docx.size_bytes,
        "pdf_sha256": pdf.sha256 if pdf else None,
        "pdf_size": pdf.size_bytes if pdf else 0,
        "pages": paper.pages,
    }


def name_files(connection: sa.Connection, names: Iterable[str]) -> None:
    """Write down files that no column of a version names, so that no keeper takes them for left over."""
    rows = [{"sha256": name} for name in sorted(set(names))]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(kept_file).on_conflict_do_nothing(), rows)
    else:
        connection.execute(postgresql.insert(kept_file).on_conflict_do_nothing(), rows)
