"""The checks of a roadmap, in the order a clerk reads it: approval, table, sense, terms, wording."""

from __future__ import annotations

from forms._checks import Check, check_title_stop
from forms._checks_calendar import check_calendar, check_terms
from forms._checks_dates import check_dates
from forms._checks_requisites import check_approval, check_optional_marks, check_signature, check_title_twice
from forms._checks_rows import check_rows
from forms._checks_table import check_table
from forms._checks_wording import check_wording

ROADMAP_CHECKS: tuple[Check, ...] = (
    check_approval,
    check_table,
    check_rows,
    check_dates,
    check_calendar,
    check_title_stop,
    check_title_twice,
    check_signature,
    check_wording,
    check_terms,
    check_optional_marks,
)
