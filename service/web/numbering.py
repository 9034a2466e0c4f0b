"""How registration numbers look: the page and the interface for programs, for administrators of an organisation."""

from __future__ import annotations

import re
from typing import Any

from apiflask import APIBlueprint
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.archive import DEFAULT_PATTERN, NumberingRule
from service.database.times import time_of
from service.errors import FormInvalid
from service.registration import all_series, series_title
from service.web import numbering_schemas as out
from service.web.api import json_body
from service.web.api_schemas import loaded
from service.web.current import actor, parts, require_admin

pages = Blueprint("numbering", __name__)
routes = APIBlueprint("api_numbering", __name__, url_prefix="/api/v1", tag="Formulyar")

_WHOLE = re.compile(r"[0-9]{1,7}")
_NEW = "new"


@routes.get("/numbering")
@routes.output(out.NumberingOut)
@routes.doc(summary="Образцы регистрационных номеров и следующие номера")
def rules() -> dict[str, Any]:
    """List how numbers look, with the next number of each series; administrators only."""
    _refuse_others()
    return {"items": rule_rows()}


@routes.put("/numbering")
@routes.output(out.NumberingOut)
@routes.doc(summary="Изменить образцы регистрационных номеров")
def change_rules() -> dict[str, Any]:
    """Set how numbers of the named series look, all or none; administrators only."""
    _refuse_others()
    asked = loaded(out.NumberingRequest, json_body())["rules"]
    wanted = [
        NumberingRule(one["series"], one["pattern"], one["first"] or 1, one["year"] or 0) for one in asked
    ]
    _set(wanted, [f"rules.{place}." for place in range(len(wanted))])
    return {"items": rule_rows()}


@pages.get("/numbering")
def show() -> ResponseReturnValue:
    """Every series with its pattern and the next number."""
    _refuse_others()
    return _page(rule_rows())


@pages.post("/numbering")
def save() -> ResponseReturnValue:
    """Record the rules that differ from those that hold."""
    _refuse_others()
    rows = [_typed(row) for row in rule_rows()]
    if request.form.get("pattern:new", "").strip():
        rows.append(_typed({"key": _NEW, "pattern": "", "first": ""}))
    changed = [row for row in rows if row["changed"]]
    try:
        _set([row["rule"] for row in changed], [f"{row['key']}." for row in changed])
    except FormInvalid as error:
        return _page(rows, messages=error.messages), error.status
    flash(
        "Нумерация изменена. Номера, присвоенные раньше, остаются прежними."
        if changed
        else "Ничего не изменено."
    )
    return redirect(url_for("numbering.show"), code=303)


def rule_rows() -> list[dict[str, Any]]:
    """Return the rules of every series, also of those that have none of their own."""
    journal, mine = parts().archive.journal, actor().organisation_id
    kept = {(row["series"], row["year"]): row for row in journal.numbering(mine)}
    kinds = all_series()
    places = sorted(
        {(series, 0) for series in kinds} | kept.keys(), key=lambda one: (series_title(one[0]), one)
    )
    rows = []
    for series, year in places:
        row = kept.get((series, year), {"pattern": DEFAULT_PATTERN, "first": 1})
        rule = NumberingRule(series, row["pattern"], row["first"], year)
        kind = kinds.get(series, series.partition("/")[0])
        rows.append(
            {
                "key": f"{series}:{year}",
                "series": series,
                "title": series_title(series),
                "year": year,
                "pattern": rule.pattern,
                "first": rule.first,
                "next": journal.next_number(mine, rule, kind=kind),
                "changed_by": row.get("actor_name"),
                "changed_at": time_of(row["created_at"]) if "created_at" in row else None,
            }
        )
    return rows


def _set(wanted: list[NumberingRule], places: list[str]) -> None:
    """Set rules; what is wrong with one stands behind its place.

    Raises:
        FormInvalid: a series is unknown, or a pattern or a first number does not do.
    """
    known, messages, seen = all_series(), dict[str, list[str]](), set[tuple[str, int]]()
    for rule, place in zip(wanted, places, strict=True):
        if (rule.series, rule.year) in seen:
            messages[f"{place}series"] = ["Для этого журнала и года образец уже указан: оставьте один."]
        seen.add((rule.series, rule.year))
        if rule.series not in known:
            messages[f"{place}series"] = [f"Неизвестный журнал «{rule.series}». Есть: {', '.join(known)}."]
        if rule.year and not 1990 <= rule.year <= 2100:
            messages[f"{place}year"] = ["Год – от 1990 до 2100; 0 – для каждого года."]
    try:
        parts().archive.journal.check_rules(wanted)
    except FormInvalid as error:
        for path, texts in error.messages.items():
            number, _, field = path.partition(".")
            messages[f"{places[int(number)]}{field}"] = list(texts)
    if messages:
        raise FormInvalid("Нумерация не изменена: исправьте отмеченные поля.", messages=messages)
    if wanted:
        parts().archive.journal.set_rules(wanted, actor=actor())


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the form was filled in, with the rule that it asks for."""
    key = row["key"]
    text = {name: request.form.get(f"{name}:{key}", str(row[name])).strip() for name in ("pattern", "first")}
    series = row.get("series") or request.form.get("series:new", "")
    year = request.form.get("year:new", "").strip() if key == _NEW else str(row["year"])
    first = int(text["first"]) if _WHOLE.fullmatch(text["first"]) else 0 if text["first"] else 1
    whole = int(year) if _WHOLE.fullmatch(year) else 1
    changed = (text["pattern"], text["first"]) != (row["pattern"], str(row["first"]))
    rule = NumberingRule(series, text["pattern"][:200], first, whole)
    return {
        **row,
        **text,
        "series": series,
        "year": year if key == _NEW else row["year"],
        "changed": changed,
        "rule": rule,
    }


def _page(rows: list[dict[str, Any]], **shown: Any) -> str:
    new = next((row for row in rows if row["key"] == _NEW), {"key": _NEW})
    listed = [row for row in rows if row["key"] != _NEW]
    return render_template("numbering.html", rows=listed, new=new, series=all_series(), **shown)


def _refuse_others() -> None:
    require_admin("Нумерацию документов задаёт администратор организации.")
