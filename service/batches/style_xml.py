"""The styles part of a workbook: copies of a cell's format with another fill, and the way back.

A mark is a solid fill in one of our colours whose second colour, which a solid fill does not show, remembers the fill
that was there. Everything else of the cell's format stays, and a corrected cell gets its own look again.
"""

from __future__ import annotations

import copy

from lxml import etree

from service.office_files.zip_shape import safe_parser

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MARKS = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}


class Styles:
    """The cell formats of one workbook."""

    def __init__(self, xml: bytes) -> None:
        self._root = etree.fromstring(xml, safe_parser())
        self._formats = self._part("cellXfs")
        self._fills = self._part("fills")
        self._made: dict[tuple[int, str], int] = {}

    def xml(self) -> bytes:
        """Return the part with what was added."""
        for part in (self._formats, self._fills):
            part.set("count", str(len(part)))
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def marked(self, style: int, severity: str) -> int:
        """Return the format of a cell with a mark instead of its fill."""
        style = self.unmarked(style)
        if (style, severity) not in self._made:
            fill = self._fill_of(style)
            shown = fill.find(f"{S}patternFill/{S}fgColor") if _is_solid(fill) else None
            self._made[style, severity] = self._with_fill(style, MARKS[severity], shown)
        return self._made[style, severity]

    def unmarked(self, style: int) -> int:
        """Return the format that a marked cell had before; any other format as it is."""
        fill = self._fill_of(style)
        shown = fill.find(f"{S}patternFill/{S}fgColor")
        if not _is_solid(fill) or shown is None or shown.get("rgb") not in MARKS.values():
            return style
        if (style, "") not in self._made:
            before = fill.find(f"{S}patternFill/{S}bgColor")
            known = before is not None and before.get("indexed") != "64"
            self._made[style, ""] = self._restored(style, before if known else None)
        return self._made[style, ""]

    def has_marks(self) -> bool:
        """Say whether any cell may be marked."""
        shown = (fill.find(f"{S}patternFill/{S}fgColor") for fill in self._fills if _is_solid(fill))
        return any(one is not None and one.get("rgb") in MARKS.values() for one in shown)

    def wrapped(self) -> int:
        """Return a plain format whose text runs over several lines."""
        if (0, "wrapped") not in self._made:
            made = etree.SubElement(
                self._formats, f"{S}xf", numFmtId="49", fontId="0", fillId="0", borderId="0"
            )
            made.set("xfId", "0")
            made.set("applyAlignment", "1")
            etree.SubElement(made, f"{S}alignment", wrapText="1", vertical="top")
            self._made[0, "wrapped"] = len(self._formats) - 1
        return self._made[0, "wrapped"]

    def _part(self, name: str) -> etree._Element:
        found = self._root.find(f"{S}{name}")
        if found is None:
            raise ValueError(f"the styles have no {name}")
        return found

    def _fill_of(self, style: int) -> etree._Element:
        number = int(self._formats[style].get("fillId", "0")) if style < len(self._formats) else 0
        return self._fills[number]

    def _with_fill(self, style: int, rgb: str, before: etree._Element | None) -> int:
        fill = etree.SubElement(self._fills, f"{S}fill")
        pattern = etree.SubElement(fill, f"{S}patternFill", patternType="solid")
        etree.SubElement(pattern, f"{S}fgColor", rgb=rgb)
        remembered = (
            {str(name): str(value) for name, value in before.attrib.items()} if before is not None else {}
        )
        etree.SubElement(pattern, f"{S}bgColor", remembered or {"indexed": "64"})
        return self._format(style, len(self._fills) - 1)

    def _restored(self, style: int, before: etree._Element | None) -> int:
        if before is None:
            return self._format(style, 0)
        fill = etree.SubElement(self._fills, f"{S}fill")
        pattern = etree.SubElement(fill, f"{S}patternFill", patternType="solid")
        colour = {str(name): str(value) for name, value in before.attrib.items()}
        etree.SubElement(pattern, f"{S}fgColor", colour)
        etree.SubElement(pattern, f"{S}bgColor", indexed="64")
        return self._format(style, len(self._fills) - 1)

    def _format(self, style: int, fill: int) -> int:
        made = copy.deepcopy(self._formats[style])
        made.set("fillId", str(fill))
        made.set("applyFill", "1")
        self._formats.append(made)
        return len(self._formats) - 1


def _is_solid(fill: etree._Element) -> bool:
    pattern = fill.find(f"{S}patternFill")
    return pattern is not None and pattern.get("patternType") == "solid"
