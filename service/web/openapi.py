"""The OpenAPI 3.1 description: what the decorators of `service.web.api` cannot say is added here.

Payloads are described by the JSON Schema of each kind, so that a client generator knows every field.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

import forms
from service.packages import PACKAGE
from service.web import journal_views
from service.web.api_schemas import ErrorOut
from service.web.downloads import MEDIA_TYPES
from service.web.journal_views import STATES
from service.web.openapi_batches import describe_batches, is_of_batches
from service.web.openapi_bodies import COMPONENTS, TEMPLATE_CHECKS, describe_body, payloads_of
from service.web.searching import QUESTIONS
from service.web.searching import STATES as PAPER_STATES

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
        "`Authorization: Bearer <ключ>`. Ошибки всегда одной формы (`Error`); `messages` – путь поля и список "
        "замечаний к нему. Повтор POST с тем же `Idempotency-Key` и теми же данными возвращает уже созданную "
        "версию, с другими данными или причиной – 409."
    ),
}
_ALWAYS = {
    "400": "Запрос не распознан.",
    "401": "Нет действующего ключа доступа.",
    "500": "Внутренняя ошибка.",
    "503": "Временно недоступно; повторите через Retry-After секунд.",
}
_MISSING = {"404": "Нет такого вида, документа или версии – или они принадлежат другой организации."}
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
_RECORDING = {
    "409": "Ключ идемпотентности или номер занят, либо состояние документа этого не допускает.",
    "507": "Нет места в хранилище.",
}
_TEMPLATE_ERRORS = {
    "403": "Шаблоны проверяет только администратор организации.",
    "429": "Проверяются другие шаблоны; повторите через Retry-After секунд.",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Случайный ключ запроса; повтор с ним ничего не создаёт дважды.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": (
        'Версия, на основе которой подготовлены данные: ETag документа, например "3". Если с тех пор появилась '
        "более новая, ответ 412."
    ),
    "schema": {"type": "string", "examples": ['"3"']},
}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": (
        "RFC 7240. respond-async: не ждать, а сразу получить задание (202). wait=N: документ создаётся в порядке "
        "очереди, ответ – 201, если он готов за N секунд (не больше 60), иначе 202 с адресом задания. "
        "Учтённое пожелание повторяется в заголовке Preference-Applied."
    ),
    "schema": {"type": "string", "examples": ["respond-async", "wait=10"]},
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
    payloads = payloads_of(schemas)
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _describe_parameters(operation, path, method)
            if is_of_batches(path):
                own = describe_batches(operation, path, method, key=_KEY)
                _write_errors(operation, _ALWAYS | own)
                continue
            describe_body(operation, path, method, payloads, schemas)
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


def _describe_parameters(operation: dict[str, Any], path: str, method: str) -> None:
    parameters = operation["parameters"]
    for parameter in parameters:
        if parameter["name"] == "kind":
            parameter["schema"] = {"type": "string", "enum": list(forms.all_kinds())}
        if parameter["name"] in {"document_id", "job_id", "batch_id", "upload_id"}:
            parameter["schema"] = {"type": "string", "pattern": "^[0-9A-Za-z]{1,64}$"}
    if path.endswith("/documents") and method == "get":
        parameters += [
            *(_query(name, _question(name, label)) for name, label in QUESTIONS.items()),
            *_PAGING,
        ]
        kinds = next(one for one in parameters if one["name"] == "kind")
        kinds["schema"]["enum"] = ["", *forms.all_kinds(), PACKAGE]
    if "/journal" in path:
        kind = {"type": "string", "maxLength": 100, "description": "Вид или вид с актом: order/приказ."}
        parameters += [
            _query("year", {"type": "integer", "minimum": 1000, "maximum": 9999}),
            _query("kind", kind),
            _query("state", {"type": "string", "enum": list(STATES)}),
            *([] if "{" in path else _PAGING),
        ]
    if path.endswith("/changes"):
        number = {"type": "integer", "minimum": 1, "maximum": 1_000_000_000}
        parameters += [_query("from", number), _query("to", number)]


def _question(name: str, label: str) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string", "description": label}
    return shape | ({"enum": list(PAPER_STATES)} if name == "state" else {})


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_PAGING = [
    _query(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": 200,
            "default": 50,
            "description": "Сколько строк на странице",
        },
    ),
    _query("cursor", {"type": "string", "description": "next_cursor предыдущей страницы"}),
]


def _describe_errors(operation: dict[str, Any], path: str, method: str) -> None:
    errors = dict(_ALWAYS)
    if path.endswith(("/rules", "/numbering")):
        errors |= {"403": "Ключ не даёт прав администратора."} | (_BODY if method == "put" else {})
    if method == "post":
        errors |= _BODY | _MISSING
        if path in TEMPLATE_CHECKS:
            errors |= _TEMPLATE_ERRORS
            del errors["415"]
        elif not path.endswith(("checks", "bundles")):
            errors |= _PRODUCTION
        if not path.endswith(("checks", "previews", "bundles", "templates/check", "check.docx")):
            errors |= _RECORDING
            if path.endswith(("/documents", "/versions")):
                operation["parameters"] += [_KEY, _PREFER]
                if path.endswith("/versions"):
                    operation["parameters"].append(_IF_MATCH)
                    errors["412"] = "У документа уже более новая версия, чем названа в If-Match."
                job = {"application/json": {"schema": {"$ref": f"{COMPONENTS}JobOut"}}}
                operation["responses"]["202"] = {
                    "description": (
                        "Принято: адрес задания в Location. Когда документ создан, задание называет его; "
                        "если создать его нельзя, задание говорит почему."
                    ),
                    "content": job,
                }
    elif "{" in path or path.endswith("/documents"):
        errors |= _MISSING
    _write_errors(operation, errors)


def _write_errors(operation: dict[str, Any], errors: dict[str, str]) -> None:
    content = {"application/json": {"schema": {"$ref": f"{COMPONENTS}Error"}}}
    for status, text in errors.items():
        operation["responses"][status] = {"description": text, "content": content}


def _describe_files(paths: dict[str, Any]) -> None:
    binary = {"schema": {"type": "string", "format": "binary"}}
    for path, operations in paths.items():
        if path.endswith("{file_format}"):
            parameter = next(p for p in operations["get"]["parameters"] if p["name"] == "file_format")
            types = journal_views.MEDIA_TYPES if "/journal" in path else MEDIA_TYPES
            parameter["schema"] = {"type": "string", "enum": list(types)}
            described: dict[str, dict[str, Any]] = {
                one: {"schema": {}} if one == MEDIA_TYPES["json"] else binary for one in types.values()
            }
            operations["get"]["responses"]["200"]["content"] = described
        if path.endswith("/check.docx"):
            operations["post"]["responses"]["200"]["content"] = {MEDIA_TYPES["docx"]: binary}
        if path.endswith("/bundles"):
            operations["post"]["responses"]["200"]["content"] = {"application/zip": binary}
        if path.endswith("/previews"):
            content = {MEDIA_TYPES["pdf"]: binary, "image/png": binary}
            operations["post"]["responses"]["200"]["content"] = content
            operations["post"].setdefault("parameters", []).append(_PAGE)
