"""What the resolver answers: the effective formats of paragraphs and runs as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service.layout_rules.values import Raw, half_points, is_on, twips, whole

_DEFAULT_FONT = "Times New Roman"  # what Word takes where no level names a font
_DEFAULT_SIZE = 20  # half-points, ISO/IEC 29500-1, 17.3.2.38
_ALIGNMENTS = {"start": "left", "end": "right", "": "left"}


class CellLook(NamedTuple):
    """Where a cell stands in its table, as far as a table style cares."""

    style_id: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """Effective properties of a paragraph; lengths in twips, `first_line` is negative when hanging."""

    style_id: str
    style_name: str
    align: str
    left: int
    right: int
    first_line: int
    line: int
    line_rule: str
    before: int
    after: int
    keep_next: bool
    keep_lines: bool
    page_break_before: bool
    outline_level: int | None
    list_number: str
    list_depth: int
    frame_align: str


@dataclass(frozen=True, slots=True)
class RunFormat:
    """Effective properties of a run; `size` in half-points, `spacing` in twips, `color` empty for automatic."""

    ascii_font: str
    font: str
    size: int
    bold: bool
    italic: bool
    caps: bool
    hidden: bool
    underline: bool
    color: str
    spacing: int
    raised: bool


def paragraph_format(raw: Raw, style_id: str, style_name: str) -> ParagraphFormat:
    """Return the format that merged properties make."""
    align = raw.get("jc.val", "")
    outline = raw.get("outlineLvl.val")
    number = raw.get("numId", "")
    return ParagraphFormat(
        style_id=style_id,
        style_name=style_name,
        align=_ALIGNMENTS.get(align, align),
        left=twips(raw.get("ind.left")),
        right=twips(raw.get("ind.right")),
        first_line=-twips(raw["ind.hanging"]) if "ind.hanging" in raw else twips(raw.get("ind.firstLine")),
        line=twips(raw.get("spacing.line"), 240),
        line_rule=raw.get("spacing.lineRule", "auto"),
        before=twips(raw.get("spacing.before")),
        after=twips(raw.get("spacing.after")),
        keep_next=is_on(raw.get("keepNext.val")),
        keep_lines=is_on(raw.get("keepLines.val")),
        page_break_before=is_on(raw.get("pageBreakBefore.val")),
        outline_level=whole(outline) if outline and whole(outline) < 9 else None,  # 9 means «body text»
        list_number="" if number == "0" else number,
        list_depth=whole(raw.get("ilvl")),
        frame_align=raw.get("framePr.xAlign", ""),
    )


def run_format(raw: Raw, switches: Mapping[str, bool], theme: Mapping[str, str]) -> RunFormat:
    """Return the format that merged properties make; `switches` are the toggled ones."""
    fonts = [
        theme.get(raw.get(f"rFonts.{name}Theme", ""), raw.get(f"rFonts.{name}", _DEFAULT_FONT))
        for name in ("ascii", "hAnsi")
    ]
    color = raw.get("color.val", "")
    return RunFormat(
        ascii_font=fonts[0],
        font=fonts[1],
        size=half_points(raw.get("sz.val"), _DEFAULT_SIZE),
        bold=switches["b"],
        italic=switches["i"],
        caps=switches["caps"],
        hidden=switches["vanish"],
        underline=is_on(raw.get("u.val")),
        color="" if color.lower() in ("auto", "000000") else color,
        spacing=twips(raw.get("spacing.val")),
        raised=raw.get("vertAlign.val", "baseline") != "baseline",
    )
