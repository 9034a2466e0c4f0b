"""Whether the process lives, and whether it can make and keep a paper now."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from service.errors import ServiceError
from service.web.current import parts

log = structlog.get_logger(__name__)
pages = Blueprint("health", __name__)


@pages.get("/healthz")
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify({"ok": True})


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database, storage, converter and disk, one by one; 503 when one of them is not ready."""
    converter = parts().press.converter.ready()
    checks = {
        "database": _works(parts().vitals.check_database),
        "storage": _works(lambda: parts().storage.exists("0" * 64)),
        "converter": converter.ok,
        "disk": _works(parts().vitals.check_disk),
    }
    ok = all(checks.values())
    return (
        jsonify({"ok": ok, "checks": checks, "converter": converter.detail}),
        200 if ok else 503,
        {} if ok else {"Retry-After": "10"},
    )


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except ServiceError as error:
        log.warning("not_ready", exc_info=error)
        return False
    return True
