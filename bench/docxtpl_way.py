"""docxtpl itself with the same template, language and typography: what our filling is measured and tested against.

A template with tags of our own is given to docxtpl with these tags already moved to their attributes, so that it
prints the same document; the moving is not counted.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate

from service.filling.document import read_parts, write_parts
from service.filling.environment import template_environment
from service.filling.lookup import DataFirstCode
from service.filling.tags import footnote_loops, moved, patched_by_docxtpl

_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_OWN = re.compile(rb"\{%\s*(?:grid|width|span|merge|landscape|footnote)\b")


def for_docxtpl(docx: bytes) -> bytes:
    """Return a template that docxtpl can fill: the tags it does not know are moved to their attributes."""
    parts = read_parts(docx)
    if not any(_OWN.search(data) for name, data in parts.items() if name.endswith(".xml")):
        return docx
    loops = footnote_loops(parts.get("word/footnotes.xml", b"").decode("utf-8-sig"))
    for name in ("word/document.xml", "word/footnotes.xml"):
        if name in parts:
            source = moved(patched_by_docxtpl(parts[name].decode("utf-8-sig")), footnotes=loops)
            parts[name] = _TAG.sub(_as_xml, source).encode()
    return write_parts(parts)


def fill_with_docxtpl(docx: bytes, context: Mapping[str, Any]) -> bytes:
    """Return the document as docxtpl's documentation says to make it, with our language and typography."""
    environment = template_environment()
    environment.code_generator_class = DataFirstCode  # prints values where they stand, and no marks
    template = DocxTemplate(io.BytesIO(docx))
    template.render(context, jinja_env=environment, autoescape=True)
    saved = io.BytesIO()
    template.save(saved)
    return saved.getvalue()


def _as_xml(tag: re.Match[str]) -> str:
    """Return a tag that may stand in an attribute; docxtpl undoes the escaping."""
    return html.escape(tag[0].replace('"', "'"), quote=False)
