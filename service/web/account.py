"""The page of one's own account: password and tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.errors import InputError, ServiceError
from service.web.auth import open_session
from service.web.current import actor, parts

pages = Blueprint("account", __name__)


@pages.get("/account")
def show() -> ResponseReturnValue:
    """Who is signed in, the form for a new password, the tokens."""
    return _page()


@pages.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Replace the password; every other session of the account ends."""
    old, new = request.form.get("old_password", ""), request.form.get("new_password", "")
    try:
        if new != request.form.get("repeated_password", ""):
            raise InputError("Новый пароль и его повтор не совпадают.")
        parts().accounts.change_password(actor().id, old_password=old, new_password=new)
    except ServiceError as error:
        return _page(password_error=str(error)), error.status
    open_session(actor())
    flash("Пароль изменён. Остальные сеансы завершены.")
    return redirect(url_for("account.show"), code=303)


@pages.post("/account/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token; its text is on this answer and nowhere else, hence no redirect."""
    name, days = request.form.get("name", ""), request.form.get("days", "")
    try:
        whole_days = int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0
        text, _ = parts().accounts.create_token(actor(), name, whole_days)
    except ServiceError as error:
        return _page(token_error=str(error)), error.status
    return _page(new_token=text)


@pages.post("/account/tokens/<id:token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """End a token at once."""
    parts().accounts.revoke_token(actor(), token_id)
    flash("Ключ отозван.")
    return redirect(url_for("account.show"), code=303)


def _page(**shown: Any) -> str:
    return render_template("account.html", tokens=parts().accounts.list_tokens(actor()), **shown)
