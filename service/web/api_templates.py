"""Templates over the interface for programs: a .docx that somebody made is looked at before it is used."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import request
from marshmallow import fields

from service.backends import kind_samples
from service.errors import Forbidden, FormInvalid
from service.web.current import actor, parts
from service.web.kinds import known_kind

routes = APIBlueprint("api_templates", __name__, url_prefix="/api/v1/templates", tag="Formulyar")


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
    docx, kind_name = _posted()
    return parts().template_checker.check(docx, kind_name, kind_samples(kind_name)).as_json()


def _require_admin() -> None:
    if not actor().is_admin:
        raise Forbidden("Шаблоны проверяет администратор организации. Обратитесь к нему.")


def _posted() -> tuple[bytes, str]:
    """Return the file and the kind of a multipart request."""
    file, kind_name = request.files.get("file"), request.form.get("kind")
    missing = {name for name, value in (("file", file), ("kind", kind_name)) if not value}
    if missing or file is None or kind_name is None:
        text = "Обязательное поле не заполнено: запрос передаётся как multipart/form-data."
        raise FormInvalid(
            "Запрос не принят: нужны файл шаблона file и вид документа kind.",
            messages={name: [text] for name in sorted(missing)},
        )
    return file.read(), known_kind(kind_name).name
