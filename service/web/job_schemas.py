"""What programs receive about papers that are made in their turn."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from flask import url_for
from marshmallow import fields

from service.work import STATES, Job, Trouble


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
    document_id = fields.String(
        required=True, allow_none=True, metadata={"description": "The document, once its version is made."}
    )
    version_number = fields.Integer(required=True, allow_none=True)
    version = fields.String(
        required=True, allow_none=True, metadata={"description": "Address of the version once it is made."}
    )


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as `JobOut` shows it."""
    version = None
    if job.document_id is not None:
        version = url_for("api.version", document_id=job.document_id, number=job.version_number)
    trouble = job.trouble or Trouble("")
    shown = {name: getattr(job, name) for name in JobOut._declared_fields if hasattr(job, name)}
    return {**shown, "error": trouble.text, "messages": trouble.messages, "version": version}
