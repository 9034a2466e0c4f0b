"""Request bodies in the OpenAPI description: JSON Schema of every kind inside its envelope."""

from __future__ import annotations

from typing import Any

import forms
from forms._package import SHEETS
from forms._rules import RULES
from service.json_schema import Definitions, describe
from service.packages import PACKAGE
from service.rule_choices import CHOICES
from service.web.archive_schemas import BundleRequest
from service.web.numbering_schemas import NumberingRequest

COMPONENTS = "#/components/schemas/"
TEMPLATE_CHECKS = ("/api/v1/templates/check", "/api/v1/templates/check.docx")
_REASON = {"type": "string", "maxLength": 2000, "title": "Причина создания версии"}
_REGISTER: dict[str, Any] = {
    "type": "boolean",
    "default": False,
    "description": "Присвоить номер по журналу; пустой номер в данных заполняется и печатается.",
}
_SEVERITIES: dict[str, Any] = {
    "type": "object",
    "description": "Правило и его строгость; не названные правила не меняются.",
    "propertyNames": {"enum": list(RULES)},
    "additionalProperties": {"enum": list(CHOICES)},
}
_OVERRIDES: dict[str, Any] = {
    "type": "array",
    "description": "Ошибки проверки, которые не останавливают документ, с обоснованием.",
    "items": {
        "type": "object",
        "required": ["rule", "reason"],
        "properties": {name: {"type": "string"} for name in ("rule", "reason", "path")},
        "additionalProperties": False,
    },
}
_PACKAGE: dict[str, Any] = {
    "type": "object",
    "title": "Комплект",
    "description": "Приказ с приложениями и листами: один DOCX и один PDF с закладками.",
    "required": ["order", "annexes"],
    "additionalProperties": False,
    "properties": {
        "order": {"$ref": f"{COMPONENTS}order.OrderSchema"},
        "annexes": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["kind", "payload"],
                "properties": {"kind": {"type": "string"}, "payload": {"type": "object"}},
                "additionalProperties": False,
            },
        },
        "sheets": {"type": "array", "items": {"enum": list(SHEETS)}, "uniqueItems": True},
    },
}
_TEMPLATE_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file", "kind"],
                "properties": {
                    "file": {"type": "string", "format": "binary", "title": "Шаблон .docx"},
                    "kind": {"type": "string", "enum": list(forms.all_kinds()), "title": "Вид документа"},
                },
            }
        }
    },
}


def payloads_of(schemas: Definitions) -> dict[str, str]:
    """Add the payload of every kind to the components; return kind -> reference."""
    kinds = forms.all_kinds().values()
    return {kind.name: COMPONENTS + describe(kind.schema, schemas, prefix=COMPONENTS) for kind in kinds}


def describe_body(
    operation: dict[str, Any], path: str, method: str, payloads: dict[str, str], schemas: Definitions
) -> None:
    """Say what a route takes."""
    if path.endswith("/numbering") and method == "put":
        name = describe(NumberingRequest, schemas, prefix=COMPONENTS)
        operation["requestBody"] = _json_of({"$ref": f"{COMPONENTS}{name}"})
    elif method == "put":
        operation["requestBody"] = _json_of(_envelope({"severities": _SEVERITIES}, ["severities"]))
    if path in TEMPLATE_CHECKS:
        operation["requestBody"] = _TEMPLATE_BODY
    elif method == "post":
        _describe_post(operation, path, payloads, schemas)


def _describe_post(
    operation: dict[str, Any], path: str, payloads: dict[str, str], schemas: Definitions
) -> None:
    if path.endswith("/bundles"):
        name = describe(BundleRequest, schemas, prefix=COMPONENTS)
        operation["requestBody"] = _json_of({"$ref": f"{COMPONENTS}{name}"})
        return
    recorded = {"reason": _REASON, "overrides": _OVERRIDES, "register": _REGISTER}
    reason = {} if path.endswith(("checks", "previews")) else recorded
    if path.endswith(("/register", "/void")):
        body = _envelope({"reason": _REASON}, ["reason"] if path.endswith("/void") else [])
    elif path.endswith("/versions"):
        any_payload = {"anyOf": [{"$ref": reference} for reference in payloads.values()]}
        body = _envelope({"payload": any_payload, **reason}, ["payload"])
    else:
        choices = [
            _envelope(
                {"kind": {"const": name}, "payload": {"$ref": reference}, **reason}, ["kind", "payload"]
            )
            for name, reference in payloads.items()
        ]
        choices.append(
            _envelope({"kind": {"const": PACKAGE}, "payload": _PACKAGE, **reason}, ["kind", "payload"])
        )
        body = {"oneOf": choices}
    operation["requestBody"] = _json_of(body)


def _json_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _envelope(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
