"""The values of WordprocessingML: names, switches and lengths, as tolerant as Word reads them."""

from __future__ import annotations

import functools
import re

from lxml import etree

from service.errors import TemplateError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_STYLE = f"{W}pStyle"

MM = 1440 / 25.4  # twips in a millimetre
POINT = 20  # twips in a point

_OFF = {"0", "false", "off", "none"}
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi)?")
_UNITS = {"mm": MM, "cm": 10 * MM, "in": 1440.0, "pt": 20.0, "pc": 240.0, "pi": 240.0}
_LONGEST = 10**6  # nothing on a sheet is longer; a damaged number must not grow into a huge one

Raw = dict[str, str]


def parsed(xml: bytes) -> etree._Element:
    """Return the root of a part.

    Raises:
        TemplateError: it is not XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateError("Файл .docx повреждён: в нём ошибка XML.") from error


@functools.lru_cache(maxsize=1024)
def fragment(xml: str) -> etree._Element:
    """Return the root of a piece of a part that uses the prefix w: only.

    Raises:
        TemplateError: it is not XML.
    """
    root = parsed(f'<w:_ xmlns:w="{W[1:-1]}">{xml}</w:_>'.encode())
    return root[0]


def attribute(element: etree._Element | None, name: str) -> str:
    """Return a w: attribute, or an empty text."""
    return "" if element is None else element.get(f"{W}{name}", "")


def child_value(element: etree._Element | None, name: str) -> str:
    """Return w:val of a child, or an empty text."""
    return "" if element is None else attribute(element.find(f"{W}{name}"), "val")


def is_on(text: str | None) -> bool:
    """Say whether a switch is on; absent is off, «1», «true» and «on» are on."""
    return text is not None and text not in _OFF


def has_switch(element: etree._Element | None, name: str) -> bool:
    """Say whether a child stands there and is not switched off."""
    found = None if element is None else element.find(f"{W}{name}")
    return found is not None and is_on(found.get(f"{W}val", "1"))


def whole(text: str | None, default: int = 0) -> int:
    """Return a whole number, or the default where there is none."""
    match = _LENGTH.fullmatch(text or "")
    if match is None:
        return default
    return max(-_LONGEST, min(_LONGEST, round(float(match[1]))))


def twips(text: str | None, default: int = 0) -> int:
    """Return a length in twips; «10mm» and «12pt» are read as well (ISO/IEC 29500-1, 22.9.2.15)."""
    match = _LENGTH.fullmatch(text or "")
    if match is None:
        return default
    length = float(match[1]) * _UNITS[match[2]] if match[2] else float(match[1])
    return max(-_LONGEST, min(_LONGEST, round(length)))


def half_points(text: str | None, default: int) -> int:
    """Return a font size in half-points; «12pt» is read as well."""
    return twips(text, default * 10) // 10 if text and text.endswith("pt") else whole(text, default)


def raw_properties(properties: etree._Element | None) -> Raw:
    """Return pPr or rPr as flat texts: {"ind.firstLine": "709", "b.val": "1", "numId": "1"}."""
    raw: Raw = {}
    for child in () if properties is None else properties:
        if child.tag == _STYLE:
            raw["pStyle.val"] = attribute(child, "val")
            continue
        name = str(child.tag).rpartition("}")[2]
        if name == "numPr":
            for part in ("numId", "ilvl"):
                if value := child_value(child, part):
                    raw[part] = value
        elif name not in ("rPr", "sectPr", "tabs", "pPrChange", "rPrChange", "pBdr"):
            for key, text in child.attrib.items():
                full = f"{name}.{str(key).rpartition('}')[2]}"
                raw[_ALIASES.get(full, full)] = str(text)
            if not child.attrib:
                raw[f"{name}.val"] = "1"
    return raw


# ISO/IEC 29500 strict names beside the transitional ones.
_ALIASES = {"ind.start": "ind.left", "ind.end": "ind.right"}


def merge(base: Raw, over: Raw) -> None:
    """Lay the properties of a higher level over those of a lower one.

    A hanging indent replaces a first-line indent and the reverse; a named font replaces a theme font.
    """
    for winner, loser in _RIVALS:
        if winner in over and loser not in over:
            base.pop(loser, None)
    base.update(over)


_RIVALS = (
    ("ind.hanging", "ind.firstLine"),
    ("ind.firstLine", "ind.hanging"),
    ("rFonts.ascii", "rFonts.asciiTheme"),
    ("rFonts.hAnsi", "rFonts.hAnsiTheme"),
)
