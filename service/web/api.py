"""The interface for programs, /api/v1: JSON in, JSON or files out, a token on every call."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import PreconditionFailed, RequestEntityTooLarge, UnsupportedMediaType

import forms
from forms._overrides import Override
from service.archive.archive import MAX_PAGE
from service.archive.differences import differences
from service.conversion import page_image
from service.documents import PDF_MEDIA_TYPE
from service.errors import FormInvalid
from service.json_schema import json_schema
from service.production import check_payload, make_preview, stops
from service.web import api_schemas as out
from service.web.archive_schemas import BundleRequest, ChangesOut, changes_json
from service.web.bundles import bundle_attachment
from service.web.comparing import compared_versions
from service.web.current import actor, parts, press
from service.web.downloads import FileFormat, attachment, inline_png, version_attachment
from service.web.errors import UnsupportedBody
from service.web.job_schemas import JobOut, job_json
from service.web.kinds import known_kind, sample_payload
from service.web.parameters import wrong
from service.web.preferences import preferences
from service.web.recording import is_repeat, order, record, request_sha256, waited
from service.web.searching import wanted_of
from service.web.strict_json import parse_json
from service.work import Job

routes = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Formulyar")
NUMBER = "<int(min=1, max=1000000000):number>"


@routes.get("/kinds")
@routes.output(out.KindsOut)
@routes.doc(summary="Виды документов")
def kinds() -> dict[str, Any]:
    """List the form kinds."""
    return {"items": [_kind_json(kind) for kind in forms.all_kinds().values()]}


@routes.get("/kinds/<kind>")
@routes.output(out.KindOut)
@routes.doc(summary="Вид документа")
def kind(kind: str) -> dict[str, Any]:
    """Show a form kind."""
    return _kind_json(known_kind(kind))


@routes.get("/kinds/<kind>/schema")
@routes.doc(summary="JSON Schema данных вида", responses={200: "JSON Schema 2020-12."})
def schema(kind: str) -> dict[str, Any]:
    """Describe the payload of a kind as JSON Schema 2020-12."""
    return json_schema(known_kind(kind))


@routes.get("/kinds/<kind>/sample")
@routes.doc(summary="Пример данных вида", responses={200: "Данные, которые принимаются как есть."})
def sample(kind: str) -> Any:
    """Show a complete, valid sample payload of a kind."""
    return sample_payload(known_kind(kind).name)


@routes.post("/documents")
@routes.output(out.VersionOut, 201)
@routes.doc(summary="Создать документ")
def create_document() -> ResponseReturnValue:
    """Make a document from a payload; its version 1 is recorded."""
    body = out.loaded(out.DocumentRequest, json_body())
    return _made(body["kind"], body)


@routes.get("/documents")
@routes.output(out.PageOut)
@routes.doc(summary="Список документов, последние изменённые первыми")
def documents() -> dict[str, Any]:
    """List the documents of the organisation, the last changed first; words are found in any of their forms."""
    wanted = wanted_of(request.args)
    page = parts().archive.listing(
        actor().organisation_id,
        kind=wanted.kind or None,
        wanted=wanted,
        limit=page_limit(request.args.get("limit", "50")),
        cursor=request.args.get("cursor") or None,
    )
    return out.page_json(page.items, page.next_cursor)


@routes.get("/documents/<id:document_id>")
@routes.output(out.DocumentOut)
@routes.doc(summary="Документ и его версии")
def document(document_id: str) -> ResponseReturnValue:
    """Show a document with its versions; its ETag is the number of the newest one."""
    versions = parts().archive.history(actor().organisation_id, document_id)
    return out.document_json(versions), 200, {"ETag": f'"{versions[-1].number}"'}


@routes.post("/documents/<id:document_id>/versions")
@routes.output(out.VersionOut, 201)
@routes.doc(summary="Создать следующую версию документа")
def create_version(document_id: str) -> ResponseReturnValue:
    """Make the next version of a document; the versions before it stay as they are."""
    newest = parts().archive.get(actor().organisation_id, document_id)
    body = out.loaded(out.VersionRequest, json_body())
    return _made(newest.kind, body, document_id=document_id)


@routes.get(f"/documents/<id:document_id>/versions/{NUMBER}")
@routes.output(out.VersionOut)
@routes.doc(summary="Версия документа")
def version(document_id: str, number: int) -> dict[str, Any]:
    """Show a version."""
    return out.version_json(parts().archive.get(actor().organisation_id, document_id, number))


@routes.get(f"/documents/<id:document_id>/versions/{NUMBER}.<any(docx, pdf, json):file_format>")
@routes.doc(summary="Скачать файл версии: DOCX, PDF или данные JSON", responses={200: "Файл."})
def version_file(document_id: str, number: int, file_format: FileFormat) -> Response:
    """Download a version: .docx, .pdf, or its payload as .json."""
    return version_attachment(document_id, number, file_format)


@routes.get("/jobs/<id:job_id>")
@routes.output(JobOut)
@routes.doc(summary="Задание: ход и итог")
def job(job_id: str) -> dict[str, Any]:
    """Show how far a paper is that was ordered with the header `Prefer`; once it is made, its document."""
    return job_json(parts().work.job(actor().organisation_id, job_id))


@routes.get("/documents/<id:document_id>/changes")
@routes.output(ChangesOut)
@routes.doc(summary="Что изменилось между двумя версиями")
def changes(document_id: str) -> dict[str, Any]:
    """Tell what changed between two versions, as data and in Russian sentences; by default between the last two."""
    old, new = compared_versions(document_id)
    return changes_json(old, new, differences(new.kind, old.payload, new.payload))


@routes.post("/bundles")
@routes.doc(summary="Скачать много документов одним ZIP с описью и проверкой", responses={200: "ZIP."})
def bundle() -> Response:
    """Download any selection of documents as one ZIP with an inventory and a program that proves it."""
    body = out.loaded(BundleRequest, json_body())
    selection = parts().archive.extracts.select(
        actor().organisation_id,
        document_ids=body["documents"] or None,
        wanted=wanted_of(body["filter"] or {}),
        every_version=body["versions"] == "all",
    )
    return bundle_attachment(selection)


@routes.post("/checks")
@routes.output(out.CheckOut)
@routes.doc(summary="Проверить данные, ничего не создавая")
def check() -> dict[str, Any]:
    """Check a payload; nothing is made or recorded."""
    body = out.loaded(out.CheckRequest, json_body())
    found = check_payload(body["kind"], body["payload"], press())
    return {"kind": body["kind"], "ready": not any(map(stops, found)), "findings": found}


@routes.post("/previews")
@routes.doc(
    summary="PDF или страница PNG для просмотра; в архив ничего не попадает", responses={200: "Файл."}
)
def preview() -> Response:
    """Make the PDF of a payload, or one page of it as a picture; nothing is checked or recorded."""
    number = _page_number()
    body = out.loaded(out.CheckRequest, json_body())
    made = make_preview(body["kind"], body["payload"], press())
    if number is None:
        return attachment(made.pdf, f"{made.file_name}.pdf", PDF_MEDIA_TYPE)
    return inline_png(page_image(made.pdf, number), f"{made.file_name}, страница {number}.png")


def _made(kind_name: str, body: dict[str, Any], *, document_id: str | None = None) -> ResponseReturnValue:
    told: dict[str, Any] = {"reason": body["reason"], "register": body["register"]}
    wishes = preferences(request.headers.getlist("Prefer"))
    key = request.headers.get("Idempotency-Key")
    overrides = [Override(**one) for one in body["overrides"]]
    follows = None
    if document_id and request.if_match:
        sha256 = request_sha256(kind_name, body["payload"], document_id, overrides, **told)
        follows = _refuse_stale(document_id, key, sha256)
    told |= {"idempotency_key": key, "document_id": document_id, "overrides": overrides}
    made = (
        order(kind_name, body["payload"], **told)
        if wishes.later
        else record(kind_name, body["payload"], **told, follows=follows)
    )
    headers = {"Preference-Applied": wishes.applied} if wishes.later else {}
    if isinstance(made, Job):
        made = waited(made, within_s=wishes.wait_s)
    if isinstance(made, Job):
        headers["Location"] = url_for("api.job", job_id=made.id)
        return make_response(JobOut().dump(job_json(made)), 202, headers)
    headers["Location"] = url_for("api.version", document_id=made.document_id, number=made.number)
    return out.version_json(made), 201, headers


def _refuse_stale(document_id: str, key: str | None, sha256: str) -> int | None:
    """Return the version that If-Match names, None for any; raise PreconditionFailed when it is not the newest."""
    newest = parts().archive.get(actor().organisation_id, document_id).number
    if request.if_match.contains(str(newest)):
        return None if request.if_match.star_tag else newest
    if not is_repeat(key, sha256):
        raise PreconditionFailed
    return None


def json_body() -> Any:
    """Return the JSON of the request.

    Raises:
        UnsupportedMediaType: it is sent as something else.
        RequestEntityTooLarge: it is larger than the limit.
        InputError: it is not JSON.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if (request.content_encoding or "identity").lower() != "identity":
        raise UnsupportedBody("Сжатые запросы не принимаются: передайте JSON без заголовка Content-Encoding.")
    if request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType
    data = request.get_data(cache=False)
    # Werkzeug 3.1 cuts a body without a length at the limit and says nothing (LimitedStream.readall).
    if request.content_length is None and len(data) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge
    return parse_json(data)


def refuse_fields() -> None:
    """Refuse a body with anything in it where none is needed; no body and an empty object are well."""
    if request.get_data() and json_body() != {}:
        raise FormInvalid(
            "Запрос не принят.", messages={"_": ["Этот запрос не принимает полей: отправьте его без тела."]}
        )


def page_limit(text: str) -> int:
    """Return how many lines a page shall have; raises InputError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MAX_PAGE):
        raise wrong("limit", f"ожидается целое число от 1 до {MAX_PAGE}.")
    return int(text)


def _page_number() -> int | None:
    """Return the page that is wanted as a picture; None when the whole PDF is."""
    text = request.args.get("page", "")
    if not text:
        wanted = request.accept_mimetypes.best_match(["application/pdf", "image/png"])
        return 1 if wanted == "image/png" else None
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise wrong("page", "ожидается номер страницы от 1.")
    return int(text)


def _kind_json(kind: forms.FormKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": kind.title,
        "about": kind.about,
        "schema": url_for("api.schema", kind=kind.name),
        "sample": url_for("api.sample", kind=kind.name),
    }
