"""Security headers of every answer, and smaller pages.

Pages may load only our own files: no inline script or style, no frames, no other site. A download is shown by
nobody: attachment, no sniffing, an empty sandbox.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request
from secure import Secure
from secure.headers import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from service.web.current import request_id
from service.web.errors import API

DOWNLOAD_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# The viewers built into browsers are plug-ins of the page with styles of their own.
PREVIEW_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_COMPRESS_FROM_BYTES = 4_000


def install(app: Flask, *, https: bool) -> None:
    """Give every answer of the application its headers."""
    common = _secure_headers(https=https)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        if request.path.startswith(API):
            response.headers.setdefault("Content-Security-Policy", API_POLICY)
        if request.endpoint == "static" and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = "public, max-age=3600"
        for name, value in common.items():
            response.headers.setdefault(name, value)
        return _compressed(response)


def _secure_headers(*, https: bool) -> dict[str, str]:
    policy = (
        ContentSecurityPolicy()
        .default_src("'self'")
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
    )
    headers = Secure(
        csp=policy,
        cache=CacheControl().no_store(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().geolocation().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
    )
    return dict(headers.headers)


def _compressed(response: Response) -> Response:
    """Compress a page: a form of fifty rows is ten times smaller so.

    Only pages: a secret and a stranger's text never share a page that another site can ask for, because the
    session cookie is SameSite=Lax and no page repeats its query.
    """
    if response.mimetype != "text/html" or response.is_streamed or not request.accept_encodings["gzip"]:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _COMPRESS_FROM_BYTES:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
