"""The schema of a form kind as JSON Schema 2020-12: what a program may read to know what to send.

Labels become titles, help texts descriptions. Rules between fields stay with the service: what fits this schema
may still be refused with the field and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from forms import FormKind
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, Choice, DocDate, LongText, Term, Text, Whole, Yes

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = r"^(\d{4}-\d{2}-\d{2}|\d{2}\.\d{2}\.\d{4})$"
_AMOUNT = r"^[-−]?\d{1,12}([.,]\d{1,6})?$"

Definitions = dict[str, dict[str, Any]]


def json_schema(kind: FormKind) -> dict[str, Any]:
    """Return the JSON Schema of a kind's payload, complete in itself."""
    definitions: Definitions = {}
    root = describe(kind.schema, definitions, prefix="#/$defs/")
    whole = definitions.pop(root)
    titled = {"$schema": DIALECT, "title": kind.title, "description": kind.about, **whole}
    return {**titled, "$defs": definitions} if definitions else titled


def describe(schema: type[Schema], definitions: Definitions, *, prefix: str) -> str:
    """Add a schema and all it needs to the definitions and return its name there.

    Args:
        prefix: what a reference to a definition begins with: "#/$defs/", "#/components/schemas/".
    """
    name = _name(schema)
    if name not in definitions:
        definitions[name] = {}
        declared: Mapping[str, fields.Field[Any]] = schema().fields
        definitions[name] = {
            "type": "object",
            "properties": {key: _field(field, definitions, prefix) for key, field in declared.items()},
            "required": [key for key, field in declared.items() if field.required],
            "additionalProperties": False,
        }
    return name


def _name(schema: type[Schema]) -> str:
    """Two kinds may each have a `Recommendation`; shared groups have one name everywhere."""
    module = schema.__module__.rpartition(".")[2]
    return schema.__name__ if module.startswith("_") else f"{module}.{schema.__name__}"


def _field(field: fields.Field[Any], definitions: Definitions, prefix: str) -> dict[str, Any]:
    metadata = field.metadata
    described: dict[str, Any] = {"title": metadata["label"]}
    if metadata["help"]:
        described["description"] = metadata["help"]
    for known, shape in _SHAPES:
        if isinstance(field, known):
            described.update(shape(field, definitions, prefix))
            break
    else:
        raise TypeError(f"no JSON Schema for a field of class {type(field).__name__}")
    if metadata["example"] is not None and not isinstance(field, Yes | Choice):
        described["examples"] = [metadata["example"]]
    if field.allow_none and "type" in described:
        kinds = described["type"]
        described["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    return described


def _text(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string", "maxLength": field.limit}
    if field.required:
        shape["minLength"] = 1
    if field.pattern:
        shape["pattern"] = f"^({field.pattern})$" if field.required else f"^({field.pattern})?$"
    return shape


def _choice(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    values = [{"const": value, "title": label} for value, label in field.options.items()]
    shape: dict[str, Any] = {"oneOf": [*values, {"type": "null"}] if field.allow_none else values}
    return shape if field.required or field.allow_none else {**shape, "default": field.load_default}


def _whole(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    limits = field.validators[0]
    return {"type": "integer", "minimum": limits.min, "maximum": limits.max}


def _group(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    reference = {"$ref": prefix + describe(type(field.schema), definitions, prefix=prefix)}
    return {"anyOf": [reference, {"type": "null"}]} if field.allow_none else reference


def _rows(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    item = {"$ref": prefix + describe(type(field.inner.schema), definitions, prefix=prefix)}
    return {"type": "array", "items": item, **_size(field)}


def _lines(field: Any, definitions: Definitions, prefix: str) -> dict[str, Any]:
    return {"type": "array", "items": _text(field.inner, definitions, prefix), **_size(field)}


def _size(field: Any) -> dict[str, Any]:
    length = field.validators[0]
    return {"minItems": length.min or 0, "maxItems": length.max}


_SHAPES: tuple[tuple[type[fields.Field[Any]], Callable[[Any, Definitions, str], dict[str, Any]]], ...] = (
    (Rows, _rows),
    (Lines, _lines),
    (Group, _group),
    (Choice, _choice),
    (LongText, _text),
    (Text, _text),
    (DocDate, lambda field, *_: {"type": "string", "pattern": _DATE}),
    (Term, lambda field, *_: {"type": "string", "maxLength": 500}),
    (Whole, _whole),
    (Amount, lambda field, *_: {"type": ["number", "string"], "pattern": _AMOUNT}),
    (Yes, lambda field, *_: {"type": "boolean", "default": field.load_default}),
)
