"""Whether the process lives, whether it can make and keep a paper now, and how much waits to be made."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Callable

import structlog
from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from service import metrics
from service.errors import NotFound, ServiceError
from service.web.current import parts

METRICS_KEY = "METRICS_KEY"

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
        jsonify({"ok": ok, "checks": checks, "converter": converter.detail, "queue": _queue()}),
        200 if ok else 503,
        {} if ok else {"Retry-After": "10"},
    )


@pages.get("/metrics")
def measured() -> ResponseReturnValue:
    """What Prometheus asks for, with its key; without a key in the settings there is no such page."""
    wanted: bytes = current_app.config[METRICS_KEY]
    if not wanted:
        raise NotFound("Не найдено. Проверьте адрес.")
    given = request.authorization
    shown = given.token if given is not None and given.type == "bearer" else None
    if not hmac.compare_digest((shown or "").encode(), wanted):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "metrics"}))
    return Response(metrics.exposition(_gauges()), content_type=metrics.MEDIA_TYPE)


def _gauges() -> list[metrics.Gauge]:
    offices = parts().press.converter.ready().offices
    gauges = [metrics.Gauge("web_offices", "Offices of the web process that are up.", {"": offices})]
    queue = _queue()
    if queue is None:
        return gauges
    states = {state: queue[state] for state in ("waiting", "paused", "running")}
    ages = {"any": queue["oldest_s"], "single": queue["oldest_single_s"]}
    return [
        *gauges,
        metrics.Gauge("queue_papers", "Papers of the queue, by state.", states, "state"),
        metrics.Gauge("queue_oldest_seconds", "Age of the oldest paper that waits.", ages, "ordered"),
        metrics.Gauge("workers", "Workers that have signed on, on all hosts.", {"": queue["workers"]}),
    ]


def _queue() -> dict[str, float] | None:
    """Return the depth of the queue; None when the database does not tell."""
    try:
        return dataclasses.asdict(parts().work.depth())
    except ServiceError as error:
        log.warning("queue_unknown", exc_info=error)
        return None


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except ServiceError as error:
        log.warning("not_ready", exc_info=error)
        return False
    return True
