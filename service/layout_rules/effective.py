"""Effective formatting: what a paragraph, a run or a table really looks like on paper.

The order of levels is that of ISO/IEC 29500-1, 17.7.2: document defaults, table style with its conditional parts,
numbering, paragraph style chain, character style chain, direct formatting. Two of Word's habits that the standard
leaves open are followed: a list's indent yields to the indent of the level that names the list, and switches such
as bold toggle between style levels (17.7.3). Nothing here knows of standards for papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from service.layout_rules.numbering import Numbering
from service.layout_rules.shapes import CellLook, ParagraphFormat, RunFormat, paragraph_format, run_format
from service.layout_rules.values import (
    Raw,
    W,
    attribute,
    child_value,
    fragment,
    is_on,
    merge,
    raw_properties,
    whole,
)

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_REMEMBERED = 4096  # different formats of one set of styles; a hostile file must not fill the memory
# The lower ones first, ISO/IEC 29500-1, 17.7.6.
_CONDITIONS = (
    "wholeTable", "band1Vert", "band2Vert", "band1Horz", "band2Horz", "firstCol", "lastCol", "firstRow",
    "lastRow", "neCell", "nwCell", "seCell", "swCell",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    style_id: str
    kind: str
    name: str
    parent: str
    paragraph: Raw
    run: Raw
    table: etree._Element | None
    conditional: Mapping[str, tuple[Raw, Raw]] = field(default_factory=dict)


class Formats:
    """Resolves formatting; every distinct question is answered once.

    Args:
        styles: word/styles.xml, or None.
        theme: word/theme/theme1.xml, or None: the fonts that styles name by role.
    """

    def __init__(
        self, styles: etree._Element | None, numbering: Numbering, theme: etree._Element | None
    ) -> None:
        self._numbering = numbering
        self._theme = _theme_fonts(theme)
        self._styles: dict[str, _Style] = {}
        self._defaults: dict[str, str] = {}
        self._chains: dict[tuple[str, str], tuple[_Style, ...]] = {}
        self._paragraphs: dict[tuple[str, CellLook | None, tuple[tuple[str, str], ...]], ParagraphFormat] = {}
        self._runs: dict[tuple[str, CellLook | None, tuple[tuple[str, str], ...]], RunFormat] = {}
        self._plain: dict[tuple[str, str, CellLook | None], ParagraphFormat | RunFormat] = {}
        defaults = None if styles is None else styles.find(f"{W}docDefaults")
        self._paragraph_defaults = _default(defaults, "pPr")
        self._run_defaults = _default(defaults, "rPr")
        for item in () if styles is None else styles.iterfind(f"{W}style"):
            style = _read_style(item)
            self._styles[style.style_id] = style
            if is_on(item.get(f"{W}default")):
                self._defaults[style.kind] = style.style_id

    def chain(self, style_id: str, kind: str) -> tuple[_Style, ...]:
        """Return a style and what it is based on, the base first; an unknown style is the default one."""
        key = (style_id, kind)
        if key not in self._chains:
            found: list[_Style] = []
            style = self._styles.get(style_id)
            if style is None or style.kind != kind:
                style = self._styles.get(self._defaults.get(kind, ""))
            while style is not None and style not in found and style.kind == kind:
                found.append(style)
                style = self._styles.get(style.parent)
            self._chains[key] = tuple(reversed(found))
        return self._chains[key]

    def paragraph(self, properties: etree._Element | None, look: CellLook | None) -> ParagraphFormat:
        """Return how a paragraph looks; `look` is its cell, if it stands in a table."""
        direct = raw_properties(properties)
        style_id = direct.pop("pStyle.val", "")
        key = (style_id, look, tuple(direct.items()))
        found = self._paragraphs.get(key)
        if found is None:
            if len(self._paragraphs) >= _MOST_REMEMBERED:
                self._paragraphs.clear()
            found = self._paragraphs[key] = self._resolved_paragraph(style_id, look, direct)
        return found

    def run(self, style_id: str, properties: etree._Element | None, look: CellLook | None) -> RunFormat:
        """Return how a run looks in a paragraph of a style."""
        direct = {} if properties is None else raw_properties(properties)
        key = (style_id, look, tuple(direct.items()))
        found = self._runs.get(key)
        if found is None:
            if len(self._runs) >= _MOST_REMEMBERED:
                self._runs.clear()
            found = self._runs[key] = self._resolved_run(style_id, look, direct)
        return found

    def plain_paragraph(self, xml: str, look: CellLook | None) -> ParagraphFormat:
        """Return how a paragraph looks whose w:pPr is given as source, or empty."""
        found = self._plain.get(("", xml, look))
        if not isinstance(found, ParagraphFormat):
            found = self.paragraph(fragment(xml) if xml else None, look)
            self._remember(("", xml, look), found)
        return found

    def plain_run(self, style_id: str, xml: str, look: CellLook | None) -> RunFormat:
        """Return how a run looks whose w:rPr is given as source, or empty."""
        found = self._plain.get((style_id, xml, look))
        if not isinstance(found, RunFormat):
            found = self.run(style_id, fragment(xml) if xml else None, look)
            self._remember((style_id, xml, look), found)
        return found

    def _remember(self, key: tuple[str, str, CellLook | None], found: ParagraphFormat | RunFormat) -> None:
        if len(self._plain) >= _MOST_REMEMBERED:
            self._plain.clear()
        self._plain[key] = found

    def has_conditions(self, style_id: str) -> bool:
        """Say whether a table style looks different in some cells."""
        return any(style.conditional for style in self.chain(style_id, "table"))

    def table_properties(self, properties: etree._Element | None, name: str) -> dict[str, etree._Element]:
        """Return the parts of tblBorders or tblCellMar: side -> element, styles under direct ones."""
        levels = [style.table for style in self.chain(child_value(properties, "tblStyle"), "table")]
        merged: dict[str, etree._Element] = {}
        for level in (*levels, properties):
            for group in () if level is None else level.iterfind(f"{W}{name}"):
                merged.update({str(side.tag).rpartition("}")[2]: side for side in group})
        return merged

    def _resolved_paragraph(self, style_id: str, look: CellLook | None, direct: Raw) -> ParagraphFormat:
        raw = dict(self._paragraph_defaults)
        if look is not None:
            merge(raw, self._table_level(look, part=0))
        chain = self.chain(style_id, "paragraph")
        for style in chain:
            self._lay(raw, style.paragraph, style.style_id)
        self._lay(raw, direct, style_id)
        return paragraph_format(raw, *_identity(chain))

    def _lay(self, raw: Raw, level: Raw, style_id: str) -> None:
        """Lay one level over the lower ones; the list it names comes first, so that its own indent wins."""
        if "numId" in level or "ilvl" in level:
            number = level.get("numId", raw.get("numId", ""))
            if "ilvl" not in level and "numId" in level:
                raw["ilvl"] = str(self._numbering.depth_of(number, style_id))
            definition = self._numbering.level(number, whole(level.get("ilvl", raw.get("ilvl"))))
            if definition is not None:
                merge(raw, definition.paragraph)
        merge(raw, level)

    def _table_level(self, look: CellLook, *, part: int) -> Raw:
        raw: Raw = {}
        chain = self.chain(look.style_id, "table")
        for style in chain:
            merge(raw, (style.paragraph, style.run)[part])
        for condition in _CONDITIONS:
            if condition in look.conditions:
                for style in chain:
                    if condition in style.conditional:
                        merge(raw, style.conditional[condition][part])
        return raw

    def _resolved_run(self, style_id: str, look: CellLook | None, direct: Raw) -> RunFormat:
        levels: list[Raw] = [self._table_level(look, part=1)] if look is not None else []
        for kind, name in (("paragraph", style_id), ("character", direct.get("rStyle.val", ""))):
            level: Raw = {}
            # A run without a character style takes nothing from the default one.
            for style in self.chain(name, kind) if kind == "paragraph" or name else ():
                merge(level, style.run)
            levels.append(level)
        raw = dict(self._run_defaults)
        for level in (*levels, direct):
            merge(raw, level)
        switches = {name: self._switch(name, levels, direct) for name in ("b", "i", "caps", "vanish")}
        return run_format(raw, switches, self._theme)

    def _switch(self, name: str, levels: list[Raw], direct: Raw) -> bool:
        key = f"{name}.val"
        if key in direct:
            return is_on(direct[key])
        styled = sum(is_on(level.get(key)) for level in levels) % 2 == 1
        return styled or is_on(self._run_defaults.get(key))


def _read_style(item: etree._Element) -> _Style:
    return _Style(
        attribute(item, "styleId"),
        attribute(item, "type") or "paragraph",
        child_value(item, "name"),
        child_value(item, "basedOn"),
        raw_properties(item.find(f"{W}pPr")),
        raw_properties(item.find(f"{W}rPr")),
        item.find(f"{W}tblPr"),
        {
            attribute(part, "type"): (
                raw_properties(part.find(f"{W}pPr")),
                raw_properties(part.find(f"{W}rPr")),
            )
            for part in item.iterfind(f"{W}tblStylePr")
        },
    )


def _default(defaults: etree._Element | None, name: str) -> Raw:
    return {} if defaults is None else raw_properties(defaults.find(f"{W}{name}Default/{W}{name}"))


def _theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    fonts: dict[str, str] = {}
    for role in ("major", "minor"):
        latin = None if theme is None else theme.find(f".//{_A}{role}Font/{_A}latin")
        if latin is not None and latin.get("typeface"):
            fonts[f"{role}HAnsi"] = fonts[f"{role}Ascii"] = latin.get("typeface", "")
    return fonts


def _identity(chain: tuple[_Style, ...]) -> tuple[str, str]:
    return (chain[-1].style_id, chain[-1].name) if chain else ("", "")
