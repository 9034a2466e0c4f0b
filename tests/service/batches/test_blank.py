"""The blank of every kind: what is written into it is read as it was meant."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

import forms
from service.batches.blank import LISTS, blank_workbook, workbook_of
from service.batches.guide import GUIDE
from service.batches.layout import EXAMPLE, KEY, book_plan
from service.batches.values import folded
from service.batches.workbook import read_workbook
from service.errors import BatchInvalid
from tests.samples import ALL_SAMPLES, kind_of, read_sample
from tests.service.batches.books import edited, opened

KINDS = sorted(forms.all_kinds())


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_comes_back_from_a_workbook_as_it_was(sample: Path) -> None:
    kind, payload = kind_of(sample), read_sample(sample)

    source = read_workbook(kind.name, workbook_of(kind.name, [("а-1", payload)]))

    [row] = source.rows
    assert kind.load(row.payload) == kind.load(payload)
    assert (row.key, row.problems, source.remarks) == ("а-1", (), ())


@pytest.mark.parametrize("kind", KINDS)
def test_two_papers_in_one_book_keep_their_lists_apart(kind: str) -> None:
    samples = [read_sample(sample) for sample in ALL_SAMPLES if kind_of(sample).name == kind]
    papers = [(str(number), payload) for number, payload in enumerate([*samples, samples[0]], start=1)]

    rows = read_workbook(kind, workbook_of(kind, papers)).rows

    load = forms.get_kind(kind).load
    assert [load(row.payload) for row in rows] == [load(payload) for _, payload in papers]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_blank_is_a_valid_paper_once_it_has_a_number_of_its_own(kind: str) -> None:
    def numbered(book: openpyxl.Workbook) -> None:
        for sheet in book:
            for line in sheet.iter_rows(min_row=2, max_col=1) if sheet.title not in {GUIDE, LISTS} else ():
                if line[0].value == EXAMPLE.capitalize():
                    line[0].value = "1"

    blank = blank_workbook(kind, read_sample(kind))
    [row] = read_workbook(kind, edited(blank, numbered)).rows

    assert row.problems == ()
    forms.get_kind(kind).load(row.payload)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_as_it_is_has_no_papers(kind: str) -> None:
    with pytest.raises(BatchInvalid, match="ни одной заполненной строки"):
        read_workbook(kind, blank_workbook(kind, read_sample(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_offers_choices_hints_and_a_guide(kind: str) -> None:
    book = opened(blank_workbook(kind, read_sample(kind)))

    plan = book_plan(kind)
    guide = {cell.value for line in book[GUIDE].iter_rows() for cell in line}
    for sheet in plan.sheets():
        rules = book[sheet.title].data_validations.dataValidation
        headers = [cell.value for cell in book[sheet.title][1]]
        assert len(rules) == len(headers)
        assert all(rule.prompt and len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in rules)
        assert headers[0] == KEY
        assert {column.header for column in sheet.columns} <= guide
        choices = [c for c in sheet.columns if c.plan.control in {"choice", "yes"} and c.header in headers]
        lists = [rule.formula1 for rule in rules if rule.type == "list"]
        assert len(lists) == len(choices)
        assert all(formula.startswith(f"'{LISTS}'!") for formula in lists)


@pytest.mark.parametrize("kind", KINDS)
def test_headers_and_choices_can_be_told_apart(kind: str) -> None:
    titles = [sheet.title for sheet in book_plan(kind).sheets()]
    assert len({folded(title) for title in titles}) == len(titles)
    assert all(len(title) <= 31 for title in titles)
    for sheet in book_plan(kind).sheets():
        headers = [folded(header) for header in (*sheet.keys, *(c.header for c in sheet.columns))]
        assert len(set(headers)) == len(headers)
        for column in sheet.columns:
            labels = [folded(label) for value, label in column.plan.options if value]
            assert len(set(labels)) == len(labels)


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    """T-07."""
    payload = {**read_sample("curator_report"), "problems": '=HYPERLINK("http://a.example";"см.")'}

    book = openpyxl.load_workbook(io.BytesIO(workbook_of("curator_report", [("1", payload)])))

    cells = [cell for line in book["Документы"].iter_rows(min_row=2) for cell in line]
    [found] = [cell for cell in cells if str(cell.value).startswith("=HYPERLINK")]
    assert (found.data_type, found.quotePrefix) == ("s", True)
    assert all(cell.data_type != "f" for cell in cells)
