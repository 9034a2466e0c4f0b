"""Tables whose columns depend on the data: widths that break no word, equal neighbours merged.

A cell is {paragraphs, width, merge, centred, keep}: `width` in twentieths of a point, `merge` one of "", "restart",
"continue" (vertical), `keep` when its line stays on the page of the next one. A template loops over lines and
cells with the tags {% grid %}, {% width %} and {% merge %} and knows no column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from forms._letters import line_count, text_width
from forms._remembered import remembered
from forms.language.typography import typeset

Texts = Mapping[str, Sequence[str]]
Line = list[dict[str, Any]]

ORIENTATIONS = {"auto": "по числу граф", "portrait": "книжная", "landscape": "альбомная"}
_TEXT_WIDTH_MM = {False: 180, True: 267}  # A4 upright and on its side, margins 20 and 10 mm
_LANDSCAPE_FROM = 5  # columns; GOST asks for no number, five columns of text do not fit an upright sheet
_TWIPS_PER_MM = 1440 / 25.4
_MM_PER_POINT = 25.4 / 72
_TEXT_PT, _TITLE_PT = 11.0, 10.0  # the type of cells; titles are bold
_CELL_MARGINS_MM = 4.0  # with a little more than the print needs: the letters are an estimate
_NARROWEST_MM = 11.5
_WIDEST_WORD_MM = 42.0
_TITLE_LINE_PT = 11.5
_TITLE_SPACING_PT = 4.0
_LONGEST_MERGED = 10  # lines, about a page; a merged cell prints its text on its first page only
_LONGEST_KEPT_RUN = 5  # lines; a longer run may go over to the next page
_KEPT_WITH_SIGNATURE = 2  # lines; a signature never stands alone on a page
_OUTLIER = 4  # one long cell counts as a fourth of a column of such cells
_BOLD_WORD = 1.08  # how much wider than the average of bold text a word may be
_SPACES = re.compile(r"[ \n]+")
_BREAKS = re.compile(r"(?<=[–-])|[ \n]+")


@dataclass(frozen=True)
class ColumnPlan:
    """A column before it is placed.

    Attributes:
        key: which text of a line it prints.
        title: its heading.
        weight: its share of the free width.
        width_mm: a stated width, or 0; a column never gets less than its longest word needs.
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

    A column is at least as wide as its longest word, so that no word is broken where there is room for it; what is
    left is shared by the weights of the columns and by the length of what they print.
    """
    total_mm = float(_TEXT_WIDTH_MM[landscape])
    longest = [_longest(plan, lines) for plan in plans]
    fewest = [
        max(float(plan.width_mm), _word_width_mm(plan, texts))
        for plan, (texts, _) in zip(plans, longest, strict=True)
    ]
    shares = [
        0.0 if plan.width_mm else sqrt(plan.weight * most)
        for plan, (_, most) in zip(plans, longest, strict=True)
    ]
    widths = _shared(total_mm, fewest, shares)
    scale = total_mm / sum(widths)
    twips = [round(width * scale * _TWIPS_PER_MM) for width in widths]
    twips[-1] += round(total_mm * _TWIPS_PER_MM) - sum(twips)
    return [
        {"key": plan.key, "title": plan.title, "width": width, "centred": plan.centred}
        for plan, width in zip(plans, twips, strict=True)
    ]


def _shared(total: float, fewest: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Return the widths: what is free goes by shares, nobody gets less than the fewest, a share of 0 no more."""
    widths = list(fewest)
    open_columns = {i for i, share in enumerate(shares) if share}
    while open_columns:
        free = total - sum(widths[i] for i in range(len(widths)) if i not in open_columns)
        unit = free / sum(shares[i] for i in open_columns)
        narrow = {i for i in open_columns if unit * shares[i] < fewest[i]}
        if not narrow:
            for i in open_columns:
                widths[i] = unit * shares[i]
            break
        open_columns -= narrow
    return widths


def _longest(plan: ColumnPlan, lines: Sequence[Texts]) -> tuple[set[str], int]:
    """Return the different texts of a column and how many letters its cells have: on average, and a long one more."""
    texts: set[str] = set()
    most = total = 0
    for line in lines:
        own = line[plan.key]
        texts.update(own)
        letters = sum(map(len, own))
        total += letters
        most = max(most, letters)
    typical = total // max(len(lines), 1) + most // _OUTLIER
    return texts, max(typical, len(plan.title))


def _word_width_mm(plan: ColumnPlan, texts: set[str]) -> float:
    """Return the width of the longest word of a column with the margins of its cell."""
    width = text_width(_longest_word(plan.title), size_pt=_TITLE_PT, bold=True) * _BOLD_WORD
    longest = _longest_term if plan.centred else _longest_word
    words = {longest(text) for text in texts}
    if words:
        width = max(width, max(text_width(word, size_pt=_TEXT_PT) for word in words))
    return max(min(width * _MM_PER_POINT + _CELL_MARGINS_MM, _WIDEST_WORD_MM), _NARROWEST_MM)


@remembered
def _longest_word(text: str) -> str:
    """Return the longest part that stays on one line; typography joins initials with a surname."""
    return max(_BREAKS.split(typeset(text)), key=len)


@remembered
def _longest_term(text: str) -> str:
    """Return the longest part of a date or a number, which also stays whole at its dashes."""
    return max(_SPACES.split(typeset(text)), key=len)


def title_height(titles: Sequence[tuple[str, int]]) -> int:
    """Return how high a row of titles is, in twentieths of a point.

    Args:
        titles: text and width of each, in twentieths of a point.
    """
    margins = _CELL_MARGINS_MM * _TWIPS_PER_MM
    rows = max(
        line_count(text, (width - margins) / 20, size_pt=_TITLE_PT, bold=True) for text, width in titles
    )
    return round((rows * _TITLE_LINE_PT + _TITLE_SPACING_PT) * 20)


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
            for top in range(first, last, _LONGEST_MERGED):  # else further pages would show an empty cell
                _merge([body[index][places[key]] for index in range(top, min(top + _LONGEST_MERGED, last))])
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
    if len(run) < 2:
        return
    for cell in run[1:]:
        cell["merge"] = "continue"
        cell["paragraphs"] = [""]
    run[0]["merge"] = "restart"


def _keep(lines: Sequence[Line]) -> None:
    for line in lines:
        for cell in line:
            cell["keep"] = True
