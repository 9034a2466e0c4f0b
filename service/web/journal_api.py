"""The journal for programs: register, void, list, print. Adds routes to `service.web.api`."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from flask import Response, request
from marshmallow import fields

from service.production import register_version
from service.web import api_schemas as out
from service.web.api import json_body, page_limit, routes
from service.web.current import actor, parts, press
from service.web.journal_views import STATES, JournalFormat, chosen, journal_file

__all__ = ["routes"]


class EntryOut(Schema):
    """A number of the journal."""

    number = fields.String(required=True)
    date = fields.Date(required=True)
    year = fields.Integer(required=True)
    kind = fields.String(required=True)
    series = fields.String(required=True, metadata={"description": "What it is counted among: order/приказ."})
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    typed = fields.Boolean(required=True, metadata={"description": "A person gave the number."})
    backdated = fields.Boolean(required=True)
    title = fields.String(required=True)
    document_id = fields.String(required=True, metadata={"description": "Empty without a document."})
    version_number = fields.Integer(required=True)
    actor_name = fields.String(required=True)
    reason = fields.String(required=True)
    reserved_at = fields.DateTime(required=True)
    changed_at = fields.DateTime(required=True)


class JournalOut(Schema):
    """A page of the journal, the last number first."""

    items = fields.List(fields.Nested(EntryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class HeadOut(Schema):
    """The end of a chain."""

    chain = fields.String(required=True, metadata={"enum": ["versions", "events"]})
    organisation_id = fields.String(required=True)
    chain_number = fields.Integer(required=True)
    chain_sha256 = fields.String(required=True)


class HeadsOut(Schema):
    """The ends of both chains."""

    items = fields.List(fields.Nested(HeadOut), required=True)


@routes.post("/documents/<id:document_id>/register")
@routes.output(out.VersionOut)
@routes.doc(summary="Зарегистрировать документ: присвоить номер по журналу")
def register_document(document_id: str) -> dict[str, Any]:
    """Register the newest version; a number that is not printed yet is printed on a new version."""
    parts().archive.get(actor().organisation_id, document_id)
    body = out.loaded(out.RegisterRequest, json_body())
    made = register_version(
        document_id, press=press(), archive=parts().archive, actor=actor(), reason=body["reason"]
    )
    return out.version_json(made)


@routes.post("/documents/<id:document_id>/void")
@routes.output(out.VersionOut)
@routes.doc(summary="Аннулировать регистрацию документа с причиной")
def void_document(document_id: str) -> dict[str, Any]:
    """Void the registered version; its number stays in the journal and is never given again."""
    archive = parts().archive
    archive.get(actor().organisation_id, document_id)
    body = out.loaded(out.VoidRequest, json_body())
    entry = archive.journal.void(document_id, actor=actor(), reason=body["reason"])
    return out.version_json(archive.get(actor().organisation_id, document_id, entry.version_number))


@routes.get("/journal")
@routes.output(JournalOut)
@routes.doc(summary="Журнал регистрации, последние номера первыми")
def journal() -> dict[str, Any]:
    """List the numbers of the organisation."""
    page = parts().archive.journal.listing(
        actor().organisation_id,
        chosen(),
        limit=page_limit(request.args.get("limit", "50")),
        cursor=request.args.get("cursor") or None,
    )
    return {"items": page.items, "next_cursor": page.next_cursor}


@routes.get("/journal.<any(xlsx, docx, pdf):file_format>")
@routes.doc(summary="Журнал регистрации файлом", responses={200: "Файл."})
def journal_download(file_format: JournalFormat) -> Response:
    """Print the journal."""
    return journal_file(file_format)


@routes.get("/heads")
@routes.output(HeadsOut)
@routes.doc(summary="Концы цепочек версий и событий: хранятся отдельно как доказательство")
def heads() -> dict[str, Any]:
    """Show the ends of both chains."""
    return {"items": parts().archive.heads(actor().organisation_id)}
