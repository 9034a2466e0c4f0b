"""Drafts: what stands in the controls of a form, as text, and its way to and from a payload.

A draft keeps whatever was typed, right or wrong. Groups are dicts by field name, rows are lists of dicts, the rest
is text ("yes" or "" for a tick). A control is named by its path: `clauses-0-executor-position`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from service.form_plan import FieldPlan

Draft = dict[str, Any]
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_RUSSIAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")


def blank_draft(plan: FieldPlan) -> Draft:
    """Return the draft of an untouched form; what is required at least once has one row."""
    return {child.name: _blank(child) for child in plan.fields}


def draft_of_payload(plan: FieldPlan, payload: Any) -> Draft:
    """Return the draft of a payload; what the form does not know is left out."""
    given = payload if isinstance(payload, Mapping) else {}
    return {
        child.name: _shown(child, given[child.name]) if given.get(child.name) is not None else _empty(child)
        for child in plan.fields
    }


def draft_of_form(plan: FieldPlan, controls: Iterable[tuple[str, str]]) -> Draft:
    """Return the draft that a browser has sent; controls the form does not know are left out."""
    tree: dict[str, Any] = {}
    for name, text in controls:
        node = tree
        *path, last = name.split("-")
        for step in path:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            node = inner
        else:
            if not isinstance(node.get(last), dict):
                node[last] = text
    return _sent_group(plan, tree)


def payload_of(plan: FieldPlan, draft: Draft) -> dict[str, Any]:
    """Return the payload of a draft: JSON types by control, what is empty left out."""
    payload: dict[str, Any] = {}
    for child in plan.fields:
        value = draft[child.name]
        if child.control == "group":
            if child.required or not is_blank(child, value):
                payload[child.name] = payload_of(child, value)
        elif child.control == "rows":
            if value or child.required:
                payload[child.name] = [payload_of(child, row) for row in value]
        elif child.control == "yes":
            payload[child.name] = value == "yes"
        elif child.control in {"lines", "texts"}:
            texts = [text for text in _lines(value) if text.strip()]
            if texts or child.required:
                payload[child.name] = texts
        elif value.strip() or (child.control == "choice" and child.default):
            payload[child.name] = _typed(child, value)
    return payload


def without_blank_texts(plan: FieldPlan, draft: Draft) -> Draft:
    """Return the draft without empty repeated texts, so that its places are those of the payload."""
    cleaned: Draft = {}
    for child in plan.fields:
        value = draft[child.name]
        if child.control == "group":
            value = without_blank_texts(child, value)
        elif child.control == "rows":
            value = [without_blank_texts(child, row) for row in value]
        elif child.control == "texts":
            value = [text for text in value if text.strip()]
        cleaned[child.name] = value
    return cleaned


def is_blank(plan: FieldPlan, value: Any) -> bool:
    """Say whether nothing was filled in: empty texts, untouched choices and ticks, no rows."""
    if plan.control == "group":
        return all(is_blank(child, value[child.name]) for child in plan.fields)
    if plan.control == "rows":
        return not value
    if plan.control == "texts":
        return not any(text.strip() for text in value)
    if plan.control in {"choice", "yes"}:
        return bool(value == plan.default)
    return not value.strip()


def count_rows(draft: Any) -> int:
    """Return how many rows a draft has, rows within rows included."""
    if isinstance(draft, list):
        return sum(1 + count_rows(row) for row in draft if isinstance(row, dict))
    if isinstance(draft, dict):
        return sum(count_rows(value) for value in draft.values())
    return 0


def blank_row(plan: FieldPlan) -> Any:
    """Return a new row of a repeated field."""
    return "" if plan.control == "texts" else blank_draft(plan)


def _blank(plan: FieldPlan) -> Any:
    if plan.control == "group":
        return blank_draft(plan)
    if plan.repeats:
        return [blank_row(plan)] if plan.required else []
    return plan.default


def _empty(plan: FieldPlan) -> Any:
    if plan.control == "group":
        return {child.name: _empty(child) for child in plan.fields}
    return [] if plan.repeats else plan.default


def _shown(plan: FieldPlan, value: Any) -> Any:
    if plan.control == "group":
        return draft_of_payload(plan, value)
    if plan.control == "rows":
        return [draft_of_payload(plan, row) for row in value] if isinstance(value, list) else []
    if plan.control == "texts":
        return [str(text) for text in value] if isinstance(value, list) else []
    if plan.control == "lines":
        return "\n".join(str(text) for text in value) if isinstance(value, list) else str(value)
    if plan.control == "yes":
        return "yes" if value is True else ""
    if plan.control == "date":
        return _russian_date(str(value))
    return str(value).replace(".", ",") if plan.control == "amount" else str(value)


def _russian_date(text: str) -> str:
    """Return an ISO date as people write it; anything else stays as it was typed."""
    found = _ISO_DATE.fullmatch(text.strip())
    return ".".join(reversed(found.groups())) if found else text


def _iso_date(text: str) -> str:
    found = _RUSSIAN_DATE.fullmatch(text)
    return "-".join(reversed(found.groups())) if found else text


def _sent_group(plan: FieldPlan, tree: Mapping[str, Any]) -> Draft:
    return {child.name: _sent(child, tree.get(child.name)) for child in plan.fields}


def _sent(plan: FieldPlan, sent: Any) -> Any:
    inner = sent if isinstance(sent, dict) else {}
    if plan.control == "group":
        return _sent_group(plan, inner)
    if plan.repeats:
        places = sorted((place for place in inner if place.isascii() and place.isdecimal()), key=_place)
        if plan.control == "rows":
            return [_sent_group(plan, inner[place]) for place in places if isinstance(inner[place], dict)]
        return [_normal(inner[place]) for place in places if isinstance(inner[place], str)]
    return _normal(sent) if isinstance(sent, str) else ""


def _place(digits: str) -> tuple[int, str]:
    """Order places as numbers without making numbers of them: a stranger may send thousands of digits."""
    stripped = digits.lstrip("0")
    return len(stripped), stripped


def _normal(text: str) -> str:
    # Browsers send the line ends of Windows, payloads have those of Unix.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(value: Any) -> list[str]:
    return value.split("\n") if isinstance(value, str) else value


def _typed(plan: FieldPlan, text: str) -> Any:
    plain = text.strip()
    if plan.control == "whole" and _WHOLE.fullmatch(plain):
        return int(plain)
    if plan.control == "date":
        return _iso_date(plain)
    return text if plan.control in {"text", "term"} else plain
