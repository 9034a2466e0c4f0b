from __future__ import annotations

import functools

import pytest

import forms
from service.importing import Imported, import_roadmap
from tests.service.importing.seed_tables import KEYS, as_docx, as_xlsx, expected_rows, printed, read_seed

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

    assert {row["no"]: row["section"][:24] for row in rows if "section" in row} == {
        "1.1": "1. Организационное сопро",
        "2.1": "2. Информационное сопров",
        "3.1": "3. Методическое сопровож",
        "4.1.": "4. Проведение дополнител",
        "5.1": "5. Наличие уникальных ре",
        "6. 1": "6. Проведение образовате",
    }


def test_a_row_with_a_date_and_no_number_is_not_swallowed(layout: str) -> None:
    row = imported("001", layout).payload["rows"][8]

    assert "no" not in row
    assert row["action"] == "Первичное посещение МБОУ «Алходжакентская СОШ им. Ш.И. Исмаилова»."
    assert row["period"] == "14 апреля 2021г."


def test_a_numbered_row_with_nothing_in_it_is_kept_and_reported(layout: str) -> None:
    result = imported("000", layout)

    assert {"no": "2.13", "action": ""} in result.payload["rows"]
    assert "В строке «2.13» заполнен только номер." in [remark.text for remark in result.remarks]


def test_the_typed_notes_of_000_become_a_footnote_and_abbreviations(layout: str) -> None:
    payload = imported("000", layout).payload

    assert payload["footnotes"] == [{"place": "title", "text": "Далее - Проект 500+"}]
    assert payload["abbreviations_place"] == "footnote"
    assert {one["short"]: one["full"] for one in payload["abbreviations"]} == {
        "ОО": "общеобразовательная организация",
        "МО": "муниципальное образование",
        "РО": "",
        "РПЦ": "рисковый профиль школы",
        "ИС МЭДК": "информационная система «Мониторинг электронных дорожных карт»",
    }


def test_the_titles_are_found_below_orders_and_stamps(layout: str) -> None:
    titles = {name: " ".join(imported(name, layout).payload["title"].split()) for name in KEYS}

    assert titles == {
        "000": "Муниципальная дорожная карта реализации проекта Адресной методической помощи 500+ (на 2022 год)",
        "001": "Дорожная карта по реализации проекта «500+» по оказанию адресной методической помощи школам с "
        "низкими образовательными результатами (ШНОР) в 2021 году",
        "003": "План-график (дорожная карта) региональных мероприятий по проекту адресной методической помощи "
        "«500+» в 2022 году.",
        "004": "План-график (дорожная карта) региональных мероприятий по проекту адресной методической помощи "
        "«500+»",
    }


def test_marks_and_stamps_are_recognised(layout: str) -> None:
    marks = {name: imported(name, layout).payload.get("approval") for name in KEYS}

    assert marks == {
        "000": None,
        "001": {
            "form": "approve_stamp",
            "position": "начальник МКУ «Управление образования\nМР «Каякентский район»",
            "person": {"last": "Рашидов", "initials": "М.Р."},
            "date": None,
        },
        "003": {
            "form": "annex",
            "act": "распоряжение",
            "body": "Департамента образования",
            "date": None,
            "number": "",
        },
        "004": {
            "form": "annex_approved",
            "act": "приказ",
            "body": "департамента образования и науки\nКостромской области",
            "date": "2021-03-19",
            "number": "376",
        },
    }


def test_the_order_above_the_roadmap_is_reported_and_not_lost(layout: str) -> None:
    remarks = {remark.place: remark.text for remark in imported("004", layout).remarks}

    assert "ПРИКАЗЫВАЮ:" in remarks["текст перед таблицей"]
    assert "И.Н. Морозов" in remarks["текст перед таблицей"]
