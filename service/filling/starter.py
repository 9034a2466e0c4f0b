"""A starting template for a new kind: every field of its schema, in the styles of an existing template.

It fills and prints everything at once; a person then moves and rewords it in Word or Writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from marshmallow import Schema, fields

from forms import FormKind
from forms._fields import Amount, Choice, DocDate, LongText, Term, Yes
from service.errors import TemplateError
from service.filling.canonical import clean_docx
from service.filling.document import read_parts, write_parts

_BODY = "word/document.xml"
_SECTION = re.compile(r"<w:sectPr(?:(?!<w:sectPr).)*</w:sectPr>(?=</w:body>)", re.DOTALL)
_FORMATS = {DocDate: "|date_digits", Amount: "|number", Term: "|term"}


def starter_template(base: bytes, kind: FormKind) -> bytes:
    """Return a .docx that prints every field of a kind.

    Args:
        base: the template whose styles, headers and sheet are taken.
        kind: the kind whose fields are printed.

    Raises:
        TemplateError: the base has no body to replace.
    """
    parts = read_parts(base)
    document = parts.get(_BODY, b"").decode()
    section = _SECTION.search(document)
    if section is None:
        raise TemplateError("В образце стилей нет текста с параметрами страницы.")
    head = document[: document.index("<w:body>") + len("<w:body>")]
    lines = [("DocKind", kind.title.upper()), *_fields(kind.schema(), "")]
    body = "".join(_paragraph(style, text) for style, text in lines)
    parts[_BODY] = f"{head}{body}{section[0]}</w:body></w:document>".encode()
    return clean_docx(write_parts(parts))


def _fields(schema: Schema, prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in schema.fields.items():
        if field.metadata.get("printed", True):
            yield from _field(field, f"{prefix}{name}", field.metadata["label"])


def _field(field: fields.Field, path: str, label: str) -> Iterator[tuple[str, str]]:  # type: ignore[type-arg]
    yield "Normal", f"{{%p if {path} %}}"
    if isinstance(field, fields.Nested):
        yield "Sub2", label
        yield from _fields(field.schema, f"{path}.")
    elif isinstance(field, fields.List):
        yield "Sub2", label
        item = f"{path.replace('.', '_')}_item"
        yield "Normal", f"{{%p for {item} in {path} %}}"
        if isinstance(field.inner, fields.Nested):
            yield from _fields(field.inner.schema, f"{item}.")
        else:
            yield "Item", f"{{{{ {item} }}}}"
        yield "Normal", "{%p endfor %}"
    elif isinstance(field, Yes):
        yield "Text", f"{label}: да"
    elif isinstance(field, LongText):
        yield "Text", f"{label}:"
        yield "Normal", f"{{%p for line in {path}|lines %}}"
        yield "Text", "{{ line }}"
        yield "Normal", "{%p endfor %}"
    elif isinstance(field, Choice):
        for value, text in field.options.items():
            if value:
                yield "Normal", f'{{%p if {path} == "{value}" %}}'
                yield "Text", f"{label}: {text}"
                yield "Normal", "{%p endif %}"
    else:
        formatted = next((text for cls, text in _FORMATS.items() if isinstance(field, cls)), "")
        yield "Text", f"{label}: {{{{ {path}{formatted} }}}}"
    yield "Normal", "{%p endif %}"


def _paragraph(style: str, text: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
