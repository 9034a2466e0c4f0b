"""Who may come in: sessions for people, tokens for programs, and a door that is shut unless it is listed.

Everything asks `guard` first. Only the endpoints of PUBLIC answer to anybody; /api/v1 answers to a token and never
to a session cookie, every other page to a session and never to a token.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden as ForeignOrigin
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from service.accounts.sessions import SESSION_LENGTH
from service.documents import Actor
from service.errors import Forbidden, NotFound, StorageError
from service.web.current import parts
from service.web.errors import API, note
from service.web.kept import keep_sent_form
from service.web.parameters import refuse_unknown

PUBLIC = frozenset({"static", "auth.sign_in", "health.live", "health.ready", "health.measured"})
PER_ACCOUNT = "10 per 10 minutes"
PER_ADDRESS = "60 per 10 minutes"
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ENDED_HERE_ONLY = (
    "Вы вышли на этом устройстве. Завершить сеанс на сервере не удалось: хранилище недоступно. "
    "Если страницу мог скопировать кто-то другой, смените пароль."
)

pages = Blueprint("auth", __name__)


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """An actor in the words of Flask-Login; its id is that of the session."""

    def __init__(self, session_id: str, actor: Actor) -> None:
        self.id = session_id
        self.actor = actor


def install(app: Flask) -> CSRFProtect:
    """Put the guard before everything; return the CSRF protection for those who must be exempt."""
    app.before_request(guard)
    login = LoginManager(app)
    login.session_protection = None  # people on phones change their address in the middle of a form
    login.user_loader(_signed_in)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.register_blueprint(pages)
    view: Callable[..., Any] = app.view_functions["auth.sign_in"]
    for limit, key in ((PER_ACCOUNT, _attempted_login), (PER_ADDRESS, get_remote_address)):
        view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_was_refused)(view)
    app.view_functions["auth.sign_in"] = view
    return CSRFProtect(app)


def guard() -> ResponseReturnValue | None:
    """Refuse whoever is not known; leave the actor in `g` for the views."""
    if request.endpoint is None:
        return None
    if request.path.startswith(API):
        g.actor = _bearer()
        refuse_unknown()
        return None
    _refuse_foreign_origin()
    if request.endpoint != "static" and current_user.is_authenticated:
        g.actor = current_user.actor
        session.modified = True  # its time begins anew; a session that is over gets no new cookie
        return None
    return None if request.endpoint in PUBLIC else _to_sign_in()


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """The page to sign in; a good login opens a new session."""
    target = _safe_target(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(target) if "actor" in g else render_template("sign_in.html", target=target)
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        known = parts().accounts.sign_in(login, password)
    except Forbidden as error:
        page = render_template("sign_in.html", target=target, login=login, error=str(error))
        return page, error.status
    open_session(known)
    return redirect(target, code=303)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and for every copy of its cookie."""
    ended = _end_session()
    logout_user()
    session.clear()
    flash("Вы вышли из системы.") if ended else flash(_ENDED_HERE_ONLY, "bad")
    return redirect(url_for("auth.sign_in"), code=303)


def open_session(actor: Actor) -> None:
    """Begin a new session: the one before ends, nothing of it is kept, its CSRF token neither."""
    _end_session()
    session.clear()
    session.permanent = True
    session["id"] = secrets.token_hex(16)
    login_user(SignedIn(parts().accounts.sessions.begin(actor.id), actor))
    g.actor = actor


def _end_session() -> bool:
    """End the session of this request, if there is one; False when that could not be written down."""
    try:
        if current_user.is_authenticated:
            parts().accounts.sessions.end(current_user.get_id())
    except StorageError as error:
        # Coming in and going out are possible while nothing can be written.
        note(error)
        return False
    return True


def _signed_in(session_id: str) -> SignedIn | None:
    try:
        return SignedIn(session_id, parts().accounts.sessions.actor_of(session_id))
    except NotFound:
        # A page to sign in would give the cookie of a session that is over new time.
        session.clear()
        return None


def _bearer() -> Actor:
    given = request.authorization
    try:
        if given is not None and given.type == "bearer" and given.token:
            return parts().accounts.actor_of_token(given.token)
    except Forbidden:
        pass
    raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "formulyar"}))


def _refuse_foreign_origin() -> None:
    """Refuse a change asked for by a page of another site, whatever cookies and tokens it has."""
    origin = request.headers.get("Origin")
    if request.method in _CHANGES and origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin


def _to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else keep_sent_form()
    if target and request.method == "POST":
        flash("Сеанс завершён. Войдите, и заполненная форма откроется снова.", "warn")
    address = url_for("auth.sign_in", next=None if target == "/" else target)
    if "HX-Request" in request.headers:
        return make_response("", 200, {"HX-Redirect": address})
    return redirect(address, code=303)


def _safe_target(target: str) -> str:
    """Return an address of our own to go on to, whatever was asked for."""
    parts_of = urlsplit(target) if target.isprintable() and "\\" not in target else urlsplit("")
    own = target.startswith("/") and not target.startswith("//") and not (parts_of.scheme or parts_of.netloc)
    return target if own and parts_of.path else url_for("pages.home")


def _attempted_login() -> str:
    return request.form.get("login", "").strip().casefold()[:200] or "-"


def _was_refused(response: Response) -> bool:
    return response.status_code == Forbidden.status


def session_settings(*, https: bool) -> dict[str, Any]:
    """Return the settings of the session cookie and of CSRF protection."""
    return {
        "SESSION_COOKIE_NAME": "formulyar",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "PERMANENT_SESSION_LIFETIME": SESSION_LENGTH,
        # The guard does it, and for open sessions only.
        "SESSION_REFRESH_EACH_REQUEST": False,
        # As long as the session: filling in a long form takes more than an hour.
        "WTF_CSRF_TIME_LIMIT": None,
    }


__all__ = ["PUBLIC", "guard", "install", "open_session", "pages", "session_settings"]
