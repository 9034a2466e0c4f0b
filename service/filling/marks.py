"""Marks: what a template prints in place of a value until the values are put in.

Owns how a compiled template prints: the values go into a list in the order of their printing, and what it yields are
its own constants with a sign where each value stands. A value itself is never scanned for signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import Frame
from jinja2.runtime import Context

from service.filling.lookup import DataFirstCode
from service.filling.printed import Printed

# A private-use character: no template may hold it, see `CompiledTemplate`.
MARK = "\ue000"


class PrintingContext(Context):
    """The context of one rendering, with what it has printed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.printed: list[Printed] = []


class MarkingCode(DataFirstCode):
    """Writes the Python code of a template that prints marks.

    One piece for each run of constants and values: Jinja's own code yields every constant and every value by itself,
    which is most of the time of a long table.
    """

    def write_commons(self) -> None:
        """Write the beginning of a rendering: what every printed value asks for becomes a local name."""
        super().write_commons()
        self.writeline("keep = context.printed.append")
        self.writeline("texts, numbers = environment.texts, environment.numbers")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write a run of constants and values: the values are kept, the piece is yielded with their marks."""
        if frame.buffer is not None or frame.require_output_check:
            self.fail("a template prints into the document and nowhere else", node.lineno)
        piece = ""
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                piece += child.data
                continue
            self.writeline("keep(texts[_value] if (_class := (_value := ", child)
            self.visit(child, frame)
            self.write(").__class__) is str else numbers[_value] if _class is int ")
            self.write("else environment.printed_of(_value))")
            piece += MARK
        self.writeline(f"yield {piece!r}", node)


def rendered(template: Template, data: Mapping[str, Any]) -> tuple[Iterable[str], list[Printed]]:
    """Return the pieces of a template with marks for values, and the list that fills with the values meanwhile."""
    context = template.new_context(dict(data))
    if not isinstance(context, PrintingContext):
        raise TypeError("the environment of this template prints no marks")
    # What `generate` does, without its second generator around every piece.
    return template.root_render_func(context), context.printed
