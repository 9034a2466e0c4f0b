"""The rules that every annex of an order shares: its mark, its signature, its words and its terms."""

from __future__ import annotations

from forms._checks import Check
from forms._checks_calendar import check_terms
from forms._checks_requisites import check_approval, check_optional_marks, check_signature
from forms._checks_wording import check_wording

ANNEX_CHECKS: tuple[Check, ...] = (
    check_approval,
    check_signature,
    check_wording,
    check_terms,
    check_optional_marks,
)
