"""The rules of GOST R 7.0.97 laid over one produced paper: the order of the rules is here."""

from __future__ import annotations

import datetime as dt

from forms._checks import Finding
from service.layout_rules import (
    mark_rules,
    order_rules,
    page_rules,
    requisite_rules,
    signature_rules,
    table_rules,
    text_rules,
    type_rules,
)
from service.layout_rules.facts import PaperFacts
from service.layout_rules.profiles import Edition, profile_for
from service.layout_rules.reading import read_sheets
from service.layout_rules.recognition import recognised
from service.layout_rules.remarks import Rule

RULES: tuple[Rule, ...] = (
    *page_rules.RULES,
    *type_rules.RULES,
    *text_rules.RULES,
    *requisite_rules.RULES,
    *mark_rules.RULES,
    *order_rules.RULES,
    *signature_rules.RULES,
    *table_rules.RULES,
)


def check_layout(
    docx: bytes, *, date: dt.date | None, gost: Edition | None = None, paper: PaperFacts
) -> list[Finding]:
    """Return what GOST R 7.0.97 finds wrong with a produced paper, in the order of the rules.

    Args:
        docx: the filled document.
        date: the paper's date: it chooses the edition.
        gost: the edition an organisation has set instead.
        paper: what is known of the paper beyond the file.

    Raises:
        TemplateError: the file is not a readable .docx.
    """
    profile = profile_for(date, gost)
    read = recognised(read_sheets(docx), paper)
    return [finding for rule in RULES for finding in rule(read, profile)]
