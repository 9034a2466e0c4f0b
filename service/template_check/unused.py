"""Fields that a person fills and the template does not print.

A field counts as printed when a change of its value changes something that a tag prints, itself or derived from it.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields

from forms import FormKind
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, Choice, DocDate, Term, Text, Yes
from service.office_files import Problem
from service.template_check.shapes import schema_of

# Each costs loading a whole sample. Fields are tried in turn, so that the last ones open get what the others left.
MOST_TRIES, MOST_CPU_S = 80, 3.0
Path = tuple[str | int, ...]


def unused_fields(kind: FormKind, payloads: Sequence[Mapping[str, Any]], used: set[str]) -> list[Problem]:
    """Return a remark for every field that some sample fills and no tag prints.

    Args:
        kind: whose fields they are.
        payloads: the samples.
        used: paths of what the tags print, see `names`.
    """
    places: dict[str, list[tuple[int, Path, Any]]] = {}
    for number, payload in enumerate(payloads):
        for path, field in _leaves(kind.schema(), payload, ()):
            name = ".".join(step for step in path if isinstance(step, str))
            places.setdefault(name, []).append((number, path, field))
    before = [kind.context(kind.load(payload)) for payload in payloads]
    tries, silent = MOST_TRIES, dict(places)
    untried, stop_at = set(places), time.process_time() + MOST_CPU_S
    for attempt in range(max(map(len, places.values()), default=0)):
        for name in [name for name in silent if attempt < len(places[name])]:
            number, path, field = places[name][attempt]
            if time.process_time() > stop_at:
                break
            tries -= 1
            untried.discard(name)
            if _is_printed(kind, payloads[number], path, field, before[number], used):
                del silent[name]
        if tries <= 0:
            break
    fix = "Добавьте метку, если это должно печататься."
    return [
        Problem(name, f"Поле «{found[0][2].metadata['label']}» заполняется, но не печатается.", fix)
        for name, found in silent.items()
        if name not in untried
    ]


def _leaves(schema: Schema, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    for name, field in schema.fields.items():
        if value.get(name) in (None, "", []) or not field.metadata.get("printed", True):
            continue
        if isinstance(field, Group):
            yield from _leaves(field.schema, value[name], (*path, name))
        elif isinstance(field, Rows):
            for index, row in enumerate(value[name]):
                yield from _leaves(schema_of(field.inner), row, (*path, name, index))
        elif isinstance(field, Lines):
            yield (*path, name, 0), field.inner if "label" in field.inner.metadata else field
        else:
            yield (*path, name), field


def _is_printed(
    kind: FormKind,
    payload: Mapping[str, Any],
    path: Path,
    field: Any,
    before: Mapping[str, Any],
    used: set[str],
) -> bool:
    """Try other values; a field whose every change is refused counts as printed."""
    tried = False
    for value in _others(field, _at(payload, path)):
        changed = copy.deepcopy(dict(payload))
        _at(changed, path[:-1])[path[-1]] = value
        try:
            after = kind.context(kind.load(changed))
        except ValidationError:
            continue
        tried = True
        if any(_is_used(different, used) for different in _differences(before, after, "")):
            return True
    return not tried


def _others(field: Any, value: Any) -> list[Any]:
    if isinstance(field, Choice):
        return [other for other in field.options if other != value]
    if isinstance(field, Yes):
        return [not value]
    if isinstance(field, fields.Integer):
        return [value + 1, value - 1]
    if isinstance(field, Amount):
        return ["77,7"]
    if isinstance(field, DocDate):
        return [
            f"{day:02}.{month:02}.{year}" for day, month in ((3, 2), (17, 11)) for year in (2021, 2022, 2023)
        ]
    if isinstance(field, Term):
        return ["апрель 2022", "до 11.05.2022"]
    if isinstance(field, Text) and field.pattern:
        return [f"{value}7", "Ж.Щ."]
    return [f"{value}ы", f"{value} съ", f"Щ{value}"]


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _differences(before: Any, after: Any, path: str) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            inner = f"{path}.{name}" if path else str(name)
            yield from _differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _differences(one, other, f"{path}[]")
    else:
        yield path


def _is_used(path: str, used: set[str]) -> bool:
    """A printed group prints its parts; a list that grew is printed when something of it is."""
    return any(
        path == one or path.startswith((f"{one}.", f"{one}[")) or one.startswith((f"{path}.", f"{path}["))
        for one in used
    )
