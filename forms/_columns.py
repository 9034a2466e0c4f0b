"""Tables whose columns depend on the data: widths that break no word, equal neighbours merged.

A cell is {paragraphs, width, merge, centred, keep}: `width` in twentieths of a point, `merge` one of "", "restart",
"continue" (vertical), `keep` when its line stays on the page of the next one. A template loops over lines and
cells with the tags {% grid %}, {% width %} and {% merge %} and knows no column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.language.typography import typeset

Texts = Mapping[str, Sequence[str]]
Line = list[dict[str, Any]]

ORIENTATIONS = {"auto": "по числу граф", "portrait": "книжная", "landscape": "альбомная"}
_TEXT_WIDTH_MM = {False: 180, True: 267}  # A4 upright and on its side, margins 20 and 10 mm
_LANDSCAPE_FROM = 5  # columns; GOST asks for no number, five columns of text do not fit an upright sheet
_TWIPS_PER_MM = 1440 / 25.4
_LETTER_MM = 2.15  # a wide letter of the 11-point type of tables
_CELL_MARGINS_MM = 3.5
_NARROWEST_MM = 11.5
_WIDEST_WORD_MM = 40.0
_LONGEST_KEPT_RUN = 5  # lines; a longer run may go over to the next page
_KEPT_WITH_SIGNATURE = 2  # lines; a signature never stands alone on a page
_BREAKS = re.compile(r"[ \n-]+")


@dataclass(frozen=True)
class ColumnPlan:
    """A column before it is placed.

    Attributes:
        key: which text of a line it prints.
        title: its heading.
        weight: its share of the free width.
        width_mm: a stated width, or 0.
        centred: whether its cells are centred.
    """

    key: str
    title: str
    weight: float = field(default=16)
    width_mm: int = 0
    centred: bool = False


def lies_on_its_side(orientation: str, columns: int) -> bool:
    """Return whether the sheet is landscape: as the payload says, or by the number of columns."""
    return orientation == "landscape" or (orientation == "auto" and columns >= _LANDSCAPE_FROM)


def placed(plans: Sequence[ColumnPlan], lines: Sequence[Texts], *, landscape: bool) -> Line:
    """Return the columns as {key, title, width, centred}; together they fill the text width exactly.

    A column is at least as wide as its longest word, so that no word is broken where there is room for it.
    """
    total_mm = float(_TEXT_WIDTH_MM[landscape])
    fewest = [float(plan.width_mm) or _word_width_mm(plan, lines) for plan in plans]
    widths = list(fewest)
    open_columns = {i for i, plan in enumerate(plans) if not plan.width_mm}
    while open_columns:
        free_mm = total_mm - sum(widths[i] for i in range(len(plans)) if i not in open_columns)
        unit_mm = free_mm / sum(plans[i].weight for i in open_columns)
        narrow = {i for i in open_columns if unit_mm * plans[i].weight < fewest[i]}
        if not narrow:
            for i in open_columns:
                widths[i] = unit_mm * plans[i].weight
            break
        open_columns -= narrow
    scale = total_mm / sum(widths)
    twips = [round(width * scale * _TWIPS_PER_MM) for width in widths]
    twips[-1] += round(total_mm * _TWIPS_PER_MM) - sum(twips)
    return [
        {"key": plan.key, "title": plan.title, "width": width, "centred": plan.centred}
        for plan, width in zip(plans, twips, strict=True)
    ]


def _word_width_mm(plan: ColumnPlan, lines: Sequence[Texts]) -> float:
    """Return the width of the longest word of a column with the margins of its cell."""
    texts = {plan.title, *(text for line in lines for text in line[plan.key])}
    longest = 0
    for text in texts:
        if len(text) > longest:  # typesetting joins initials with a surname, № with its number
            longest = max(longest, *map(len, _BREAKS.split(typeset(text))))
    return max(min(longest * _LETTER_MM + _CELL_MARGINS_MM, _WIDEST_WORD_MM), _NARROWEST_MM)


def cells(
    columns: Line,
    lines: Sequence[Texts],
    *,
    merged: Sequence[str] = (),
    together: str = "",
    signed: bool = False,
) -> list[Line]:
    """Return the body line by line.

    Args:
        columns: the placed columns.
        lines: column key -> paragraphs.
        merged: the columns whose equal neighbours become one cell; a cell of a later column never reaches over
            the end of a cell of an earlier one.
        together: the merged column whose short runs stay on one page.
        signed: a signature follows, so the last lines stay on its page.
    """
    body = [[_cell(line[column["key"]], column) for column in columns] for line in lines]
    places = {column["key"]: place for place, column in enumerate(columns)}
    for depth, key in enumerate(merged):
        if key not in places:
            continue
        for first, last in _runs([[line[above] for above in merged[: depth + 1]] for line in lines]):
            _merge([body[index][places[key]] for index in range(first, last)])
            if key == together and last - first <= _LONGEST_KEPT_RUN:
                _keep(body[first : last - 1])
    if signed:
        _keep(body[-_KEPT_WITH_SIGNATURE:])
    return body


def _cell(paragraphs: Sequence[str], column: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "paragraphs": list(paragraphs) or [""],
        "width": column["width"],
        "merge": "",
        "centred": column["centred"],
        "keep": False,
    }


def _runs(values: Sequence[Sequence[Sequence[str]]]) -> Iterator[tuple[int, int]]:
    """Yield (first, after last) of every run of equal neighbours; runs of one and of nothing are left out."""
    first = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[first]:
            if index - first > 1 and any(values[first][-1]):
                yield first, index
            first = index


def _merge(run: Sequence[dict[str, Any]]) -> None:
    for cell in run[1:]:
        cell["merge"] = "continue"
        cell["paragraphs"] = [""]
    run[0]["merge"] = "restart"


def _keep(lines: Sequence[Line]) -> None:
    for line in lines:
        for cell in line:
            cell["keep"] = True
