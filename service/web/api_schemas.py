"""What goes in and out of the interface for programs: request envelopes and answers.

Field names here are a promise: they are added to, never renamed.
"""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from flask import url_for
from marshmallow import ValidationError, fields

from forms._containers import Rows
from forms._fields import LongText, Text, Yes
from forms._kind import FormSchema, flat_messages
from service.documents import DocumentSummary, StoredFile, Version, VersionState
from service.errors import FormInvalid
from service.web.current import parts

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
    register = Yes("Зарегистрировать", help="Присвоить номер по журналу и напечатать его.")


class VersionRequest(FormSchema):
    """A payload that shall become the next version of a document."""

    payload = CheckRequest._declared_fields["payload"]
    reason = DocumentRequest._declared_fields["reason"]
    overrides = DocumentRequest._declared_fields["overrides"]
    register = DocumentRequest._declared_fields["register"]


class RegisterRequest(FormSchema):
    """The wish that the newest version gets a number of the journal."""

    reason = LongText(
        "Основание", help="Нужно для регистрации задним числом.", example="Подписан вовремя", limit=2000
    )


class VoidRequest(FormSchema):
    """The decision that a registered document is void."""

    reason = LongText("Причина", required=True, example="Издан ошибочно", limit=2000)


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


class RemarkFields(Schema):
    """What every remark on data says: how grave, where, what."""

    severity = fields.String(required=True, metadata={"enum": ["error", "warning", "info"]})
    path = fields.String(required=True)
    message = fields.String(required=True)


class FindingOut(RemarkFields):
    """A remark of the checks."""

    rule = fields.String(required=True)
    override = fields.String(
        metadata={"description": "Why a person let an error pass; empty when nobody did."}
    )
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


STATES = ["draft", "registered", "superseded", "void"]


class VersionOut(Schema):
    """A version of a document."""

    state = fields.String(required=True, metadata={"enum": STATES})
    registered_as = fields.String(required=True, metadata={"description": "Number of the journal, or empty."})
    registered_on = fields.Date(required=True, allow_none=True)
    state_reason = fields.String(required=True, metadata={"description": "Why it is void or out of order."})
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
    state = fields.String(required=True, metadata={"enum": STATES})
    number = fields.String(required=True, metadata={"description": "Number of the journal, or empty."})


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


def version_json(version: Version, state: VersionState | None = None) -> dict[str, Any]:
    """Return a version as `VersionOut` shows it; its state is looked up when it is not given."""
    if state is None:
        journal = parts().archive.journal
        state = journal.states(version.organisation_id, version.document_id).get(version.number)
    state = state or VersionState()
    provenance = version.provenance
    return {
        **{name: getattr(version, name) for name in VersionOut._declared_fields if hasattr(version, name)},
        "state": state.state,
        "registered_as": state.number,
        "registered_on": state.date,
        "state_reason": state.reason,
        "template_sha256": provenance.template_sha256,
        "program_version": provenance.program_version,
        "office_version": provenance.office_version,
        "fonts": provenance.fonts,
        "files": _files(version),
    }


def document_json(versions: list[Version]) -> dict[str, Any]:
    """Return a document as `DocumentOut` shows it."""
    newest = versions[-1]
    states = parts().archive.journal.states(newest.organisation_id, newest.document_id)
    shown = {"id": newest.document_id, "kind": newest.kind, "title": newest.title}
    listed = [version_json(version, states.get(version.number, VersionState())) for version in versions]
    return {**shown, "versions": listed}


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
