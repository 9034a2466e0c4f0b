"""What a view may ask of the running request: the parts of the service, who is asking, the request's id."""

from __future__ import annotations

import re
import secrets
from typing import cast

from flask import current_app, g, request

from service.backends import Backends
from service.documents import Actor
from service.errors import Forbidden
from service.pipeline import Press

EXTENSION = "formulyar"
_ACCEPTABLE_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")


def parts() -> Backends:
    """Return the archive, the accounts and what papers are made with."""
    return cast(Backends, current_app.extensions[EXTENSION])


def press() -> Press:
    """Return what papers of the asking organisation are made with."""
    return parts().press_for(actor().organisation_id)


def actor() -> Actor:
    """Return who is asking; the guard of `service.web.auth` has put it there."""
    return cast(Actor, g.actor)


def require_admin(refusal: str) -> None:
    """Raise Forbidden with this text unless an administrator of the organisation is asking."""
    if not actor().is_admin:
        raise Forbidden(refusal)


def request_id() -> str:
    """Return the id of this request: the caller's X-Request-ID when it is a plain word, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(8)
    return cast(str, g.request_id)
