"""Pages of the journal: its list with files, and the buttons that register and void a document."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.errors import ServiceError
from service.production import register_version
from service.web import errors
from service.web.current import actor, parts, press
from service.web.journal_views import STATES, JournalFormat, chosen, journal_file
from service.web.pages import document_page
from service.web.parameters import typed_line

pages = Blueprint("journal", __name__)
PER_PAGE = 50


@pages.get("/journal")
def show() -> ResponseReturnValue:
    """The numbers of the organisation, page by page."""
    journal, mine, asked = parts().archive.journal, actor().organisation_id, chosen()
    cursor = request.args.get("cursor") or None
    page = journal.listing(mine, asked, limit=PER_PAGE, cursor=cursor)
    choices = {"years": journal.years(mine), "series": journal.series(mine), "known_states": STATES}
    return render_template("journal.html", page=page, asked=asked, cursor=cursor, **choices)


@pages.get("/journal.<any(xlsx, docx, pdf):file_format>")
def download(file_format: JournalFormat) -> Response:
    """The journal as a file."""
    return journal_file(file_format)


@pages.post("/documents/<id:document_id>/register")
def register(document_id: str) -> ResponseReturnValue:
    """Register the newest version of a document."""
    archive = parts().archive
    try:
        made = register_version(
            document_id, press=press(), archive=archive, actor=actor(), reason=typed_line("reason")
        )
    except ServiceError as error:
        return _refused(document_id, error)
    state = archive.journal.states(actor().organisation_id, document_id)[made.number]
    flash(f"Документ зарегистрирован под №\N{NO-BREAK SPACE}{state.number}.")
    return redirect(url_for("pages.document", document_id=document_id), code=303)


@pages.post("/documents/<id:document_id>/void")
def void(document_id: str) -> ResponseReturnValue:
    """Void the registration of a document."""
    try:
        entry = parts().archive.journal.void(document_id, actor=actor(), reason=typed_line("reason"))
    except ServiceError as error:
        return _refused(document_id, error)
    flash(
        f"Регистрация №\N{NO-BREAK SPACE}{entry.number} аннулирована. "
        "Номер остаётся в журнале и повторно не присваивается."
    )
    return redirect(url_for("pages.document", document_id=document_id), code=303)


def _refused(document_id: str, error: ServiceError) -> ResponseReturnValue:
    """Show the document again with what is wrong; for what is not ours, the same answer as everywhere."""
    errors.note(error)
    archive, mine = parts().archive, actor().organisation_id
    versions = archive.history(mine, document_id)
    told = [text for texts in error.messages.values() for text in texts] or [str(error)]
    shown = document_page(versions, archive.journal.states(mine, document_id))
    page = render_template(
        "document.html", **shown, told=told, reason=typed_line("reason"), tried=request.endpoint
    )
    return page, error.status, errors.describe(error).headers
