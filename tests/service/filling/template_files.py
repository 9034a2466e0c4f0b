"""Small templates made for one test: a body in the styles of a real template."""

from __future__ import annotations

from xml.sax.saxutils import escape

from service.filling import CompiledTemplate
from service.filling.document import read_parts, write_parts
from tests.samples import TEMPLATES


def template_of(*paragraphs: str, body: str = "") -> CompiledTemplate:
    """Return a template whose paragraphs are these texts; `body` is raw XML behind them."""
    return CompiledTemplate(docx_of(*paragraphs, body=body), name="test")


def docx_of(*paragraphs: str, body: str = "") -> bytes:
    parts = read_parts((TEMPLATES / "order.docx").read_bytes())
    document = parts["word/document.xml"].decode()
    head = document[: document.index("<w:body>") + len("<w:body>")]
    section = document[document.rindex("<w:sectPr") :]
    text = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in paragraphs
    )
    parts["word/document.xml"] = f"{head}{text}{body}{section}".encode()
    return write_parts(parts)
