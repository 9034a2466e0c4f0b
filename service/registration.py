"""What the journal needs to know of a paper: its series, date and number; and the payload with a number in it.

Knows where a kind keeps these in its payload, packages included; knows nothing of numbers already given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

import forms
from forms._fields import Choice
from service.archive import Wanted
from service.errors import UnknownKind
from service.packages import PACKAGE


def wanted_number(
    kind_name: str, payload: Any, *, reason: str = "", document_id: str | None = None
) -> Wanted:
    """Return the number that a paper wants; what its schema refuses is left out here and told by the schema.

    Args:
        kind_name: a form kind or the package, whose number is that of its order.
        payload: as received.
        reason: why the date may be before that of an earlier number.
        document_id: the document that is continued.

    Raises:
        UnknownKind: no such kind.
    """
    inner = _numbered_part(kind_name, payload)
    kind = _numbered_kind(kind_name)
    series = kind.name
    if kind.series and isinstance(part := inner.get(kind.series), str) and part.strip():
        series = f"{kind.name}/{part.strip()[:60]}"
    typed = inner.get(kind.number) if kind.number else None
    return Wanted(
        kind=kind_name,
        series=series,
        date=_date(kind, inner),
        number=typed.strip() if isinstance(typed, str) else "",
        reason=reason,
        document_id=document_id,
    )


def prints_number(kind_name: str) -> bool:
    """Say whether papers of a kind bear their registration number."""
    return bool(_numbered_kind(kind_name).number)


def with_number(kind_name: str, payload: Any, number: str) -> Any:
    """Return the payload with its registration number where the paper prints one."""
    kind = _numbered_kind(kind_name)
    inner = _numbered_part(kind_name, payload)
    if not kind.number or not inner:
        return payload
    numbered = {**inner, kind.number: number}
    return {**payload, "order": numbered} if kind_name == PACKAGE else numbered


def all_series() -> dict[str, str]:
    """Return every series that numbers are counted in: series -> kind."""
    found: dict[str, str] = {}
    for kind in forms.all_kinds().values():
        field = kind.schema().fields[kind.series] if kind.series else None
        parts = [f"{kind.name}/{one}" for one in field.options] if isinstance(field, Choice) else [kind.name]
        found |= dict.fromkeys(parts, kind.name)
    return found


def series_title(series: str) -> str:
    """Return what people call a series: «Приказ», «Распоряжение»; a kind that is gone keeps its name."""
    name, _, part = series.partition("/")
    if part:
        return part.capitalize()
    return forms.get_kind(name).title if name in forms.all_kinds() else name


def _numbered_kind(kind_name: str) -> forms.FormKind:
    name = "order" if kind_name == PACKAGE else kind_name
    if name not in forms.all_kinds():
        raise UnknownKind(f"Неизвестный вид документа «{name}». Доступны: {', '.join(forms.all_kinds())}.")
    return forms.get_kind(name)


def _numbered_part(kind_name: str, payload: Any) -> Mapping[str, Any]:
    inner = payload.get("order") if kind_name == PACKAGE and isinstance(payload, Mapping) else payload
    return inner if isinstance(inner, Mapping) else {}


def _date(kind: forms.FormKind, payload: Mapping[str, Any]) -> dt.date | None:
    if not kind.date:
        return None
    try:
        found = kind.schema().fields[kind.date].deserialize(payload.get(kind.date))
    except ValidationError:
        return None
    return found if isinstance(found, dt.date) else None
