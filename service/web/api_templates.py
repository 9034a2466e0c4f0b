"""Templates: a .docx that somebody made is looked at before it is used, for programs and on a page."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.backends import kind_samples
from service.documents import DOCX_MEDIA_TYPE
from service.errors import FormInvalid, ServiceError
from service.office_files import refusal_of
from service.web import errors
from service.web.current import parts, require_admin
from service.web.downloads import attachment
from service.web.kinds import known_kind
from service.web.multipart import form_with_file, plain_name

routes = APIBlueprint("api_templates", __name__, url_prefix="/api/v1/templates", tag="Formulyar")
pages = Blueprint("templates", __name__)


class ProblemOut(Schema):
    """Something that was found in a template."""

    place = fields.String(required=True, metadata={"description": "Часть файла, место в тексте или образец."})
    message = fields.String(required=True)
    fix = fields.String(required=True)


class TemplateCheckOut(Schema):
    """The verdict on a template: it can be used when there are no errors."""

    ok = fields.Boolean(required=True)
    errors = fields.List(fields.Nested(ProblemOut), required=True)
    remarks = fields.List(fields.Nested(ProblemOut), required=True)


@routes.post("/check")
@routes.output(TemplateCheckOut)
@routes.doc(summary="Проверить свой шаблон DOCX; только для администратора организации")
def check() -> dict[str, Any]:
    """Check a template of a kind: package, language, names, a dry run; nothing is kept."""
    _require_admin()
    docx, _, kind_name = _posted()
    return parts().template_checker.check(docx, kind_name, kind_samples(kind_name)).as_json()


@routes.post("/check.docx")
@routes.doc(
    summary="Проверить свой шаблон DOCX и получить его же с примечаниями Word", responses={200: "DOCX."}
)
def check_marked() -> Response:
    """Check a template and give it back with what was found as Word comments at their places."""
    _require_admin()
    docx, name, kind_name = _posted()
    return _marked_attachment(docx, name, kind_name)


@pages.route("/templates", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """A template to look at: the findings on the page, or the file with comments to save."""
    _require_admin()
    page: dict[str, Any] = {"kind": request.form.get("kind", "order")}
    if request.method == "GET":
        return render_template("templates.html", **page)
    try:
        form = form_with_file(("csrf_token", "kind", "_do"), wanted="шаблон .docx")
        kind_name = known_kind(form.fields.get("kind", "")).name
        if form.fields.get("_do") == "marked":
            return _marked_attachment(form.content, form.name, kind_name)
        report = parts().template_checker.check(form.content, kind_name, kind_samples(kind_name))
    except ServiceError as error:
        errors.note(error)
        return render_template("templates.html", **page, error=error), error.status
    return render_template("templates.html", **page, report=report, file_name=form.name)


def _marked_attachment(docx: bytes, name: str, kind_name: str) -> Response:
    """Return the template with comments as a file to save.

    Raises:
        PackageRefused: it is not sound enough to be looked into, let alone to be given back.
    """
    report = parts().template_checker.check(docx, kind_name, kind_samples(kind_name), mark=True)
    if not report.marked:
        raise refusal_of(report.errors)
    stem = name.removesuffix(".docx").removesuffix(".DOCX") or kind_name
    return attachment(report.marked, f"{stem} – замечания.docx", DOCX_MEDIA_TYPE)


def _require_admin() -> None:
    require_admin("Шаблоны проверяет администратор организации. Обратитесь к нему.")


def _posted() -> tuple[bytes, str, str]:
    """Return the file, its name and the kind of a multipart request."""
    file, kind_name = request.files.get("file"), request.form.get("kind")
    missing = {name for name, value in (("file", file), ("kind", kind_name)) if not value}
    if missing or file is None or kind_name is None:
        text = "Обязательное поле не заполнено: запрос передаётся как multipart/form-data."
        raise FormInvalid(
            "Запрос не принят: нужны файл шаблона file и вид документа kind.",
            messages={name: [text] for name in sorted(missing)},
        )
    return file.read(), plain_name(file.filename or ""), known_kind(kind_name).name
