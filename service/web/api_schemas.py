"""What goes in and out of the interface for programs: request envelopes and answers.

Field names here are a promise: they are added to, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from flask import url_for
from marshmallow import ValidationError, fields, validates_schema

from forms._containers import Lines, Rows
from forms._fields import Choice, LongText, Text
from forms._kind import FormSchema, flat_messages
from service.archive.extracts import MAX_PICKS
from service.documents import DocumentSummary, StoredFile, Version
from service.errors import FormInvalid
from service.web.current import parts
from service.work import STATES, Job, Trouble

_REQUIRED: dict[str, Any] = {"required": "Обязательное поле не заполнено."}


class CheckRequest(FormSchema):
    """A payload and the kind it is for."""

    kind = Text("Вид документа", required=True, example="order", limit=64)
    payload = fields.Raw(
        required=True, allow_none=True, error_messages=_REQUIRED, metadata={"label": "Данные документа"}
    )


class OverrideRequest(FormSchema):
    """A person's decision that a finding does not stop the document."""

    rule = Text("Правило", required=True, example="REQ_PLACE", limit=64)
    reason = LongText("Обоснование", required=True, example="Место названо в наименовании", limit=1000)
    path = Text("Где", help="Пусто – все находки правила.", example="place", limit=200)


class DocumentRequest(CheckRequest):
    """A payload that shall become a document."""

    reason = LongText("Причина создания версии", example="Исправлена дата", limit=2000)
    overrides = Rows("Ошибки, пропущенные с обоснованием", OverrideRequest, one="Решение", maximum=100)


class VersionRequest(FormSchema):
    """A payload that shall become the next version of a document."""

    payload = CheckRequest._declared_fields["payload"]
    reason = DocumentRequest._declared_fields["reason"]
    overrides = DocumentRequest._declared_fields["overrides"]


class BundleRequest(FormSchema):
    """Which documents to download together: these, or those of a kind, or all."""

    documents = Lines("Документы", example=["0" * 32], one="Документ", maximum=MAX_PICKS)
    kind = Text("Вид документа", help="Вместо списка документов.", example="order", limit=64)
    versions = Choice("Версии", {"newest": "последние", "all": "все"}, default="newest")

    @validates_schema(skip_on_field_errors=True)
    def one_way_to_choose(self, data: Mapping[str, Any], **_: Any) -> None:
        """Either a list or a kind."""
        if data["documents"] and data["kind"]:
            raise ValidationError({"kind": ["Укажите или документы, или вид документа."]})


class KindOut(Schema):
    """A form kind."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    schema = fields.String(required=True, metadata={"description": "Address of the JSON Schema."})
    sample = fields.String(required=True, metadata={"description": "Address of a sample payload."})


class KindItemOut(KindOut):
    """A form kind in the list; apispec cannot describe one class both on its own and inside another."""


class KindsOut(Schema):
    """All form kinds."""

    items = fields.List(fields.Nested(KindItemOut), required=True)


class FindingOut(Schema):
    """A remark of the checks."""

    rule = fields.String(required=True)
    severity = fields.String(required=True, metadata={"enum": ["error", "warning", "info"]})
    path = fields.String(required=True)
    override = fields.String(
        metadata={"description": "Why a person let an error pass; empty when nobody did."}
    )
    message = fields.String(required=True)
    fix = fields.String(required=True)


class CheckOut(Schema):
    """The verdict on a payload: ready when nothing is an error."""

    kind = fields.String(required=True)
    ready = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)


class FileOut(Schema):
    """A stored file."""

    href = fields.String(required=True)
    media_type = fields.String(required=True)
    sha256 = fields.String(required=True)
    size_bytes = fields.Integer(required=True)


class VersionOut(Schema):
    """A version of a document."""

    document_id = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    file_name = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    actor_id = fields.String(required=True)
    actor_name = fields.String(required=True)
    reason = fields.String(required=True)
    pages = fields.Integer(required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    payload_sha256 = fields.String(required=True)
    template_sha256 = fields.String(required=True)
    program_version = fields.String(required=True)
    office_version = fields.String(required=True)
    fonts = fields.List(fields.String(), required=True)
    chain_number = fields.Integer(required=True)
    prev_chain_sha256 = fields.String(required=True)
    chain_sha256 = fields.String(required=True)
    files = fields.Dict(keys=fields.String(), values=fields.Nested(FileOut), required=True)


class SummaryOut(Schema):
    """A document and its newest version, in a list."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    versions = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    actor_name = fields.String(required=True)


class PageOut(Schema):
    """A page of documents, the last changed first."""

    items = fields.List(fields.Nested(SummaryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DocumentOut(Schema):
    """A document with all its versions, the first one first."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    versions = fields.List(fields.Nested(VersionOut), required=True)


class JobOut(Schema):
    """A paper that is made in its turn."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    attempt = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)
    error = fields.String(required=True, metadata={"description": "Empty when nothing went wrong."})
    messages = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    version = fields.String(
        required=True, allow_none=True, metadata={"description": "Address of the version once it is made."}
    )


class ErrorOut(Schema):
    """Every refusal and failure."""

    ok = fields.Boolean(required=True)
    code = fields.String(required=True)
    error = fields.String(required=True)
    messages = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    status = fields.Integer(required=True)
    request_id = fields.String(required=True)


def loaded(schema: type[FormSchema], value: Any) -> dict[str, Any]:
    """Return a request envelope.

    Raises:
        FormInvalid: unknown, missing or wrong fields, all at once.
    """
    try:
        data: dict[str, Any] = schema().load(value)
    except ValidationError as error:
        messages = flat_messages(error.messages)
        raise FormInvalid("Запрос не принят: исправьте отмеченные поля.", messages=messages) from error
    return data


def version_json(version: Version) -> dict[str, Any]:
    """Return a version as `VersionOut` shows it."""
    provenance = version.provenance
    return {
        **{name: getattr(version, name) for name in VersionOut._declared_fields if hasattr(version, name)},
        "template_sha256": provenance.template_sha256,
        "program_version": provenance.program_version,
        "office_version": provenance.office_version,
        "fonts": provenance.fonts,
        "files": _files(version),
    }


def document_json(versions: list[Version]) -> dict[str, Any]:
    """Return a document as `DocumentOut` shows it."""
    newest = versions[-1]
    shown = {"id": newest.document_id, "kind": newest.kind, "title": newest.title}
    return {**shown, "versions": [version_json(version) for version in versions]}


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as `JobOut` shows it."""
    version = None
    if job.document_id is not None:
        version = url_for("api.version", document_id=job.document_id, number=job.version_number)
    trouble = job.trouble or Trouble("")
    shown = {name: getattr(job, name) for name in JobOut._declared_fields if hasattr(job, name)}
    return {**shown, "error": trouble.text, "messages": trouble.messages, "version": version}


def page_json(items: tuple[DocumentSummary, ...], next_cursor: str | None) -> dict[str, Any]:
    """Return a page of documents as `PageOut` shows it."""
    return {"items": items, "next_cursor": next_cursor}


def _files(version: Version) -> dict[str, dict[str, Any]]:
    payload = parts().archive.open_file(version, "json")
    stored = {
        "docx": version.docx,
        "pdf": version.pdf,
        "json": StoredFile(version.payload_sha256, len(payload), "application/json"),
    }
    return {
        name: {**vars(file), "href": _address(version, name)}
        for name, file in stored.items()
        if file is not None
    }


def _address(version: Version, file_format: str) -> str:
    return url_for(
        "api.version_file",
        document_id=version.document_id,
        number=version.number,
        file_format=file_format,
    )
