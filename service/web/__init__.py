"""The web part: the HTTP interface for programs and the pages for people.

The only package that knows Flask. A view translates between HTTP and `service.pipeline` or `service.archive`;
it holds no SQL, opens no .docx and decides no error status (`service.web.errors` does).
"""

from __future__ import annotations
