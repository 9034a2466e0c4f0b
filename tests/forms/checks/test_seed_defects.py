"""Recall on two real papers: the defects an analyst listed are found at their places.

The seeds stand beside the checkout and are not part of it; without them these tests are skipped.

Listed, but not decidable on the data of one paper:
- S0 24 «14.01.2022 г.»: the date of an order is a date, not a text; it prints without «г.».
- S1 2 «Утверждаю:» and S1 5 its place: the word of the stamp and where it stands are printed by the template.
- S1 4 «Рашидов М.Р.»: the surname and the initials of a person are fields; the stamp prints them in order.
- S1 18, «ШНОР»: its title explains it, «школам с низкими … результатами (ШНОР)»; the analyst notes the same.
- S1 23 a cell torn by a page: importing joins the row; ROW_TORN is tested on a row that was not joined.
- S0 11, its second half: that an action is a fragment of a definition takes understanding.
- S0 37 «no acquaintance» is decided on the order, «roadmap unsigned» on the roadmap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import forms
from forms._checks import Finding
from tests.forms.checks.seed_reader import (
    order_of_seed_000,
    read_seed,
    roadmap_of_seed_000,
    roadmap_of_seed_001,
)
from tests.samples import SEEDS

# (number in the analysis, rule, severity, path)
Expected = tuple[str, str, str, str]

ORDER_000: list[Expected] = [
    ("1", "ANNEX_MISSING", "error", "clauses.2.text"),
    ("3", "PROJECT_TOKEN", "error", "clauses.2.text"),
    ("7", "ABBR_UNDEFINED", "warning", "clauses.3.text"),  # УО
    ("7", "ABBR_UNDEFINED", "warning", "clauses.2.text"),  # МР
    ("7", "ABBR_UNDEFINED", "warning", "organisation.address"),  # РД
    ("23", "REQ_PLACE", "error", "place"),
    ("25", "TITLE_STOP", "warning", "title"),
    ("26", "NUM_SIGN_SPACE", "warning", "clauses.0.text"),
    ("26", "NUM_SIGN_SPACE", "warning", "clauses.2.text"),
    ("27", "CLAUSE_PUNCT", "warning", "clauses.2.text"),
    ("27", "CLAUSE_PUNCT", "warning", "clauses.3.text"),
    ("28", "CLAUSE_NO_DEADLINE", "info", "clauses.1.deadline"),
    ("28", "CLAUSE_NO_DEADLINE", "info", "clauses.3.deadline"),
    ("29", "ORG_NAME_VARIANTS", "warning", "clauses.2.text"),
    ("30", "PROJECT_NAME_VARIANTS", "warning", "purpose"),
    ("31", "SIGN_ABBR", "warning", "signer.position"),
    ("37", "REQ_OPTIONAL", "info", "executor_mark"),
    ("37", "REQ_OPTIONAL", "info", "acquainted"),
]
ROADMAP_000: list[Expected] = [
    ("2", "ANNEX_MARK_MISSING", "error", "approval"),
    ("4", "ROW_EMPTY", "error", "rows.23.action"),
    ("5", "ABBR_EMPTY", "error", "abbreviations.2.full"),
    ("6", "ABBR_MISMATCH", "error", "abbreviations.3.short"),
    ("6", "ABBR_UNUSED", "warning", "abbreviations.2.short"),
    ("6", "ABBR_UNUSED", "warning", "abbreviations.3.short"),
    ("7", "ABBR_UNDEFINED", "warning", "rows.24.action"),  # ШНОР
    ("7", "ABBR_UNDEFINED", "warning", "rows.43.section"),  # ДПО
    ("8", "QUOTES", "error", "rows.19.indicator"),
    ("9", "TEXT_TRUNCATED", "error", "rows.42.indicator"),
    ("10", "OCR_SPLIT", "error", "rows.24.period"),
    ("11", "REPEATED_WORDS", "error", "rows.24.indicator"),
    ("12", "NUMBERING_STYLE", "warning", "rows.5.no"),
    ("12", "NUMBERING_STYLE", "warning", "rows.42.no"),
    ("13", "DATE_ORDER", "warning", "rows.4.period"),
    ("14", "DATE_OUTSIDE_PERIOD", "warning", "rows.0.period"),
    ("14", "DATE_OUTSIDE_PERIOD", "warning", "rows.24.period"),
    ("15", "LOGIC_AFTER_APPROVAL", "warning", "rows.2.action"),
    ("16", "LEVEL_MISMATCH", "warning", "rows.3.indicator"),
    ("16", "LEVEL_MISMATCH", "warning", "rows.4.indicator"),
    ("17", "LEVEL_MISMATCH", "warning", "rows.4.action"),
    ("17", "LEVEL_MISMATCH", "warning", "rows.5.action"),
    ("17", "LEVEL_MISMATCH", "warning", "rows.36.action"),
    ("17", "LEVEL_MISMATCH", "warning", "rows.37.action"),
    ("17", "LEVEL_MISMATCH", "warning", "rows.41.action"),
    ("18", "DUPLICATE_ROW", "warning", "rows.13.action"),
    ("18", "DUPLICATE_ROW", "warning", "rows.15.action"),
    ("19", "DUPLICATE_MEANING", "warning", "rows.22.action"),
    ("19", "DUPLICATE_MEANING", "warning", "rows.42.action"),
    ("19", "DUPLICATE_MEANING", "warning", "rows.34.action"),
    ("19", "DUPLICATE_MEANING", "warning", "rows.35.action"),
    ("20", "INDICATOR_COPYPASTE", "warning", "rows.26.indicator"),
    ("20", "INDICATOR_COPYPASTE", "warning", "rows.28.indicator"),
    ("21", "PERIOD_VS_TEXT", "warning", "rows.19.period"),
    ("22", "YEAR_MISMATCH", "warning", "rows.44.indicator"),
    ("22", "YEAR_MISMATCH", "warning", "rows.45.indicator"),
    ("32", "STYLE_DATES", "warning", "rows.3.period"),
    ("32", "STYLE_DATES", "warning", "rows.6.period"),
    ("33", "GRAMMAR", "warning", "rows.10.action"),
    ("34", "GRAMMAR", "warning", "rows.39.action"),
    ("35", "TYPOGRAPHY", "warning", "rows.38.action"),
    ("35", "TYPOGRAPHY", "warning", "rows.21.action"),
    ("35", "TYPOGRAPHY", "warning", "rows.20.indicator"),
    ("35", "TYPOGRAPHY", "warning", "rows.24.action"),
    ("36", "COLUMN_EXECUTOR_MISSING", "warning", "columns"),
    ("37", "REQ_OPTIONAL", "info", "signer"),
    ("38", "TERM_CASE", "warning", "rows.0.section"),
    ("39", "ACTION_INDICATOR_MISMATCH", "info", "rows.12.indicator"),
    ("39", "ACTION_INDICATOR_MISMATCH", "info", "rows.13.indicator"),
]
ROADMAP_001: list[Expected] = [
    ("1", "NUMBER_MISSING", "error", "rows.8.no"),
    ("3", "STAMP_INCOMPLETE", "error", "approval.date"),
    ("6", "QUOTES", "error", "approval.position"),
    ("7", "DUPLICATE_TITLE", "error", "title"),
    ("7", "HYPHENATION", "error", "title"),
    ("8", "ABBR_VARIANTS", "error", "rows.5.action"),
    ("8", "ABBR_VARIANTS", "error", "rows.20.executors.0"),
    ("9", "TERM_VARIANTS", "warning", "rows.3.action"),
    ("9", "TERM_VARIANTS", "warning", "rows.4.action"),
    ("10", "YEAR_MISSING", "warning", "rows.0.period"),
    ("11", "NBSP_YEAR", "warning", "rows.1.period"),
    ("12", "NAME_SPACING", "warning", "rows.0.action"),
    ("12", "NAME_SPACING", "warning", "rows.1.action"),
    ("12", "NAME_SPACING", "warning", "rows.7.action"),
    ("12", "NAME_SPACING", "warning", "rows.19.action"),
    ("13", "NAME_SUSPECT", "warning", "rows.2.action"),
    ("14", "DATE_ORDER", "warning", "rows.1.period"),
    ("15", "VISIT_CLASH", "warning", "rows.8.period"),
    ("15", "VISIT_CLASH", "warning", "rows.9.period"),
    ("16", "LATE_VS_FEDERAL", "warning", "rows.6.period"),
    ("16", "LATE_VS_FEDERAL", "warning", "rows.20.period"),
    ("16", "LATE_VS_FEDERAL", "warning", "rows.13.period"),
    ("17", "ROLE_TYPE", "warning", "rows.2.action"),
    ("17", "ROLE_TYPE", "info", "rows.16.executors"),
    ("18", "ABBR_UNDEFINED", "warning", "rows.0.executors.0"),  # УО
    ("18", "ABBR_UNDEFINED", "warning", "rows.21.action"),  # ОУ
    ("18", "ABBR_UNDEFINED", "warning", "rows.15.action"),  # ШВОР
    ("18", "ABBR_UNDEFINED", "info", "approval.position"),  # МКУ
    ("18", "ABBR_UNDEFINED", "info", "rows.0.action"),  # СОШ
    ("19", "COLUMN_INDICATOR_MISSING", "warning", "columns"),
    ("20", "REQ_NUMBER", "error", "approval"),
    ("21", "DUPLICATE_MEANING", "info", "rows.14.action"),
    ("22", "STYLE_DATES", "info", "rows.21.period"),
    ("24", "VISIT_LOGIC", "info", "rows.10.period"),
]
PAPERS: list[tuple[str, str, Callable[[str], dict[str, Any]], list[Expected]]] = [
    ("000", "order", order_of_seed_000, ORDER_000),
    ("000", "roadmap", roadmap_of_seed_000, ROADMAP_000),
    ("001", "roadmap", roadmap_of_seed_001, ROADMAP_001),
]
# Rows that one remark names together: the remark must name every one of them.
NAMED_TOGETHER = {
    ("000", "DATE_ORDER"): ["1.4 → 1.5", "1.6 → 1.7", "1.8 → 1.9", "2.7 → 2.8", "2.8 → 2.9", "3.3 → 3.4"],
    ("000", "DATE_ORDER", "later"): ["4.4 → 4.5", "4.5 → 4.6", "4.7 → 4.8", "6. 2 → 6. 3"],
    ("000", "NUMBERING_STYLE"): ["1.6.", "3.2.", "3.5.", "4.1.", "4.4.", "5. 5.", "6. 1", "6. 3"],
    ("000", "STYLE_DATES"): ["1.4: Сентябрь", "6. 3: Сентябрь", "1.7: ", "1.8: ", "5.4: "],
    ("001", "DATE_ORDER"): ["1 → 2", "16 → 17", "20 → 21"],
    ("001", "YEAR_MISSING"): [f"«{no}»" for no in (1, 5, 12, 13, 14, 15, 16, 21, 22, 23, 24)],
    ("001", "NBSP_YEAR"): [f"«{no}»" for no in (2, 3, 4, 6, 7, 8, 9, 10, 11, 17, 18, 19, 20, 25, 26)],
    ("001", "LATE_VS_FEDERAL"): ["«7»", "«10»", "«14»", "«15»", "«21»"],
}


def found_in(code: str, kind: str, build: Callable[[str], dict[str, Any]]) -> list[Finding]:
    text = read_seed(SEEDS, code)
    if not text:
        pytest.skip(f"the seed {code} is not in {SEEDS}")
    form = forms.get_kind(kind)
    return form.findings(form.load(build(text)))


@pytest.mark.parametrize(("code", "kind", "build", "expected"), PAPERS, ids=lambda value: str(value)[:24])
def test_listed_defects_are_found_at_their_places(
    code: str, kind: str, build: Callable[[str], dict[str, Any]], expected: list[Expected]
) -> None:
    places = {(f.rule, f.severity, f.path) for f in found_in(code, kind, build)}

    missed = [one for one in expected if one[1:] not in places]
    recall = 1 - len(missed) / len(expected)
    print(f"seed {code} {kind}: {len(expected) - len(missed)} of {len(expected)} found ({recall:.1%})")  # noqa: T201 - shown by -s
    assert recall >= 0.95, missed


@pytest.mark.parametrize("code", ["000", "001"])
def test_a_remark_about_many_rows_names_each_of_them(code: str) -> None:
    found = [f for one, kind, build, _ in PAPERS if one == code for f in found_in(code, kind, build)]

    for (seed, rule, *_), labels in NAMED_TOGETHER.items():
        told = " ".join(f.message for f in found if f.rule == rule)
        assert seed != code or [label for label in labels if label not in told] == []


def test_no_error_is_told_of_a_seed_but_those_an_analyst_listed() -> None:
    """An error stops the registration: a false one is the worst thing a clerk can say."""
    for code, kind, build, expected in PAPERS:
        errors = {(f.rule, f.path) for f in found_in(code, kind, build) if f.severity == "error"}

        listed = {(rule, path) for _, rule, severity, path in expected if severity == "error"}
        assert {one for one in errors if one[0] != "CASE_UNCERTAIN"} == listed
