"""The numbers of the standard, edition by edition: the rules are the same, what they demand is data.

Sources: GOST R 7.0.97-2016 (in force from 01.07.2018) and GOST R 7.0.97-2025 (from 18.08.2025).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from service.layout_rules.values import MM, POINT

Edition = Literal["2016", "2025"]

# Freely distributed fonts and the metric twins that LibreOffice puts in their place (3.3 of the standard).
_FREE_FONTS = frozenset(
    {
        "PT Astra Serif", "PT Serif", "PT Sans", "PT Astra Sans", "Liberation Serif", "Liberation Sans", "Tinos",
        "Arimo", "Noto Serif", "Noto Sans", "DejaVu Serif", "DejaVu Sans", "XO Thames", "Open Sans",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """What one edition demands; lengths in twips, font sizes in half-points.

    Attributes:
        sheets: allowed sheets, width and height, upright.
        line_auto: line spacing of the text in 240ths of a line, from and to.
        angular, longitudinal: the longest line of a requisite.
        title_always: a title stands on every paper, however short.
        short_text_lines: without that duty, a text of so many lines needs none.
        landscape_from, long_row: a table of so many columns and letters in a row wants a landscape sheet.
    """

    edition: Edition
    angular: int
    title_always: bool
    tolerance: int = 20
    sheets: tuple[tuple[int, int], ...] = ((11906, 16838), (8391, 11906))
    left: int = 1134
    right: int = 567
    top: int = 1134
    bottom: int = 1134
    left_kept_long: int = 1701
    page_number_from_edge: int = 567
    text_sizes: tuple[int, ...] = (24, 26, 28)
    table_sizes: tuple[int, int] = (18, 28)
    executor_size: int = 16
    first_line: int = 709
    line_auto: tuple[int, int] = (240, 360)
    requisite_line: int = 240
    requisite_gap: int = 6 * POINT
    longitudinal: int = 6803
    title_lines: int = 5
    short_text_lines: int = 5
    signature_above: int = 24 * POINT
    signature_gap: int = round(30 * MM)
    signature_company: int = 3
    landscape_from: int = 5
    long_row: int = 220
    free_fonts: frozenset[str] = _FREE_FONTS
    tolerated_fonts: frozenset[str] = frozenset({"Times New Roman"})


EDITION_2016 = Profile("2016", angular=4252, title_always=False)
EDITION_2025 = replace(EDITION_2016, edition="2025", angular=round(80 * MM), title_always=True)

# The newest first: day from which papers follow an edition.
_IN_FORCE = ((dt.date(2025, 8, 18), EDITION_2025), (dt.date.min, EDITION_2016))
_BY_NAME = {profile.edition: profile for _, profile in _IN_FORCE}


def profile_for(date: dt.date | None, gost: Edition | None = None) -> Profile:
    """Return the edition that an organisation has set, or that of the paper's date; undated ones are new."""
    if gost is not None:
        return _BY_NAME[gost]
    return next(profile for since, profile in _IN_FORCE if (date or dt.date.max) >= since)
