"""The Flask application, put together: settings and parts in, `create_app` out; no logic of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from apiflask import APIFlask
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from service import __version__
from service.backends import Backends
from service.config import Settings
from service.errors import ConfigError
from service.web import (
    account,
    api_docs,
    api_templates,
    auth,
    batches,
    bundles,
    comparing,
    downloads,
    errors,
    headers,
    health,
    journal_api,
    journal_pages,
    kept,
    numbering,
    openapi,
    pages,
    papers,
    rules,
)
from service.web.current import EXTENSION

KEY_BYTES = 32
# One field is one part: a roadmap of 300 rows has about 10,000.
MAX_FORM_PARTS = 20_000
# A token on every call: cookies count for nothing there, so CSRF does not either.
INTERFACES = (journal_api.routes, rules.routes, numbering.routes, api_templates.routes)
PAGES = (
    health.pages,
    api_docs.pages,
    pages.pages,
    papers.pages,
    downloads.pages,
    bundles.pages,
    batches.pages,
    comparing.pages,
    journal_pages.pages,
    account.pages,
    rules.pages,
    numbering.pages,
    api_templates.pages,
)


class IdConverter(BaseConverter):
    """An id in an address: what cannot be one does not reach the archive."""

    regex = "[0-9A-Za-z]{1,64}"


def create_app(settings: Settings, backends: Backends) -> Flask:
    """Return the application that serves pages and the interface for programs.

    Raises:
        ConfigError: the key of the sessions cannot be read, made or is too short.
    """
    app = APIFlask(
        "service.web",
        title="Формуляр",
        version=__version__,
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
    )
    app.config.update(_flask_settings(settings))
    app.extensions[EXTENSION] = backends
    app.json = _RussianJson(app)
    app.url_map.converters["id"] = IdConverter
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]  # as its documentation says
    headers.install(app, https=settings.secure_cookies)
    errors.install(app)
    csrf = auth.install(app)
    for interface in INTERFACES:
        csrf.exempt(interface)
        app.register_blueprint(interface)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    openapi.install(app)
    pages.install(app)
    kept.install(app)
    return app


class _RussianJson(DefaultJSONProvider):
    """JSON as people read it: Russian letters as they are, fields in the order they were given."""

    ensure_ascii = False
    sort_keys = False


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": secret_key(settings.secret_key_file),
        health.METRICS_KEY: metrics_key(settings.metrics_key_file),
        "MAX_CONTENT_LENGTH": settings.body_limit_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.body_limit_bytes,
        "MAX_FORM_PARTS": MAX_FORM_PARTS,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        **auth.session_settings(https=settings.secure_cookies),
        **openapi.SETTINGS,
    }


def secret_key(path: Path) -> bytes:
    """Return the key that signs sessions; make it at the first start, readable by its owner only.

    Raises:
        ConfigError: the file cannot be read or made, or its key is short.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes().strip()
        else:
            key = secrets.token_hex(KEY_BYTES).encode("ascii")
            with os.fdopen(handle, "wb") as stream:
                stream.write(key)
    except OSError as error:
        raise ConfigError(
            f"Настройка SECRET_KEY_FILE: файл {path} не читается и не создаётся: {error}."
        ) from error
    if len(key) < KEY_BYTES:
        raise ConfigError(
            f"Настройка SECRET_KEY_FILE: ключ в файле {path} короче {KEY_BYTES} байт. "
            "Удалите файл, и при следующем запуске будет создан новый ключ."
        )
    return key


def metrics_key(path: Path | None) -> bytes:
    """Return the key with which /metrics may be read; empty when nobody may.

    Raises:
        ConfigError: the file cannot be read, or its key is short.
    """
    if path is None:
        return b""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"Настройка METRICS_KEY_FILE: файл {path} не читается: {error}.") from error
    if len(key) < KEY_BYTES:
        raise ConfigError(f"Настройка METRICS_KEY_FILE: ключ в файле {path} короче {KEY_BYTES} знаков.")
    return key
