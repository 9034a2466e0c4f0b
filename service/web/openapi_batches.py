"""What the OpenAPI description says of batches: files that come in, files that go out, how calls fail."""

from __future__ import annotations

from typing import Any

import forms
from service.packages import PACKAGE
from service.web.downloads import XLSX_MEDIA_TYPE
from service.work import STATES

_FILE = {
    "type": "string",
    "format": "binary",
    "description": "Книга Excel (.xlsx), список JSON (.json) или JSON Lines (.jsonl).",
}
_YES = {"type": "string", "enum": ["yes", "no"]}
_UPLOAD = {
    "type": "object",
    "required": ["kind", "file"],
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "enum": [*forms.all_kinds(), PACKAGE]},
        "file": _FILE,
        "register": {**_YES, "default": "no", "description": "Регистрировать каждый документ в журнале."},
        "reason": {"type": "string", "maxLength": 2000, "description": "Причина создания документов."},
        "start": {**_YES, "default": "yes", "description": "no – только проверить строки."},
    },
}
_CORRECTION = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {"file": {**_FILE, "description": "Исправленный файл пакета."}},
}
_NOTHING = {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
_BODIES: dict[str, dict[str, Any]] = {
    "/batches": {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}},
    "/resume": {
        "required": False,
        "content": {"multipart/form-data": {"schema": _CORRECTION}, **_NOTHING},
    },
    "/cancel": {"required": False, "content": _NOTHING},
}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": (
        "RFC 7240. wait=N: большой файл проверяется отдельно, ответ может подождать конца проверки до N секунд "
        "(не больше 60). Не дождавшись, ответ называет состояние checking и адрес файла в Location."
    ),
    "schema": {"type": "string", "examples": ["wait=10"]},
}
_RESUMED = {
    "name": "state",
    "in": "query",
    "required": False,
    "description": "Без файла: продолжить только строки в этом состоянии; по умолчанию – в обоих.",
    "schema": {"type": "array", "items": {"enum": ["failed", "cancelled"]}},
}
_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("after", {"type": "integer", "minimum": 0, "default": 0}),
    ("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
    ("state", {"type": "array", "items": {"enum": list(STATES)}}),
)
_FILES = {"bundle.zip": "application/zip", "result.xlsx": XLSX_MEDIA_TYPE, "blank.xlsx": XLSX_MEDIA_TYPE}


def is_of_batches(path: str) -> bool:
    """Say whether a path is described here."""
    return "/batches" in path or "/uploads/" in path or path.endswith("/blank.xlsx")


def describe_batches(
    operation: dict[str, Any], path: str, method: str, *, key: dict[str, Any]
) -> dict[str, str]:
    """Complete an operation and return status -> text of the refusals it has of its own.

    Args:
        operation: changed in place.
        path: of the operation.
        method: lower case.
        key: the parameter Idempotency-Key.
    """
    for end, body in _BODIES.items():
        if method == "post" and path.endswith(end):
            operation["requestBody"] = body
    if path.endswith("/rows"):
        operation["parameters"] += [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in _ROWS
        ]
    if path.endswith("/resume"):
        operation["parameters"].append(_RESUMED)
    media_type = _FILES.get(path.rpartition("/")[2])
    if media_type:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["responses"]["200"]["content"] = {media_type: binary}
    errors = {"404": "Нет такого вида или пакета – или он принадлежит другой организации."}
    if path.endswith("result.xlsx"):
        errors["409"] = "Пакет загружен не книгой Excel."
    if method != "post":
        return errors
    if path.endswith("/batches"):
        operation["parameters"] += [key, _PREFER]
    return errors | {
        "409": "Ключ идемпотентности занят другим запросом.",
        "413": "Слишком большой файл.",
        "415": "Ожидается multipart/form-data.",
        "422": "Файл или его поля не подходят; messages называет каждое поле.",
        "429": "Очередь организации полна; повторите через Retry-After секунд.",
    }
