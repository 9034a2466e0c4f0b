"""Severities of rules: the page and the interface for programs, for administrators of an organisation."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms._rules import RULES
from service.errors import ServiceError
from service.rule_choices import CHOICES, DEFAULT
from service.web import rule_schemas as out
from service.web.api import json_body
from service.web.api_schemas import loaded
from service.web.current import actor, parts, require_admin

pages = Blueprint("rules", __name__)
routes = APIBlueprint("api_rules", __name__, url_prefix="/api/v1", tag="Formulyar")

SEVERITY_WORDS = {
    "error": "ошибка",
    "warning": "замечание",
    "info": "к\N{NO-BREAK SPACE}сведению",
    "off": "не проверять",
}
_FIELD = "rule-"


@routes.get("/rules")
@routes.output(out.RulesOut)
@routes.doc(summary="Правила проверки и их строгость")
def rules() -> dict[str, Any]:
    """List the rules with the severities of the organisation; administrators only."""
    _refuse_others()
    return {"items": rule_rows()}


@routes.put("/rules")
@routes.output(out.RulesOut)
@routes.doc(summary="Изменить строгость названных правил; default возвращает исходную")
def change_rules() -> dict[str, Any]:
    """Choose severities of the rules that are named; administrators only."""
    _refuse_others()
    body = loaded(out.RulesRequest, json_body())
    parts().rules.choose(actor(), body["severities"])
    return {"items": rule_rows()}


@pages.get("/rules")
def show() -> ResponseReturnValue:
    """Every rule with the choice of its severity."""
    _refuse_others()
    return _page()


@pages.post("/rules")
def save() -> ResponseReturnValue:
    """Record the choices that differ from those that hold."""
    _refuse_others()
    chosen = {
        name.removeprefix(_FIELD): value for name, value in request.form.items() if name.startswith(_FIELD)
    }
    try:
        made = parts().rules.choose(actor(), chosen)
    except ServiceError as error:
        return _page(problem=str(error), messages=error.messages), error.status
    flash(f"Строгость изменена, правил: {len(made)}." if made else "Ничего не изменено.")
    return redirect(url_for("rules.show"), code=303)


def rule_rows() -> list[dict[str, Any]]:
    """Return every rule with its born severities, the installation's and the organisation's."""
    own, installed = parts().rules.current(actor().organisation_id), parts().press.strictness
    rows = []
    for name, info in RULES.items():
        choice = own.get(name)
        rows.append(
            {
                "rule": name,
                "title": info.title,
                "severities": list(info.severities),
                "installation": installed.get(name),
                "own": choice.severity if choice else None,
                "changed_by": choice.actor_name if choice else None,
                "changed_at": choice.created_at if choice else None,
            }
        )
    return rows


def _page(**shown: Any) -> str:
    return render_template(
        "rules.html", rows=rule_rows(), choices=CHOICES, default=DEFAULT, words=SEVERITY_WORDS, **shown
    )


def _refuse_others() -> None:
    require_admin("Строгость правил меняет администратор организации.")
