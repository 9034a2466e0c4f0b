"""Compiled templates: parsed, patched and compiled once; a document costs rendering and zipping.

The body is docxtpl's own patching with the tags of `service.filling.tags` and our environment.
"""

from __future__ import annotations

import hashlib
import html
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Template
from jinja2.exceptions import TemplateError as JinjaError

from service.errors import TemplateError
from service.filling import compare
from service.filling.document import PackageWriter
from service.filling.environment import template_environment
from service.filling.fonts import asked_fonts
from service.filling.guard import guarded, template_parts
from service.filling.lookup import with_list_loops
from service.filling.marks import MARK, rendered
from service.filling.tags import FootnoteLoops, footnote_loops, patched

FOOTNOTES = "word/footnotes.xml"
_CORE = "docProps/core.xml"


class CompiledTemplate:
    """One version of a template, ready to fill; safe to share between threads.

    Args:
        docx: the bytes of the template.
        name: how messages call it.

    Attributes:
        sha256: of the template.
        fonts: that its text is set in; data cannot bring others.

    Raises:
        TemplateError: it is not a .docx, or a tag is broken; the text names the part.
    """

    def __init__(self, docx: bytes, *, name: str) -> None:
        self.name = name
        self.docx = docx
        self.sha256 = hashlib.sha256(docx).hexdigest()
        parts = template_parts(docx)
        self.fonts = asked_fonts(parts)
        loops = footnote_loops(_text(parts.get(FOOTNOTES, b"")))
        self._templates = {
            part: (self._compile(part, _text(data), loops), compare.PartText())
            for part, data in parts.items()
            if may_hold_tags(part) and _has_tags(data)
        }
        static = {part: data for part, data in parts.items() if part not in self._templates and part != _CORE}
        self._writer = PackageWriter(static)

    def fill(self, context: Mapping[str, Any], *, title: str) -> bytes:
        """Return the filled .docx.

        Args:
            context: what the tags may print: form data and derived values.
            title: the document's title property.

        Raises:
            TemplateError: a tag asks for what is not there, or the printed text differs from the data.
        """
        parts = {part: self._fill_part(part, context) for part in self._templates}
        parts[_CORE] = _core_properties(title)
        return self._writer.write(parts)

    def _compile(self, part: str, xml: str, loops: FootnoteLoops) -> Template:
        if MARK in xml:
            raise TemplateError(
                f"Шаблон «{self.name}», {part}: в тексте есть служебный знак U+E000. Удалите его."
            )
        try:
            environment = template_environment()
            # What a part prints are marks, which need no escaping; `compare` escapes the values.
            environment.autoescape = False
            source = patched(xml, footnotes=loops)
            guarded(part, xml, source)
            return with_list_loops(environment.from_string(source), source_uses=source)
        except (JinjaError, TemplateError) as error:
            messages = error.messages if isinstance(error, TemplateError) else None
            raise TemplateError(f"Шаблон «{self.name}», {part}: {error}", messages=messages) from error

    def _fill_part(self, part: str, context: Mapping[str, Any]) -> bytes:
        template, part_text = self._templates[part]
        try:
            pieces, values = rendered(template, context)
            xml, expected = part_text.put_in(pieces, values)
        except (JinjaError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateError(f"Шаблон «{self.name}», {part}: {error}") from error
        compare.require_equal(expected, compare.printed_text(xml), part=part)
        return xml


class TemplateCache:
    """The templates of a folder, compiled when first asked for and again when their file changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._compiled: dict[str, tuple[tuple[int, int], CompiledTemplate]] = {}

    def get(self, kind: str) -> CompiledTemplate:
        """Return the compiled template of a kind.

        Raises:
            TemplateError: there is none, or it is broken.
        """
        path = self._folder / f"{kind}.docx"
        try:
            state = path.stat()
        except FileNotFoundError as error:
            raise TemplateError(f"Нет шаблона {path.name} для вида документа «{kind}».") from error
        stamp = (state.st_mtime_ns, state.st_size)
        with self._lock:
            known = self._compiled.get(kind)
            if known is None or known[0] != stamp:
                known = (stamp, CompiledTemplate(path.read_bytes(), name=kind))
                self._compiled[kind] = known
            return known[1]


def may_hold_tags(part: str) -> bool:
    """Return whether a part is searched for tags."""
    return part.startswith("word/") and part.endswith(".xml") and "/theme/" not in part


def _has_tags(data: bytes) -> bool:
    return b"{{" in data or b"{%" in data or b"{#" in data or b"{<" in data


def _text(data: bytes) -> str:
    """Return a part as text; space around the root element is no text of the document."""
    return re.sub(r"\?>\s+<", "?><", data.decode("utf-8-sig").strip(), count=1)


def _core_properties(title: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{html.escape(title, quote=False)}</dc:title><dc:language>ru-RU</dc:language>"
        "</cp:coreProperties>"
    ).encode()
