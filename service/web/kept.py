"""A form that comes after its session has ended is not lost: it waits for its owner to sign in again.

Whose it is says a signed mark in the form itself: the cookie may be gone by then. The mark opens nothing; all it is
good for is to leave a form for that person, who sees it, checks it and sends it again.
"""

from __future__ import annotations

from flask import Flask, current_app, flash, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.errors import ServiceError
from service.web import errors
from service.web.current import actor, parts

OWNED = frozenset({"papers.new", "papers.new_version"})
_MARK = "_owner"
_MARK_AGE_S = 7 * 24 * 3600
_NOT_KEPT = {_MARK, "_do", "_kept", "_override", "csrf_token"}


def install(app: Flask) -> None:
    """Give forms their mark, and let a form with the token of an older session come back to its owner."""
    app.jinja_env.globals["owner_mark"] = lambda: _serializer().dumps(actor().id)
    app.register_error_handler(CSRFError, _answer_old_page)


def keep_sent_form(*, only_of: str = "") -> str | None:
    """Keep the form of this request for its owner; return the address at which it comes back, None if it cannot.

    Args:
        only_of: the account that is signed in; a form of somebody else is not kept then.
    """
    owner = _owner()
    if request.method != "POST" or request.endpoint not in OWNED or not owner or only_of not in {"", owner}:
        return None
    controls = [(name, text) for name, text in request.form.items(multi=True) if name not in _NOT_KEPT]
    try:
        parts().accounts.get_actor(owner)
        kept = parts().accounts.kept_forms.keep(owner, request.path, controls)
    except ServiceError as error:
        errors.note(error)
        return None
    return f"{request.path}?kept=1" if kept else None


def kept_controls() -> list[tuple[str, str]] | None:
    """Return the form that was kept for the visitor and this page, if it is asked for."""
    if not request.args.get("kept"):
        return None
    return parts().accounts.kept_forms.find(actor().id, request.path)


def forget_when_sent() -> None:
    """Forget the kept form once it is sent again."""
    if request.form.get("_kept"):
        parts().accounts.kept_forms.forget(actor().id)


def _answer_old_page(error: CSRFError) -> ResponseReturnValue:
    address = keep_sent_form(only_of=g.actor.id) if "actor" in g else None
    if address is None:
        return errors.answer(error)
    flash("Страница была открыта до нового входа. Проверьте заполненное и отправьте ещё раз.", "warn")
    if "HX-Request" in request.headers:
        return make_response("", 200, {"HX-Redirect": address})
    return redirect(address, code=303)


def _owner() -> str:
    try:
        owner = _serializer().loads(request.form.get(_MARK, ""), max_age=_MARK_AGE_S)
    except BadSignature:
        return ""
    return owner if isinstance(owner, str) else ""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="owner of a form")
