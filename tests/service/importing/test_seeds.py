from __future__ import annotations

import functools
import re

import pytest

import forms
from service.filling import TemplateCache
from service.filling.outline import table_rows
from service.importing import Imported, import_roadmap
from tests.samples import SEEDS, TEMPLATES
from tests.service.importing.seed_tables import KEYS, as_docx, as_xlsx, expected_rows, printed, read_seed

YEARS = {"000": 2022, "001": 2021, "003": 2022, "004": 2021}
ROWS = {"000": 46, "001": 26, "003": 47, "004": 17}
LAYOUTS = ["docx", "docx, merged", "docx, cut", "docx, cut, merged", "xlsx", "xlsx, merged"]


@functools.cache
def imported(name: str, layout: str) -> Imported:
    seed, merged = read_seed(name), "merged" in layout
    if layout.startswith("xlsx"):
        return import_roadmap(as_xlsx(seed, merged_sections=merged), file_name="план.xlsx")
    data = as_docx(seed, one_table="cut" not in layout, merged_sections=merged)
    return import_roadmap(data, file_name="план.docx")


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("name", KEYS)
def test_every_row_and_every_cell_of_a_seed_is_there(name: str, layout: str) -> None:
    payload = imported(name, layout).payload

    assert [column["key"] for column in payload["columns"]] == KEYS[name]
    assert [{key: printed(row, key) for key in KEYS[name]} for row in payload["rows"]] == expected_rows(name)
    assert len(payload["rows"]) == ROWS[name]


@pytest.mark.parametrize("name", KEYS)
def test_the_schema_takes_every_seed_as_it_was_typed(name: str, layout: str) -> None:
    data = forms.get_kind("roadmap").load(imported(name, layout).payload)

    assert len(data["rows"]) == ROWS[name]


def test_the_six_sections_of_000_stand_at_their_first_rows(layout: str) -> None:
    rows = imported("000", layout).payload["rows"]

    assert {row["no"]: row["section"][:3] for row in rows if "section" in row} == {
        "1.1": "1. ",
        "2.1": "2. ",
        "3.1": "3. ",
        "4.1.": "4. ",
        "5.1": "5. ",
        "6. 1": "6. ",
    }


def test_a_row_with_a_date_and_no_number_is_not_swallowed(layout: str) -> None:
    row = imported("001", layout).payload["rows"][8]

    assert "no" not in row
    assert plain(row["action"]) == plain(expected_rows("001")[8]["action"])
    assert row["period"] == "14 апреля 2021г."


def test_a_numbered_row_with_nothing_in_it_is_kept_and_reported(layout: str) -> None:
    result = imported("000", layout)

    assert {"no": "2.13", "action": ""} in result.payload["rows"]
    assert "В строке «2.13» заполнен только номер." in [remark.text for remark in result.remarks]


def test_the_typed_notes_of_000_become_a_footnote_and_abbreviations(layout: str) -> None:
    payload = imported("000", layout).payload

    (note,) = payload["footnotes"]
    assert note["place"] == "title"
    assert plain(note["text"]) in seed_text("000")
    assert payload["abbreviations_place"] == "footnote"
    assert [one["short"] for one in payload["abbreviations"]] == ["ОО", "МО", "РО", "РПЦ", "ИС МЭДК"]
    assert [one["short"] for one in payload["abbreviations"] if not one["full"]] == ["РО"]
    assert all(plain(one["full"]) in seed_text("000") for one in payload["abbreviations"])


def test_the_titles_are_found_below_orders_and_stamps(layout: str) -> None:
    for name in KEYS:
        title = imported(name, layout).payload["title"]

        assert plain(title) in seed_text(name)
        assert "дорожная карта" in title.lower()
        assert str(YEARS[name]) in title or name == "004"


def test_marks_and_stamps_are_recognised(layout: str) -> None:
    marks = {name: imported(name, layout).payload.get("approval") or {} for name in KEYS}
    officer = marks["001"]["person"]

    assert [mark.get("form") for mark in marks.values()] == [None, "approve_stamp", "annex", "annex_approved"]
    assert plain(f"{marks['001']['position']} {officer['last']} {officer['initials']}") in seed_text("001")
    assert (marks["003"]["act"], marks["003"]["date"], marks["003"]["number"]) == ("распоряжение", None, "")
    assert (marks["004"]["act"], marks["004"]["date"], marks["004"]["number"]) == (
        "приказ",
        "2021-03-19",
        "376",
    )
    assert all(plain(marks[name]["body"]) in seed_text(name) for name in ("003", "004"))


def test_the_order_above_the_roadmap_is_reported_and_not_lost(layout: str) -> None:
    remarks = {remark.place: remark.text for remark in imported("004", layout).remarks}

    assert "ПРИКАЗЫВАЮ:" in remarks["текст перед таблицей"]
    assert "Директор департамента" in remarks["текст перед таблицей"]


@pytest.mark.parametrize("name", KEYS)
def test_the_cells_of_the_paper_made_from_a_seed_are_the_cells_of_the_seed(name: str, layout: str) -> None:
    kind = forms.get_kind("roadmap")
    data = kind.load(imported(name, layout).payload)

    docx = TemplateCache(TEMPLATES).get("roadmap").fill(kind.context(data), title="")

    width = len(KEYS[name])
    measures = [row for row in table_rows(docx)[-1][1:] if len(row) == width]
    assert [[plain(cell) for cell in row] for row in measures] == [
        [plain(row[key]) for key in KEYS[name]] for row in expected_rows(name)
    ]


def seed_text(name: str) -> str:
    """Return the whole seed without what typography may change and without marks of emphasis."""
    (file,) = SEEDS.glob(f"{name}_*.txt")
    return plain(file.read_text(encoding="utf-8").replace("*", ""))


def plain(text: str) -> str:
    """Return a text without what typography may change: spaces, quotes, dashes."""
    return re.sub(r"[\s\u00a0\"«»“”„–—¹²-]+", "", text)
