"""Two versions of a document, compared for the visitor."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.archive.differences import differences
from service.documents import Version
from service.errors import NotFound
from service.web.current import actor, parts
from service.web.parameters import wrong

pages = Blueprint("comparing", __name__)


@pages.get("/documents/<id:document_id>/changes")
def changes(document_id: str) -> ResponseReturnValue:
    """What changed between two versions."""
    old, new = compared_versions(document_id)
    found = differences(new.kind, old.payload, new.payload)
    newest = parts().archive.get(actor().organisation_id, document_id)
    return render_template("changes.html", old=old, new=new, changes=found, newest=newest)


def compared_versions(document_id: str) -> tuple[Version, Version]:
    """Return the versions of the parameters `from` and `to`; without them the last two.

    Raises:
        NotFound: no such document or version in this organisation, or it has one version only.
        InputError: a parameter is no number.
    """
    archive, organisation_id = parts().archive, actor().organisation_id
    new = archive.get(organisation_id, document_id, _number("to"))
    before = _number("from") or new.number - 1
    if before == 0:
        raise NotFound("У документа одна версия: сравнивать не с чем.")
    return archive.get(organisation_id, document_id, before), new


def _number(name: str) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) > 0):
        raise wrong(name, "ожидается номер версии, целое число от 1.")
    return int(text)
