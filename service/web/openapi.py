"""The OpenAPI 3.1 description: what the decorators of `service.web.api` cannot say is added here.

Payloads are described by the JSON Schema of each kind, so that a client generator knows every field.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

import forms
from forms._package import SHEETS
from service.json_schema import Definitions, describe
from service.packages import PACKAGE
from service.web.api_schemas import ErrorOut
from service.web.downloads import MEDIA_TYPES

COMPONENTS = "#/components/schemas/"
SETTINGS: dict[str, object] = {
    "OPENAPI_VERSION": "3.1.0",
    "AUTO_SERVERS": False,
    "SUCCESS_DESCRIPTION": "Готово.",
    "AUTO_OPERATION_ID": True,
    "AUTO_404_RESPONSE": False,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "SECURITY_SCHEMES": {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "Ключ доступа со страницы «Учётная запись».",
        }
    },
    "DESCRIPTION": (
        "Создание, проверка, преобразование и хранение служебных документов. Каждый запрос несёт ключ доступа: "
        "`Authorization: Bearer <ключ>`. Ошибки всегда одной формы (`Error`); `messages` — путь поля и список "
        "замечаний к нему. Повтор POST с тем же `Idempotency-Key` и теми же данными возвращает уже созданную "
        "версию."
    ),
}
_ALWAYS = {
    "400": "Запрос не распознан.",
    "401": "Нет действующего ключа доступа.",
    "500": "Внутренняя ошибка.",
    "503": "Временно недоступно; повторите через Retry-After секунд.",
}
_MISSING = {"404": "Нет такого вида, документа или версии — или они принадлежат другой организации."}
_BODY = {
    "413": "Слишком большой запрос.",
    "415": "Ожидается application/json в UTF-8.",
    "422": "Данные не подходят; messages называет каждое поле.",
}
_PRODUCTION = {
    "429": "Очередь полна; повторите через Retry-After секунд.",
    "502": "PDF не получен.",
    "504": "PDF не готов к сроку.",
}
_RECORDING = {"409": "Ключ идемпотентности занят другим запросом.", "507": "Нет места в хранилище."}
_REASON = {"type": "string", "maxLength": 2000, "title": "Причина создания версии"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Случайный ключ запроса; повтор с ним ничего не создаёт дважды.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_PAGE = {
    "name": "page",
    "in": "query",
    "required": False,
    "description": "Номер страницы: ответ – её изображение PNG, а не весь PDF.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 9999},
}


def install(app: APIFlask) -> None:
    """Complete the description that APIFlask makes of the routes."""
    app.spec_callback = _complete


def _complete(spec: dict[str, Any] | str) -> dict[str, Any] | str:
    return completed(spec) if isinstance(spec, dict) else spec


def completed(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the description with request bodies, parameters, files and every error."""
    spec["security"] = [{"token": []}]
    schemas = spec["components"].setdefault("schemas", {})
    schemas["Error"] = schemas.pop("ErrorOut", None) or _error_schema()
    payloads = _payloads(schemas)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _describe_parameters(operation, path, method)
            if method == "post":
                _describe_body(operation, path, payloads)
            _describe_errors(operation, path, method)
    _describe_files(spec["paths"])
    return spec


def _error_schema() -> dict[str, Any]:
    shapes: dict[str, dict[str, Any]] = {
        "Boolean": {"type": "boolean"},
        "String": {"type": "string"},
        "Integer": {"type": "integer"},
        "Dict": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    }
    fields = ErrorOut._declared_fields
    return {
        "type": "object",
        "properties": {name: shapes[type(field).__name__] for name, field in fields.items()},
        "required": list(fields),
    }


def _payloads(schemas: Definitions) -> dict[str, str]:
    """Add the payload of every kind to the components; return kind -> reference."""
    kinds = forms.all_kinds().values()
    return {kind.name: COMPONENTS + describe(kind.schema, schemas, prefix=COMPONENTS) for kind in kinds}


def _describe_body(operation: dict[str, Any], path: str, payloads: dict[str, str]) -> None:
    reason = {} if path.endswith(("checks", "previews")) else {"reason": _REASON, "overrides": _OVERRIDES}
    if path.endswith("/versions"):
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
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}


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


def _envelope(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _describe_parameters(operation: dict[str, Any], path: str, method: str) -> None:
    parameters = operation["parameters"]
    for parameter in parameters:
        if parameter["name"] == "kind":
            parameter["schema"] = {"type": "string", "enum": list(forms.all_kinds())}
        if parameter["name"] == "document_id":
            parameter["schema"] = {"type": "string", "pattern": "^[0-9A-Za-z]{1,64}$"}
    if path.endswith("/documents") and method == "get":
        parameters += [
            _query("kind", {"type": "string", "enum": [*forms.all_kinds(), PACKAGE]}),
            _query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            _query("cursor", {"type": "string"}),
        ]


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _describe_errors(operation: dict[str, Any], path: str, method: str) -> None:
    errors = dict(_ALWAYS)
    if method == "post":
        errors |= _BODY | _MISSING
        if not path.endswith("checks"):
            errors |= _PRODUCTION
        if not path.endswith(("checks", "previews")):
            errors |= _RECORDING
            operation["parameters"].append(_KEY)
    elif "{" in path or path.endswith("/documents"):
        errors |= _MISSING
    content = {"application/json": {"schema": {"$ref": f"{COMPONENTS}Error"}}}
    for status, text in errors.items():
        operation["responses"][status] = {"description": text, "content": content}


def _describe_files(paths: dict[str, Any]) -> None:
    binary = {"schema": {"type": "string", "format": "binary"}}
    for path, operations in paths.items():
        if path.endswith("{file_format}"):
            parameter = next(p for p in operations["get"]["parameters"] if p["name"] == "file_format")
            parameter["schema"] = {"type": "string", "enum": list(MEDIA_TYPES)}
            operations["get"]["responses"]["200"]["content"] = dict.fromkeys(MEDIA_TYPES.values(), binary)
        if path.endswith("/previews"):
            content = {MEDIA_TYPES["pdf"]: binary, "image/png": binary}
            operations["post"]["responses"]["200"]["content"] = content
            operations["post"].setdefault("parameters", []).append(_PAGE)
