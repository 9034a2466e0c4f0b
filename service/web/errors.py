"""The one translator of errors into answers: JSON for programs, a page for people.

Everything a caller may see is a Russian text without details of the inside; the cause goes to the log under the
same request id.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError, UnsupportedMediaType

from service.errors import ConfigError, ServiceError
from service.web.current import request_id

log = structlog.get_logger(__name__)

API = "/api/v1/"
RETRY_AFTER_S = {429: "5", 503: "10", 507: "60"}
_TEXTS = {
    400: "Запрос не распознан.",
    401: "Нужен ключ доступа: передайте его в заголовке Authorization: Bearer <ключ>.",
    403: "Доступ запрещён.",
    404: "Не найдено. Проверьте адрес.",
    405: "Этот адрес не принимает такой метод запроса.",
    408: "Запрос не дошёл целиком за отведённое время.",
    412: "У документа уже другая последняя версия, чем названа в If-Match. Прочитайте документ заново.",
    413: "Файл или данные слишком велики. Разделите их на части.",
    414: "Слишком длинный адрес запроса. Сократите параметры, например слова для поиска.",
    415: "Ожидается содержимое application/json в кодировке UTF-8, без сжатия.",
    416: "Такого отрезка в файле нет. Укажите в заголовке Range один отрезок внутри файла.",
    429: "Слишком много попыток. Повторите позже.",
    500: "Внутренняя ошибка. Сообщите администратору номер запроса.",
}
_CODES = {404: "not_found", 413: "too_large", 500: "internal"}


@dataclass(frozen=True)
class Failure:
    """An error as the sender sees it."""

    status: int
    code: str
    text: str
    messages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def more(self) -> list[str]:
        """What the messages say beyond the text."""
        return [one for texts in self.messages.values() for one in texts if one != self.text]


class UnsupportedBody(UnsupportedMediaType):
    """A body of another type than this operation takes; its description says in Russian which it takes."""


def install(app: Flask) -> None:
    """Let every error of the application be answered here."""
    app.register_error_handler(ServiceError, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> Response:
    """Return the answer to an error, in the language of the caller: JSON under /api/v1, else a page."""
    failure = describe(error)
    note(error)
    response = _json(failure) if request.path.startswith(API) else _page(failure, error)
    response.status_code = failure.status
    response.headers.update(failure.headers)
    return response


def note(error: Exception) -> None:
    """Write a failure of ours to the log, with its cause; mistakes of the sender are no news."""
    failure = describe(error)
    if failure.status >= 500:
        level = logging.WARNING if isinstance(error, ServiceError) else logging.ERROR
        log.log(
            level,
            "request_failed",
            request_id=request_id(),
            method=request.method,
            endpoint=request.endpoint,
            status=failure.status,
            code=failure.code,
            exc_info=error,
        )


def describe(error: Exception) -> Failure:
    """Return what may be said of an error."""
    if isinstance(error, ServiceError) and not isinstance(error, ConfigError):
        headers = {"Retry-After": RETRY_AFTER_S[error.status]} if error.status in RETRY_AFTER_S else {}
        return Failure(error.status, error.code, str(error), error.messages, headers)
    if isinstance(error, CSRFError):
        text = "Страница устарела или открыта из другого места. Откройте её заново и повторите действие."
        return Failure(403, "forbidden", text)
    if isinstance(error, HTTPException) and error.code:
        return _describe_http(error, error.code)
    return Failure(500, "internal", _TEXTS[500])


def _describe_http(error: HTTPException, status: int) -> Failure:
    text = _text_of(error, status)
    kept = {"Allow", "WWW-Authenticate", "Location", "Retry-After", "Content-Range"}
    headers = {name: value for name, value in error.get_headers() if name in kept}
    if isinstance(error, RateLimitExceeded):
        headers["Retry-After"] = str(error.limit.limit.get_expiry())
    elif status in RETRY_AFTER_S:
        headers.setdefault("Retry-After", RETRY_AFTER_S[status])
    code = _CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    return Failure(status, code, text, {}, headers)


def _text_of(error: HTTPException, status: int) -> str:
    if isinstance(error, UnsupportedBody):
        return str(error.description)
    if isinstance(error, RequestEntityTooLarge) and request.max_content_length:
        most = _amount(request.max_content_length)
        return f"Файл или данные слишком велики: допустимо не более {most}. Разделите их на части."
    if isinstance(error, RateLimitExceeded):
        minutes = -(-error.limit.limit.get_expiry() // 60)
        return f"Слишком много попыток. Повторите не раньше чем через {minutes}\N{NO-BREAK SPACE}мин."
    return _TEXTS.get(status, _TEXTS[500] if status >= 500 else _TEXTS[400])


def _amount(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{size_bytes // 1_000}\N{NO-BREAK SPACE}КБ"
    return f"{size_bytes // 1_000_000}\N{NO-BREAK SPACE}МБ"


def _json(failure: Failure) -> Response:
    return jsonify(
        {
            "ok": False,
            "code": failure.code,
            "error": failure.text,
            "messages": failure.messages,
            "status": failure.status,
            "request_id": request_id(),
        }
    )


def _page(failure: Failure, error: Exception) -> Response:
    # Without a trusted host no address can be built, and a page is full of addresses.
    if isinstance(error, SecurityError):
        return make_response((failure.text, {"Content-Type": "text/plain; charset=utf-8"}))
    return make_response(render_template("error.html", failure=failure, request_id=request_id()))


__all__ = ["API", "Failure", "UnsupportedBody", "answer", "describe", "install", "note"]
