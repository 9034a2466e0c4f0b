"""Batches for programs: upload, progress, rows, verdicts, bundle, cancel, resume."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from service.batches.batches import SentFile
from service.batches.blank import blank_workbook
from service.errors import BatchInvalid, InputError
from service.web import batch_schemas as out
from service.web.api import refuse_fields, routes
from service.web.bundles import bundle_attachment
from service.web.current import actor, parts
from service.web.downloads import XLSX_MEDIA_TYPE, attachment
from service.web.kinds import known_kind, sample_payload
from service.web.multipart import blaming_the_file, form_with_file, said_yes
from service.web.parameters import wrong
from service.web.preferences import preferences
from service.web.strict_json import parse_json
from service.work import STATES, State

_RESUMED: tuple[State, ...] = ("failed", "cancelled")
_FIELDS = ("kind", "register", "reason", "start")


@routes.get("/kinds/<kind>/blank.xlsx")
@routes.doc(summary="Бланк Excel для пакета документов вида", responses={200: "Книга Excel."})
def blank(kind: str) -> Response:
    """Download the Excel blank of a kind: one row is one paper."""
    return blank_attachment(kind)


@routes.post("/batches")
@routes.output(out.UploadOut, 202)
@routes.doc(summary="Загрузить пакет: книгу Excel, JSON или JSON Lines")
def create_batch() -> ResponseReturnValue:
    """Check every row of a file and order the papers of the good ones; `start=no` only checks."""
    form = form_with_file(_FIELDS)
    fields = form.fields
    start = said_yes(fields.get("start", "yes"), field="start")
    register = said_yes(fields.get("register", ""), field="register")
    sent = SentFile(form.name, form.content, register=register, reason=fields.get("reason", ""))
    key = request.headers.get("Idempotency-Key")
    wishes = preferences(request.headers.getlist("Prefer"))
    with blaming_the_file():
        upload = parts().batches.upload(
            actor(), fields.get("kind", ""), sent, parse_json, idempotency_key=key, start=start
        )
        check = parts().batches.check(upload, wait_s=wishes.wait_s)
        if check and check.error:
            raise BatchInvalid(check.error)
        batch_id = parts().batches.start(actor(), upload.id, parse_json) if start and not check else None
    here = url_for("api.batch", batch_id=batch_id) if batch_id else url_for("api.upload", upload_id=upload.id)
    headers = {"Location": here, **({"Preference-Applied": wishes.applied} if wishes.later else {})}
    return _upload(upload.id), 202, headers


@routes.get("/uploads/<id:upload_id>")
@routes.output(out.UploadOut)
@routes.doc(summary="Загруженный файл: ход проверки и её итог")
def upload(upload_id: str) -> dict[str, Any]:
    """Show what the check of an uploaded file has found, or how far it is."""
    return _upload(upload_id)


@routes.get("/batches")
@routes.output(out.BatchesOut)
@routes.doc(summary="Пакеты организации, последние первыми")
def batches() -> dict[str, Any]:
    """List the batches of the organisation, the newest first."""
    return {"items": [out.summary_json(one) for one in parts().work.batches(actor().organisation_id)]}


@routes.get("/batches/<id:batch_id>")
@routes.output(out.BatchOut)
@routes.doc(summary="Ход пакета")
def batch(batch_id: str) -> dict[str, Any]:
    """Show how far a batch is."""
    return _progress(batch_id)


@routes.get("/batches/<id:batch_id>/rows")
@routes.output(out.RowsOut)
@routes.doc(summary="Строки пакета с замечаниями")
def batch_rows(batch_id: str) -> dict[str, Any]:
    """List rows of a batch in their order; `next_after` continues the list."""
    limit = _whole("limit", "100", 1_000)
    rows = parts().batches.rows(
        actor().organisation_id, batch_id, after=_whole("after", "0", 10**9), limit=limit, states=_states()
    )
    return {
        "items": [out.row_json(row) for row in rows],
        "next_after": rows[-1].work.seq if len(rows) == limit else None,
    }


@routes.get("/batches/<id:batch_id>/result.xlsx")
@routes.doc(summary="Загруженная книга Excel с замечаниями", responses={200: "Книга Excel."})
def batch_result(batch_id: str) -> Response:
    """Download the uploaded workbook with verdicts on its rows."""
    return result_attachment(batch_id)


@routes.get("/batches/<id:batch_id>/bundle.zip")
@routes.doc(summary="Готовые документы пакета одним ZIP", responses={200: "ZIP."})
def batch_bundle(batch_id: str) -> Response:
    """Download the papers that a batch has made."""
    return batch_bundle_attachment(batch_id)


@routes.post("/batches/<id:batch_id>/cancel")
@routes.output(out.BatchOut)
@routes.doc(summary="Отменить пакет: готовые документы остаются")
def cancel_batch(batch_id: str) -> dict[str, Any]:
    """Stop a batch; what is made stays."""
    parts().work.batch(actor().organisation_id, batch_id)
    refuse_fields()
    parts().work.cancel(actor().organisation_id, batch_id)
    return _progress(batch_id)


@routes.post("/batches/<id:batch_id>/resume")
@routes.output(out.ResumedOut)
@routes.doc(summary="Продолжить пакет, с исправленным файлом или без него")
def resume_batch(batch_id: str) -> dict[str, Any]:
    """Go on with rows that failed, were cancelled (`state`: only those) or, with a corrected file, were refused."""
    organisation_id = actor().organisation_id
    if request.mimetype != "multipart/form-data":
        parts().work.batch(organisation_id, batch_id)
        refuse_fields()
        count = parts().work.retry(organisation_id, batch_id, states=_states(_RESUMED) or _RESUMED)
        return {**_progress(batch_id), "corrected": count}
    parts().work.batch(organisation_id, batch_id)
    form = form_with_file(())
    with blaming_the_file():
        changes = parts().batches.correct(actor(), batch_id, SentFile(form.name, form.content), parse_json)
    return {**_progress(batch_id), **vars(changes), "strange": 0}


def _upload(upload_id: str) -> dict[str, Any]:
    upload, listing = parts().batches.upload_of(actor().organisation_id, upload_id)
    return out.upload_json(upload, listing, parts().batches.check(upload))


def _progress(batch_id: str) -> dict[str, Any]:
    return out.batch_json(parts().work.batch(actor().organisation_id, batch_id))


def blank_attachment(kind: str) -> Response:
    """Return the blank of a kind as a file to save."""
    known = known_kind(kind)
    data = blank_workbook(known.name, sample_payload(known.name))
    return attachment(data, f"{known.title} – бланк.xlsx", XLSX_MEDIA_TYPE)


def result_attachment(wanted: str, *, of_upload: bool = False) -> Response:
    """Return the workbook of a batch, or of a file that is none yet, with verdicts as a file to save."""
    batches, organisation_id = parts().batches, actor().organisation_id
    if of_upload:
        name, data = batches.checked_result(organisation_id, wanted, parse_json=parse_json)
    else:
        name, data = batches.result(organisation_id, wanted, address=_document_address, parse_json=parse_json)
    return attachment(data, name, XLSX_MEDIA_TYPE)


def batch_bundle_attachment(batch_id: str) -> Response:
    """Return the papers of a batch as a ZIP to save."""
    made = parts().batches.done_documents(actor().organisation_id, batch_id)
    if not made:
        raise InputError("В пакете ещё нет готовых документов.")
    return bundle_attachment(parts().archive.extracts.select(actor().organisation_id, document_ids=made))


def _document_address(document_id: str) -> str:
    return url_for("pages.document", document_id=document_id, _external=True)


def _whole(name: str, default: str, most: int) -> int:
    text = request.args.get(name, default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= most):
        raise wrong(name, f"ожидается целое число не больше {most}.")
    return int(text)


def _states(valid: tuple[State, ...] = STATES) -> tuple[State, ...]:
    wanted = request.args.getlist("state")
    if set(wanted) - set(valid):
        raise wrong("state", f"допустимы {', '.join(valid)}.")
    return tuple(state for state in valid if state in wanted)
