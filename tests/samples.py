"""The samples of every kind, and payloads made from them by changing one field."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

import forms
from forms._containers import Group, Lines, Rows

PROJECT = Path(__file__).resolve().parent.parent
FIXTURES = PROJECT / "fixtures"
TEMPLATES = PROJECT / "templates_docx"
SEEDS = PROJECT.parent / "shared" / "seeds"

Step = str | int


def samples_of(kind: str) -> list[Path]:
    """Return the samples of a kind, the main one first."""
    return [*FIXTURES.glob(f"{kind}.json"), *sorted(FIXTURES.glob(f"{kind}.*.json"))]


ALL_SAMPLES = [sample for kind in forms.all_kinds() for sample in samples_of(kind)]


def read_sample(file: Path | str) -> dict[str, Any]:
    """Return the payload of a sample, named by its file or by its name: "roadmap.003"."""
    path = file if isinstance(file, Path) else FIXTURES / f"{file}.json"
    payload: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return payload


def kind_of(sample: Path) -> forms.FormKind:
    return forms.get_kind(sample.name.split(".")[0])


def leaves(
    schema: Schema, value: Any, path: tuple[Step, ...] = ()
) -> Iterator[tuple[tuple[Step, ...], fields.Field]]:
    """Yield (path, field) of every leaf that a payload fills."""
    for name, field in schema.fields.items():
        if value.get(name) in (None, "", []):
            continue
        here = (*path, name)
        if isinstance(field, Group):
            yield from leaves(field.schema, value[name], here)
        elif isinstance(field, Rows):
            for index, row in enumerate(value[name]):
                yield from leaves(field.inner.schema, row, (*here, index))
        elif isinstance(field, Lines):
            for index in range(len(value[name])):
                yield (*here, index), field.inner
        else:
            yield here, field


def all_fields(schema: Schema, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], fields.Field]]:
    """Yield (path, field) of every field of a schema and of the schemas inside it."""
    for name, field in schema.fields.items():
        yield (*path, name), field
        if isinstance(field, Group):
            yield from all_fields(field.schema, (*path, name))
        elif isinstance(field, Rows):
            yield from all_fields(field.inner.schema, (*path, name))


def value_at(payload: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        payload = payload[step]
    return payload


def filled_fields(schema: Schema, value: Any) -> Iterator[tuple[str, str]]:
    """Yield (schema class, field) of every field that a payload fills, however deep."""
    for name, field in schema.fields.items():
        if value.get(name) in (None, "", []):
            continue
        yield type(schema).__name__, name
        if isinstance(field, Group):
            yield from filled_fields(field.schema, value[name])
        elif isinstance(field, Rows):
            for row in value[name]:
                yield from filled_fields(field.inner.schema, row)


def known_fields(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield (schema class, field) of every field of a schema and of the schemas inside it."""
    for name, field in schema.fields.items():
        yield type(schema).__name__, name
        if isinstance(field, Group):
            yield from known_fields(field.schema)
        elif isinstance(field, Rows):
            yield from known_fields(field.inner.schema)


def changed(payload: dict[str, Any], path: tuple[Step, ...], value: Any) -> dict[str, Any]:
    """Return a copy of a payload with one value replaced."""
    copied = copy.deepcopy(payload)
    value_at(copied, path[:-1])[path[-1]] = value
    return copied


def without_indexes(path: tuple[Step, ...]) -> str:
    return ".".join(step for step in path if isinstance(step, str))
