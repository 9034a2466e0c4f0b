"""The printed runs of a paragraph: text, breaks, fields and references, without what is deleted or hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from service.layout_rules.effective import Formats
from service.layout_rules.paper import Run
from service.layout_rules.shapes import CellLook
from service.layout_rules.values import W, attribute

_R, _FIELD = f"{W}r", f"{W}fldSimple"
# Deleted and moved text, drawings and their fallbacks are not entered.
_PASSED_THROUGH = {
    f"{W}{name}"
    for name in ("hyperlink", "ins", "smartTag", "sdt", "sdtContent", "customXml", "moveTo", "fldSimple")
}
_SIGNS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
_T, _BREAK, _NOTE = f"{W}t", f"{W}br", f"{W}footnoteReference"
_FIELD_SIGN, _INSTRUCTION, _PROPERTIES = f"{W}fldChar", f"{W}instrText", f"{W}rPr"


def plain_runs(
    sources: Iterable[tuple[str, str]], style_id: str, look: CellLook | None, formats: Formats
) -> tuple[Run, ...]:
    """Return the printed runs of a plain paragraph, given as (w:rPr, text)."""
    return tuple(
        [
            Run(text.upper() if shape.caps else text, shape)
            for properties, text in sources
            if not (shape := formats.plain_run(style_id, properties, look)).hidden
        ]
    )


def read_runs(
    paragraph: etree._Element, style_id: str, look: CellLook | None, formats: Formats
) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    r"""Return the printed runs and the ids of the footnotes they refer to; a page break is \f."""
    runs: list[Run] = []
    notes: list[str] = []
    open_fields: list[str] = []
    for element, simple in _run_elements(paragraph, ""):
        text = ""
        for child in element:
            tag = child.tag
            if tag == _T:
                text += child.text or ""
            elif tag in _SIGNS:
                text += _SIGNS[tag]
            elif tag == _BREAK:
                text += {"page": "\f", "column": ""}.get(attribute(child, "type"), "\n")
            elif tag == _NOTE:
                notes.append(attribute(child, "id"))
            elif tag == _INSTRUCTION and open_fields:
                open_fields[-1] += child.text or ""
            elif tag == _FIELD_SIGN:
                _follow(open_fields, attribute(child, "fldCharType"))
        name = _name(open_fields[-1]) if open_fields else simple
        if text or name:
            shape = formats.run(style_id, element.find(_PROPERTIES), look)
            if not shape.hidden:
                runs.append(Run(text.upper() if shape.caps else text, shape, name))
    return tuple(runs), tuple(notes)


def _follow(open_fields: list[str], sign: str) -> None:
    if sign == "begin":
        open_fields.append("")
    elif sign == "end" and open_fields:
        open_fields.pop()


def _name(instruction: str) -> str:
    words = instruction.split()
    return words[0].upper() if words else ""


def _run_elements(parent: etree._Element, field: str) -> Iterator[tuple[etree._Element, str]]:
    for child in parent:
        if child.tag == _R:
            yield child, field
        elif child.tag in _PASSED_THROUGH:
            inner = _name(attribute(child, "instr")) if child.tag == _FIELD else field
            yield from _run_elements(child, inner)
