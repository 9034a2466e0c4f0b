"""GOST R 7.0.97 on a produced .docx: what a careful clerk sees on the sheet, edition 2016 or 2025.

Owns the effective formatting of a .docx, the recognition of its parts and the rules about them. Knows nothing of
form kinds, templates and offices: what the file does not say comes in `PaperFacts`.
"""

from __future__ import annotations

from service.layout_rules.examination import RULES, check_layout
from service.layout_rules.facts import PaperFacts, date_of, facts_of
from service.layout_rules.profiles import EDITION_2016, EDITION_2025, Edition, Profile, profile_for

__all__ = [
    "EDITION_2016",
    "EDITION_2025",
    "RULES",
    "Edition",
    "PaperFacts",
    "Profile",
    "check_layout",
    "date_of",
    "facts_of",
    "profile_for",
]
