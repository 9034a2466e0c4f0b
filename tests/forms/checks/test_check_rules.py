"""Every rule sees its defect and passes the harmless twin; clean samples stay clean; nothing ever raises."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError

import forms
from forms._checks import Finding
from tests.forms.checks.cases import CASES, Case
from tests.samples import ALL_SAMPLES, Step, changed, kind_of, leaves, read_sample, value_at

SAMPLES = ALL_SAMPLES
MESS = "й й ) „ “ ” №1 И. И.И «( 500 +00+ школ и школ и школ , ,г. 2022г. 31.02.2022г. в"
ODD_VALUES = ["", "«", MESS, f"-\nмощи\n\n{MESS}", "а" * 900, None, [], "01.01.2030", 0]

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.sample}-{case.path}")
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)

# What a careful clerk says about the clean samples; every line was looked at and is true.
WARNINGS = {
    "order": {},
    "order.000": {},
    "order.001": {},
    "order.003": {},
    "order.004": {},
    "roadmap": {},
    # The dates are those of a real roadmap: its order by themes and its spellings are kept on purpose.
    "roadmap.000": {"COLUMN_EXECUTOR_MISSING": 1, "DATE_ORDER": 1, "STYLE_DATES": 2},
    "roadmap.001": {
        "COLUMN_INDICATOR_MISSING": 1,
        "DATE_ORDER": 1,
        "YEAR_MISSING": 1,
        "NBSP_YEAR": 1,
        "LATE_VS_FEDERAL": 4,
    },
    "roadmap.003": {"DATE_ORDER": 1},
    "roadmap.004": {"COLUMN_EXECUTOR_MISSING": 1, "DATE_ORDER": 1},
    "roadmap.event": {"COLUMN_EXECUTOR_MISSING": 1, "DATE_ORDER": 1, "ABBR_UNDEFINED": 1},
    "roadmap.quarters": {"COLUMN_EXECUTOR_MISSING": 1, "DATE_ORDER": 1},
    "curator_report": {},
    "curator_report.stage2": {},
    "information_note": {},
    "information_note.analytical": {},
    "acquaintance_sheet": {},
    "acquaintance_sheet.003": {},
    "approval_sheet": {},
    "approval_sheet.004": {},
    "roadmap_report": {},
    "roadmap_report.004": {"ABBR_UNDEFINED": 1},
    "school_list": {},
    "school_list.002": {"ABBR_UNDEFINED": 1},
    "school_list.region": {},
    "visit_schedule": {},
    "visit_schedule.001": {},
    "working_group": {},
    "working_group.000": {},
    "working_group.commission": {},
}


def findings_of(sample: str, payload: Any) -> list[Finding]:
    kind = forms.get_kind(sample.split(".")[0])
    return kind.findings(kind.load(payload))


@each_case
def test_a_rule_finds_its_defect_at_its_place(case: Case) -> None:
    found = findings_of(case.sample, _with(case, case.bad))

    assert (case.rule, case.severity, case.where or case.path) in _places(found)


@each_case
def test_a_rule_passes_the_harmless_twin(case: Case) -> None:
    found = findings_of(case.sample, _with(case, case.good))

    assert (case.rule, case.severity, case.where or case.path) not in _places(found)


def test_every_rule_that_is_written_has_an_example() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in _modules())
    written = set(re.findall(r'(?:Finding|TextRule|_warning)\(\s*"([A-Z_]+)"', source))

    assert len(written) > 50
    assert written - {case.rule for case in CASES} == set()


@pytest.mark.parametrize("stem", WARNINGS)
def test_a_clean_sample_gets_only_the_warnings_it_deserves(stem: str) -> None:
    found = findings_of(stem, read_sample(stem))

    warned: dict[str, int] = {}
    for finding in found:
        if finding.severity == "warning":
            warned[finding.rule] = warned.get(finding.rule, 0) + 1
    assert warned == WARNINGS[stem]
    assert [finding for finding in found if finding.severity == "error"] == []


@each_case
def test_a_finding_points_into_the_payload_and_speaks_russian(case: Case) -> None:
    payload = _with(case, case.bad)

    for finding in findings_of(case.sample, payload):
        assert re.search("[а-яё]", finding.message), finding
        assert re.search("[а-яё]", finding.fix), finding
        _assert_reachable(payload, finding.path)


@each_sample
def test_checks_never_raise_on_a_payload_that_loads(sample: Path) -> None:
    kind, payload = kind_of(sample), read_sample(sample)

    tried = 0
    seen: set[str] = set()
    for path, _ in leaves(kind.schema(), payload):
        name = ".".join(str(step) for step in path if isinstance(step, str))
        if name in seen:
            continue
        seen.add(name)
        for odd in ODD_VALUES:
            tried += _survives(kind, changed(payload, path, odd))
    assert tried > 25


@each_sample
def test_checks_never_raise_on_a_sample_without_its_optional_parts(sample: Path) -> None:
    kind, payload = kind_of(sample), read_sample(sample)

    tried = 0
    for name in payload:
        shorter = {key: value for key, value in payload.items() if key != name}
        tried += _survives(kind, shorter)
    optional = [name for name in payload if not kind.schema().fields[name].required]
    assert tried >= bool(optional)


def test_stages_of_one_measure_are_not_doubles() -> None:
    payload = read_sample("roadmap.000")
    rows = payload["rows"]
    for index, stage in ((6, "1 этап"), (7, "2 этап"), (8, "первый этап"), (9, "второй этап")):
        rows[index]["action"] = f"Посещение школ закреплёнными кураторами с целью поддержки ({stage} работы)"
        rows[index]["indicator"] = "Наличие графиков посещений школ закреплёнными кураторами"
    rows[9]["action"] = rows[9]["action"].replace("Посещение", "Обход")
    rows[8]["action"] = rows[8]["action"].replace("Посещение", "Обход")

    found = findings_of("roadmap.000", payload)

    assert not {"DUPLICATE_ROW", "DUPLICATE_MEANING"} & {finding.rule for finding in found}
    assert not [
        f
        for f in found
        if f.rule == "INDICATOR_COPYPASTE" and f.path in ("rows.7.indicator", "rows.9.indicator")
    ]


@pytest.mark.parametrize(("before", "behind"), [("", ""), ("(", ")"), ("«", "»,"), ("Совещание ", "")])
def test_words_repeat_wherever_they_stand(before: str, behind: str) -> None:
    payload = read_sample("acquaintance_sheet")
    payload["people"][0]["position"] = f"начальник отдела {before}образования образования{behind}"

    assert "REPEATED_WORDS" in {finding.rule for finding in findings_of("acquaintance_sheet", payload)}


def test_a_schedule_without_a_first_date_has_that_of_the_federal_calendar() -> None:
    payload = {**read_sample("visit_schedule.001"), "first_visit_by": None}

    late = [one for one in findings_of("visit_schedule.001", payload) if one.rule == "VISIT_FIRST_LATE"]

    assert ["10.03.2021" in one.message for one in late][:1] == [True]


def test_numbers_that_are_no_dates_annexes_or_years_are_left_alone() -> None:
    payload = read_sample("order")
    payload["clauses"][2]["text"] = (
        "организовать в 4 классах работу по приказу № 161, тел. 8-800-200-00-00, школа № 11, 1–4 классы, "
        "мобильное приложение «Сферум»"
    )

    assert [f for f in findings_of("order", payload) if f.severity != "info"] == []


def test_october_is_october_and_a_whole_period_has_no_place_in_the_order() -> None:
    payload = read_sample("roadmap")
    for index, term in enumerate(["январь 2023", "Весь период реализации", "январь 2023", "октябрь 2023"]):
        payload["rows"][index]["period"] = term

    assert "DATE_ORDER" not in {finding.rule for finding in findings_of("roadmap", payload)}


def test_rows_of_a_torn_table_are_told_as_torn() -> None:
    payload = read_sample("roadmap.001")
    payload["rows"].insert(21, {"no": "", "action": "и ещё один вопрос", "executors": ["координатор"]})

    found = {(f.rule, f.path) for f in findings_of("roadmap.001", payload)}

    assert ("ROW_TORN", "rows.21.action") in found
    assert not {rule for rule, path in found if path.startswith("rows.21.")} - {"ROW_TORN"}


def test_numbering_starts_again_in_a_new_section() -> None:
    payload = read_sample("roadmap")
    for index, number in enumerate(["1", "2", "3", "4", "1", "2", "3", "1", "2", "3"]):
        payload["rows"][index]["no"] = number
    payload["footnotes"] = []

    assert "NUMBER_ORDER" not in {finding.rule for finding in findings_of("roadmap", payload)}


def test_a_paper_of_thousands_of_equal_rows_is_checked_row_by_row() -> None:
    payload = read_sample("roadmap")
    row = {**payload["rows"][5], "section": ""}
    payload["rows"] = [{**copy.deepcopy(row), "no": f"1.{index}"} for index in range(1, 1501)]
    payload["footnotes"] = []

    found = findings_of("roadmap", payload)

    assert sum(finding.rule == "DUPLICATE_ROW" for finding in found) == 1499
    assert not [finding for finding in found if finding.rule == "DUPLICATE_MEANING"]


def _survives(kind: forms.FormKind, payload: Any) -> int:
    """Return 1 when the payload loads; its checks must then run to the end."""
    try:
        data = kind.load(payload)
    except ValidationError:
        return 0
    kind.findings(data)
    return 1


def _with(case: Case, value: Any) -> dict[str, Any]:
    payload = read_sample(case.sample)
    holder = value_at(payload, case.steps[:-1])
    if isinstance(holder, dict):
        holder.setdefault(case.steps[-1], None)
    payload = changed(payload, case.steps, value)
    if case.path.startswith("columns."):
        # A column that is gone leaves its cells unprinted, and the schema refuses that.
        for row in payload["rows"]:
            row.pop("executors", None)
            row.pop("publication", None)
            row.pop("indicator", None)
        payload["columns"] = [c for c in payload["columns"] if c["key"] != "publication"]
    return payload


def _places(found: list[Finding]) -> set[tuple[str, str, str]]:
    return {(finding.rule, finding.severity, finding.path) for finding in found}


def _assert_reachable(payload: Any, path: str) -> None:
    """Every step but the last leads somewhere; the last may be a field that was left out."""
    steps: list[Step] = [int(step) if step.isdigit() else step for step in path.split(".")]
    assert isinstance(value_at(payload, tuple(steps[:-1])), dict | list), path


def _modules() -> list[Path]:
    return sorted(Path(forms.__file__).parent.glob("_checks*.py"))
