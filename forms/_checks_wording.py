"""Everything the clerk says about the wording of a paper of any kind: texts, days, names and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding
from forms._checks_abbreviations import abbreviation_findings
from forms._checks_contacts import check_contacts
from forms._checks_days import day_findings
from forms._checks_names import name_findings
from forms._checks_people import check_executor_mark, check_people
from forms._checks_text import text_findings
from forms._checks_walk import Printed, printed_of


def check_sheet_wording(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run the rules about texts and names; a sheet to sign has no text of its own to explain abbreviations in."""
    printed = printed_of(data)
    yield from text_findings(printed)
    yield from name_findings(printed)
    yield from _data_findings(data, printed)


def check_wording(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run the rules about texts, abbreviations and names over every printed text."""
    printed = printed_of(data)
    yield from text_findings(printed)
    yield from abbreviation_findings(data, printed)
    yield from name_findings(printed)
    yield from _data_findings(data, printed)


def _data_findings(data: Mapping[str, Any], printed: Printed) -> Iterator[Finding]:
    yield from day_findings(data, printed)
    yield from check_people(data)
    yield from check_executor_mark(data)
    yield from check_contacts(data)
