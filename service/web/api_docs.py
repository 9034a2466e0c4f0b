"""The description of the interface for programs as pages, drawn from its OpenAPI; need no script and no CDN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from service.form_plan import FieldPlan, form_plan
from service.web.kinds import known_kind

pages = Blueprint("docs", __name__)
_CODE = re.compile(r"`([^`]+)`")
_TYPES = {
    "line": "текст в одну строку",
    "text": "текст",
    "term": "срок: «март 2022», «до 15.02.2022»",
    "date": "дата: «14.01.2022» или «2022-01-14»",
    "whole": "целое число",
    "amount": "число",
    "yes": "true или false",
    "lines": "список текстов",
    "texts": "список текстов",
    "group": "объект",
    "rows": "список объектов",
}


@pages.get("/api/docs")
def show() -> ResponseReturnValue:
    """Every operation with its parameters, body and answers."""
    spec = cast(APIFlask, current_app).spec
    return render_template(
        "api_docs.html", spec=spec, body_fields=body_fields, parameter_about=parameter_about
    )


@pages.get("/api/docs/<kind>")
def kind(kind: str) -> ResponseReturnValue:
    """Every field of a kind's payload."""
    known = known_kind(kind)
    return render_template("api_kind.html", kind=known, fields=list(_fields(form_plan(known.name))))


def body_fields(operation: dict[str, Any], spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the fields of the body of an operation by the media type it comes in."""
    content = operation["requestBody"]["content"]
    return {media: _properties(one["schema"], spec) for media, one in content.items()}


def parameter_about(parameter: dict[str, Any]) -> str:
    """Return what a parameter is: its words, the values it may have, its bounds."""
    schema = parameter["schema"]
    words = [parameter.get("description") or schema.get("description", "")]
    words.append(", ".join(str(value) for value in schema.get("enum", []) if value))
    bounds = (("minimum", "от"), ("maximum", "до"))
    words.append(" ".join(f"{word} {schema[name]}" for name, word in bounds if name in schema))
    return "; ".join(filter(None, words))


def _properties(schema: dict[str, Any], spec: dict[str, Any]) -> list[dict[str, Any]]:
    schema = schema.get("oneOf", [schema])[0]  # the envelopes of all kinds have the same fields
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "required": name in schema.get("required", []), "about": _about(name, one)}
        for name, one in schema.get("properties", {}).items()
    ]


def _about(name: str, schema: dict[str, Any]) -> str:
    told = {"kind": "вид документа", "payload": "данные документа; поля каждого вида названы выше"}
    return " – ".join(filter(None, (schema.get("title"), schema.get("description")))) or told.get(name, "")


@pages.app_template_filter("with_code")
def with_code(text: str) -> Markup:
    """Return text whose words in backticks are set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _fields(plan: FieldPlan, path: str = "") -> Iterator[tuple[str, FieldPlan, str]]:
    """Give path, field and type of every field, depth first: «clauses[].executor.position»."""
    for child in plan.fields:
        place = f"{path}.{child.name}" if path else child.name
        if child.control == "choice":
            values = (f"«{value}»" for value, _ in child.options if value)
            yield place, child, f"одно из: {', '.join(values)}"
        else:
            yield place, child, _TYPES[child.control]
        yield from _fields(child, f"{place}[]" if child.control == "rows" else place)
