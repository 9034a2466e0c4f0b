"""The Russian-language part: terms, cases, typography and agreement."""

from __future__ import annotations

from forms.language.agree import (
    act_forms,
    approved_word,
    date_in_digits,
    date_in_words,
    month_genitive,
    with_number,
)
from forms.language.cases import (
    CASES,
    Inflected,
    decline_organisation,
    decline_person,
    decline_position,
    gender_of,
    initials_surname,
    surname_initials,
)
from forms.language.period import Period, PeriodError, print_period, read_period
from forms.language.typography import lint_typography, typeset

__all__ = [
    "CASES",
    "Inflected",
    "Period",
    "PeriodError",
    "act_forms",
    "approved_word",
    "date_in_digits",
    "date_in_words",
    "decline_organisation",
    "decline_person",
    "decline_position",
    "gender_of",
    "initials_surname",
    "lint_typography",
    "month_genitive",
    "print_period",
    "read_period",
    "surname_initials",
    "typeset",
    "with_number",
]
