"""Bundles for the visitor: many papers as one ZIP, streamed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.archive.extracts import Selection
from service.backends import utc_now
from service.bundles import Bundle
from service.web.current import actor, parts
from service.web.downloads import streamed_attachment
from service.web.searching import QUESTIONS, wanted_of

pages = Blueprint("bundles", __name__)


@pages.post("/documents/bundle")
def download() -> ResponseReturnValue:
    """The papers that were marked in the list, as one file."""
    marked, everything = request.form.getlist("document"), request.form.get("choice") == "found"
    if not marked and not everything:
        flash("Не отмечено ни одного документа. Отметьте нужные или скачайте все.", "bad")
        asked: dict[str, Any] = {name: request.form[name] for name in QUESTIONS if request.form.get(name)}
        return redirect(url_for("pages.documents", **asked), code=303)
    every_version = request.form.get("versions") == "all"
    extracts = parts().archive.extracts
    return bundle_attachment(
        extracts.select(
            actor().organisation_id,
            document_ids=None if everything else marked,
            wanted=wanted_of(request.form),
            every_version=every_version,
        )
    )


def bundle_attachment(selection: Selection) -> Response:
    """Return a selection as a ZIP to save; what can be refused was refused by the selection."""
    bundle = Bundle(parts().archive.extracts, selection, made_at=utc_now(), made_by=actor().name)
    return streamed_attachment(bundle.chunks(), bundle.file_name, "application/zip")
