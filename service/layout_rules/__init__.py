"""GOST R 7.0.97 on a produced .docx: what a careful clerk sees on the sheet, edition 2016 or 2025.

Owns the effective formatting of a .docx, the recognition of its parts and the rules about them. Knows nothing of
form kinds, templates and offices: what the file does not say comes in `PaperFacts`.
"""

from __future__ import annotations

from service.layout_rules.examination import RULES, check_layout
from service.layout_rules.facts import PaperFacts, date_of, facts_of
from service.layout_rules.printed_fonts import substituted_fonts
from service.layout_rules.profiles import EDITION_2016, EDITION_2025, Edition, Profile, profile_for

# Rules of the sheet that see on paper what a rule of the content sees in the data.
TWINS = {
    "T-CHAR-01": "PROJECT_TOKEN",
    "T-QUOT-01": "QUOTES",
    "G-REQ-13": "REQ_PLACE",
    "G-REQ-17": "TITLE_STOP",
    "G-ORD-10": "NUM_SIGN_SPACE",
    "G-ORD-08": "PROJECT_NAME_VARIANTS",
    "G-ORD-09": "PROJECT_NAME_VARIANTS",
    "G-ANN-04": "ANNEX_MISSING",
    "G-TBL-07": "ROW_EMPTY",
    "G-TBL-08": "NUMBERING_STYLE",
}

__all__ = [
    "EDITION_2016",
    "EDITION_2025",
    "RULES",
    "TWINS",
    "Edition",
    "PaperFacts",
    "Profile",
    "check_layout",
    "date_of",
    "facts_of",
    "profile_for",
    "substituted_fonts",
]
