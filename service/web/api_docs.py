"""The description of the interface for programs as a page, drawn from its OpenAPI; needs no script and no CDN."""

from __future__ import annotations

from typing import cast

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

pages = Blueprint("docs", __name__)


@pages.get("/api/docs")
def show() -> ResponseReturnValue:
    """Every operation with its parameters, body and answers."""
    return render_template("api_docs.html", spec=cast(APIFlask, current_app).spec)
