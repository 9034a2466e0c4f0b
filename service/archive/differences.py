"""«Что изменилось»: two payloads compared on the data, told in Russian sentences and as JSON.

Labels come from the schema of the kind; what the schema does not know is told under its own name, because a
record must be readable when its kind has changed. Two payloads give no change exactly when they are equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from marshmallow import Schema, fields

import forms
from forms._containers import Group, Rows
from forms._fields import Choice, DocDate
from service.archive.canonical import canonical_json
from service.archive.change_texts import (
    SHOWN_PLACES,
    SHOWN_WHOLE,
    capital,
    changed_parts,
    lowered,
    quoted,
    verb,
)
from service.archive.row_matching import match_rows

Word = Literal["replaced", "filled", "cleared", "added", "removed", "moved", "notation"]
WORDS: tuple[str, ...] = get_args(Word)
Field = fields.Field[Any] | None

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAME = ("last", "first", "middle", "initials")
# The text by which people know a row, the first that is filled.
_TELLING = ("text", "action", "title", "name", "event", "short", "person", "topic", "theme", "key")
_MISSING: Any = object()


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        word: replaced, filled, cleared (a value); added, removed, moved (a row); notation (written otherwise,
            the same for people).
        path: where, `clauses.2.deadline`, in the new payload; of what is gone, in the old one.
        text: the sentence for people.
        old: the value before, None when there was none.
        new: the value now.
    """

    word: Word
    path: str
    text: str
    old: Any = None
    new: Any = None


def differences(kind_name: str, old: Any, new: Any) -> list[Change]:
    """Return what changed between two payloads of a kind; nothing when they are equal."""
    schema = forms.get_kind(kind_name).schema() if kind_name in forms.all_kinds() else None
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if schema is None and "order" in old:
            return list(_package(old, new))
        return list(_objects(_Place(), schema, old, new))
    return list(_leaf(_Place(), None, "Данные", old, new))


@dataclass(frozen=True)
class _Place:
    """Where we are: labels for people, steps for programs."""

    labels: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def into(self, label: str, *steps: str | int) -> _Place:
        labels = (*self.labels, lowered(label) if self.labels else label) if label else self.labels
        return _Place(labels, (*self.steps, *map(str, steps)))

    def sentence(self, told: str) -> str:
        return f"{capital(', '.join(self.labels))}: {told}." if self.labels else f"{capital(told)}."

    @property
    def path(self) -> str:
        return ".".join(self.steps)


def _package(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Compare packages: each member by the schema of its own kind."""
    order = forms.get_kind("order").schema()
    place = _Place().into("Приказ", "order")
    if isinstance(old.get("order"), Mapping) and isinstance(new.get("order"), Mapping):
        yield from _objects(place, order, old["order"], new["order"])
        old, new = ({name: value for name, value in one.items() if name != "order"} for one in (old, new))
    yield from _objects(_Place(), _PackageSchema(), old, new)


class _AnnexSchema(Schema):
    kind = fields.String(metadata={"label": "Вид документа"})


class _PackageSchema(Schema):
    annexes = Rows("Приложения", _AnnexSchema, one="Приложение")
    sheets = fields.List(fields.String(), metadata={"label": "Листы", "one": "Лист"})


def _objects(
    place: _Place, schema: Schema | None, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    known: Mapping[str, fields.Field[Any]] = schema.fields if schema is not None else {}
    told: set[str] = set()
    if "last" in old and "last" in new and _person(old) != _person(new):
        yield _value_change(place, "", _person(old), _person(new), old, new)
        told = set(_NAME)
    inner = _annex_schema(schema, new)
    names = [*known, *(name for name in {**old, **new} if name not in known)]
    for name in names:
        before, now = old.get(name, _MISSING), new.get(name, _MISSING)
        if name in told or (before is _MISSING and now is _MISSING) or _same(before, now):
            continue
        if (
            inner is not None
            and name == "payload"
            and isinstance(before, Mapping)
            and isinstance(now, Mapping)
        ):
            yield from _objects(place.into("", name), inner, before, now)
        else:
            yield from _values(place, name, known.get(name), before, now)


def _annex_schema(schema: Schema | None, annex: Mapping[str, Any]) -> Schema | None:
    kind = annex.get("kind")
    if isinstance(schema, _AnnexSchema) and kind in forms.all_kinds():
        return forms.get_kind(str(kind)).schema()
    return None


def _values(place: _Place, name: str, field: Field, old: Any, new: Any) -> Iterator[Change]:
    label = field.metadata["label"] if field is not None else f"поле {name}"
    if isinstance(old, list) and isinstance(new, list):
        yield from _lists(place, name, field, label, old, new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        schema = field.schema if isinstance(field, Group) else None
        person = "last" in old and "last" in new
        plain = "," in label or not verb("replaced", label)  # «Кто», «Фамилия, имя, отчество»
        shown = "" if person and place.labels and plain else label
        yield from _objects(place.into(shown, name), schema, old, new)
    else:
        yield from _leaf(place.into("", name), field, label, old, new)


def _lists(
    place: _Place, name: str, field: Field, label: str, old: list[Any], new: list[Any]
) -> Iterator[Change]:
    one = field.metadata.get("one", "Строка") if field is not None else "Строка"
    inner: Field = field.inner if isinstance(field, fields.List) else None
    schema = inner.schema if isinstance(inner, fields.Nested) else None
    # «Добавлена строка 5» says enough of the table of a paper; of other lists their name is said too.
    where = place if isinstance(field, Rows) else place.into(label)
    matched = match_rows(old, new, known_by=lambda row: _telling(row, schema))
    for index in matched.removed:
        yield _row_change("removed", where, one, name, index, old[index], schema)
    partners = {now: before for before, now in matched.pairs}
    for index, row in enumerate(new):
        if index not in partners:
            yield _row_change("added", where, one, name, index, row, schema)
            continue
        before = partners[index]
        if (before, index) in matched.moved:
            which = lowered(one) if verb("moved", one) else f"запись «{one}»"
            told = f"{which} {before + 1} {verb('moved', one) or verb('moved', 'запись')} {index + 1}"
            path = place.into("", name, index).path
            yield Change("moved", path, where.sentence(told), before, index)
        if not _same(old[before], row):
            yield from _row(where.into(f"{one} {index + 1}", name, index), inner, schema, old[before], row)


def _row(place: _Place, inner: Field, schema: Schema | None, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _objects(place, schema, old, new)
    else:
        yield from _leaf(place, inner, "", old, new)


def _row_change(
    word: Literal["added", "removed"],
    place: _Place,
    one: str,
    name: str,
    index: int,
    row: Any,
    schema: Schema | None,
) -> Change:
    done = verb(word, one)
    which = f"{done} {lowered(one)}" if done else f"{verb(word, 'запись')} запись «{one}»"
    told = f"{which} {index + 1}: {quoted(_telling(row, schema))}"
    path = place.into("", name, index).path
    old, new = (row, None) if word == "removed" else (None, row)
    return Change(word, path, place.sentence(told), old, new)


def _telling(row: Any, schema: Schema | None) -> str:
    """Return the text by which people know a row."""
    if not isinstance(row, Mapping):
        return _shown(None, row)
    if row.get("last"):
        return _person(row)
    for name in _TELLING:
        if text := row.get(name):
            return _telling(text, None) if isinstance(text, Mapping) else _shown(None, text)
    known = schema.fields if schema is not None else {}
    return ", ".join(filter(None, (_shown(known.get(name), value) for name, value in row.items()))) or "–"


def _leaf(place: _Place, field: Field, label: str, old: Any, new: Any) -> Iterator[Change]:
    before, now = (None if value is _MISSING else value for value in (old, new))
    if not _shown(field, before).strip() and not _shown(field, now).strip():
        yield _notation(place, label, "по-прежнему не заполнено, в данных записано иначе", before, now)
    else:
        yield _value_change(place, label, _shown(field, before), _shown(field, now), before, now)


def _value_change(place: _Place, label: str, shown_old: str, shown_new: str, old: Any, new: Any) -> Change:
    """Return the sentence on one value; `label` is empty when the place says all."""
    if not shown_old or not shown_new:
        word: Word = "filled" if shown_new else "cleared"
        told = quoted(shown_new or shown_old)
        done = verb(word, label)
        if done:
            text = place.sentence(
                f"{done} {lowered(label)} {told}" if shown_new else f"{lowered(label)} {told} {done}"
            )
        else:
            text = place.into(label).sentence(f"{'указано' if shown_new else 'убрано'} {told}")
        return Change(word, place.path, text, old, new)
    if shown_old == shown_new:
        raw = f"{quoted(json.dumps(old, ensure_ascii=False))} и {quoted(json.dumps(new, ensure_ascii=False))}"
        return _notation(place, label, f"значение то же, в данных записано иначе: {raw}", old, new)
    if shown_old.split() == shown_new.split():
        return _notation(place, label, "изменены только пробелы или переносы строк", old, new)
    return Change("replaced", place.path, _replaced(place, label, shown_old, shown_new), old, new)


def _replaced(place: _Place, label: str, old: str, new: str) -> str:
    if max(len(old), len(new)) > SHOWN_WHOLE:
        parts = changed_parts(old, new)
        told = "; ".join(f"вместо {quoted(a, 400)} – {quoted(b, 400)}" for a, b in parts[:SHOWN_PLACES])
        more = "; есть и другие изменения" if len(parts) > SHOWN_PLACES else ""
        return place.into(label).sentence(f"{told}{more}")
    if done := verb("replaced", label):
        return place.sentence(f"{lowered(label)} {quoted(old)} {done} {quoted(new)}")
    return place.into(label).sentence(f"вместо {quoted(old)} – {quoted(new)}")


def _notation(place: _Place, label: str, told: str, old: Any, new: Any) -> Change:
    return Change("notation", place.path, place.into(label).sentence(told), old, new)


def _shown(field: Field, value: Any) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, str):
        if isinstance(field, Choice):
            return field.options.get(value) or value
        found = _ISO.fullmatch(value.strip()) if isinstance(field, DocDate) else None
        return ".".join(reversed(found.groups())) if found else value
    if _empty(value):
        return ""
    if isinstance(value, Mapping):
        return _person(value) if value.get("last") else ", ".join(filter(None, map(_inside, value.values())))
    if isinstance(value, Sequence):
        return "; ".join(filter(None, map(_inside, value)))
    return str(value).replace(".", ",")


def _inside(value: Any) -> str:
    return _shown(None, value)


def _person(value: Mapping[str, Any]) -> str:
    return " ".join(str(value[name]) for name in _NAME if value.get(name))


def _empty(value: Any) -> bool:
    return (
        value is None or value is _MISSING or (isinstance(value, str | list | tuple | Mapping) and not value)
    )


def _same(old: Any, new: Any) -> bool:
    if old is _MISSING or new is _MISSING:
        return False
    return canonical_json(old) == canonical_json(new)
