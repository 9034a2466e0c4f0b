"""What goes out of the interface for programs about batches; names here are a promise, as in `api_schemas`."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields

from service.batches.checks import Check
from service.batches.files import Upload
from service.batches.listing import Listing
from service.batches.outcomes import BatchRow
from service.batches.progress import sentence
from service.web.api_schemas import RemarkFields
from service.work import BatchProgress, BatchSummary

_MOST_ROWS = 200


class RemarkOut(RemarkFields):
    """A remark on a cell, a row or the file."""

    address = fields.String(
        required=True, metadata={"description": "Cell as Excel shows it; empty for JSON."}
    )
    label = fields.String(required=True)


class CheckedRowOut(Schema):
    """A row of an uploaded file with errors."""

    number = fields.Integer(required=True)
    key = fields.String(required=True)
    messages = fields.List(fields.Nested(RemarkOut), required=True)


class UploadOut(Schema):
    """An uploaded file: what the look at every row has found, or how far it is."""

    upload_id = fields.String(required=True)
    batch_id = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    file_name = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={
            "enum": ["checking", "checked", "unreadable"],
            "description": "checking: a large file is accepted and looked at; ask again at /uploads/{upload_id}.",
        },
    )
    checked_rows = fields.Integer(required=True)
    error = fields.String(required=True, metadata={"description": "Why the file is unreadable."})
    rows = fields.Integer(required=True)
    ready = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    remarks = fields.List(fields.Nested(RemarkOut), required=True)
    refused_rows = fields.List(fields.Nested(CheckedRowOut), required=True)


class BatchFields(Schema):
    """What is said of a batch wherever it is shown."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    file_name = fields.String(required=True)
    total = fields.Integer(required=True)
    cancelled = fields.Boolean(required=True)


class BatchSummaryOut(BatchFields):
    """A batch in the list."""

    reason = fields.String(required=True)
    register = fields.Boolean(required=True)
    actor_name = fields.String(required=True)
    created_at = fields.DateTime(required=True)


class BatchesOut(Schema):
    """The batches of an organisation, the newest first."""

    items = fields.List(fields.Nested(BatchSummaryOut), required=True)


class BatchOut(BatchFields):
    """How far a batch is."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rate_per_s = fields.Float(required=True)
    remaining_s = fields.Float(required=True, allow_none=True)
    ended = fields.Boolean(required=True)
    sentence = fields.String(required=True)


class ResumedOut(BatchOut):
    """How far a batch is, and what the resume changed."""

    corrected = fields.Integer(required=True)
    refused = fields.Integer()
    untouched = fields.Integer()
    changed = fields.Integer()
    added = fields.Integer()
    removed = fields.Integer()
    removed_done = fields.Integer()
    strange = fields.Integer(
        metadata={"description": "Always 0 since rows of a corrected file that are new are taken; see added."}
    )


class RowOut(Schema):
    """A row of a batch."""

    seq = fields.Integer(required=True)
    key = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    status = fields.String(required=True)
    remarks = fields.List(fields.String(), required=True)
    messages = fields.List(fields.Nested(RemarkOut), required=True)
    document_id = fields.String(required=True, allow_none=True)
    version_number = fields.Integer(required=True, allow_none=True)
    job_id = fields.String(required=True)


class RowsOut(Schema):
    """Rows of a batch in their order."""

    items = fields.List(fields.Nested(RowOut), required=True)
    next_after = fields.Integer(required=True, allow_none=True)


def upload_json(upload: Upload, listing: Listing, check: Check | None) -> dict[str, Any]:
    """Return an uploaded file as `UploadOut` shows it."""
    refused = [row for row in listing.rows if row.refused][:_MOST_ROWS]
    return {
        "upload_id": upload.id,
        "batch_id": upload.batch_id,
        "kind": upload.kind,
        "file_name": upload.file_name,
        "state": "checked" if check is None else "checking" if check.error is None else "unreadable",
        "checked_rows": len(listing.rows) if check is None else check.done,
        "error": (check.error if check else None) or "",
        "rows": len(listing.rows) if check is None else check.total,
        "ready": listing.ready,
        "refused": listing.refused,
        "remarks": [message.as_dict() for message in listing.remarks],
        "refused_rows": [
            {"number": row.number, "key": row.key, "messages": [one.as_dict() for one in row.messages]}
            for row in refused
        ],
    }


def summary_json(summary: BatchSummary) -> dict[str, Any]:
    """Return a batch as `BatchSummaryOut` shows it."""
    return {name: getattr(summary, name) for name in BatchSummaryOut._declared_fields}


def batch_json(progress: BatchProgress) -> dict[str, Any]:
    """Return the progress of a batch as `BatchOut` shows it."""
    facts = {name: getattr(progress.batch, name) for name in BatchFields._declared_fields}
    return {
        **facts,
        "total": progress.total,
        "counts": dict(progress.counts),
        "rate_per_s": progress.rate_per_s,
        "remaining_s": progress.remaining_s,
        "cancelled": progress.cancelled,
        "ended": progress.ended,
        "sentence": sentence(progress),
    }


def row_json(row: BatchRow) -> dict[str, Any]:
    """Return a row as `RowOut` shows it."""
    return {
        "seq": row.work.seq,
        "key": row.listed.key if row.listed else str(row.work.seq),
        "row": row.listed.number if row.listed else None,
        "title": row.listed.title if row.listed else "",
        "state": row.work.state,
        "status": row.status,
        "remarks": row.remarks,
        "messages": [one.as_dict() for one in row.messages],
        "document_id": row.work.document_id,
        "version_number": row.work.version_number,
        "job_id": row.work.id,
    }
