from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

import forms
from forms._kind import flat_messages
from forms._parts import approval_lines
from forms._roadmap_table import COLUMNS, placed_columns
from service.filling import TemplateCache
from service.filling.outline import table_rows
from tests.samples import changed, read_sample

KIND = forms.get_kind("roadmap")
NBSP = "\N{NO-BREAK SPACE}"

# Column sets met in real roadmaps: (key, heading) or (key, heading, common heading).
COLUMN_SETS: dict[str, list[tuple[str, ...]]] = {
    "C1": [("no", "№ п/п"), ("action", "Описание действий"), ("period", "Дата реализации"),
           ("indicator", "Муниципальный показатель реализации")],
    "C2": [("no", "№"), ("action", "Описание действий"), ("period", "Дата реализации"), ("executors", "Исполнитель")],
    "C3": [("period", "Дата"), ("event", "Событие"), ("action", "Описание"), ("indicator", "Показатель для контроля")],
    "C4": [("no", "№ п/п"), ("action", "Задачи"), ("period", "Сроки реализации"), ("indicator", "Показатель"),
           ("executors", "Исполнители"), ("publication", "Размещение")],
    "C5": [("no", "№"), ("action", "Описание действий"), ("period", "Дата реализации"), ("indicator", "Показатель")],
    "C6": [("no", "N п/п"), ("action", "Наименование мероприятия"), ("executors", "Ответственный"),
           ("result", "Результат"), ("period", "Срок")],
    "C7": [("no", "N"), ("action", "Наименование мероприятия"), ("executors", "Ответственный исполнитель"),
           ("result", "Результат"), ("period", "Срок исполнения")],
    "C8": [("no", "N"), ("action", "Наименование мероприятия"), ("period", "Срок исполнения"),
           ("executors", "Ответственный исполнитель"), ("result", "Результат")],
    "C9": [("no", "N"), ("action", "Направления деятельности"), ("period", "Сроки"), ("executors", "Ответственные")],
    "C10": [("no", "N п/п"), ("action", "Пошаговые мероприятия"), ("indicator", "Контрольные показатели"),
            ("q1", "I квартал", "Сроки"), ("q2", "II квартал", "Сроки"), ("q3", "III квартал", "Сроки"),
            ("q4", "IV квартал", "Сроки")],
    "C11": [("no", "N п/п"), ("action", "Мероприятие"), ("executors", "Исполнитель"), ("start", "начала", "Срок"),
            ("end", "окончания", "Срок"), ("result", "Ожидаемый результат"),
            ("consequences", "Последствия нереализации"), ("related", "Связь с показателями")],
    "C12": [("no", "N п.п"), ("action", "Направление мероприятия"), ("period", "Сроки реализации"),
            ("usage", "Дальнейшее использование результатов")],
}  # fmt: skip


def payload_of(columns: list[tuple[str, ...]], **row: Any) -> dict[str, Any]:
    """Return a small roadmap whose one row fills every chosen column."""
    keys = {column[0] for column in columns}
    values: dict[str, Any] = {"action": "Провести совещание"}
    if keys & {"period", "start", "end", "q1"}:
        values["period"] = "01.02.2022 – 30.04.2022"
    for key in keys - {"action", "period", "start", "end", "q1", "q2", "q3", "q4"}:
        values[key] = (
            [f"{key} раз", f"{key} два"] if key in {"executors", "publication"} else f"{key} текст"[:12]
        )
    return {
        "title": "Дорожная карта",
        "year": 2022,
        "columns": [dict(zip(("key", "title", "group"), column, strict=False)) for column in columns],
        "rows": [{**values, **row}],
    }


def printed_tables(payload: dict[str, Any], templates: TemplateCache) -> list[list[str]]:
    data = KIND.load(payload)
    return table_rows(templates.get("roadmap").fill(KIND.context(data), title=""))[-1]


@pytest.mark.parametrize("name", COLUMN_SETS)
def test_every_column_set_met_in_real_roadmaps_prints_its_headings_and_cells(
    name: str, templates: TemplateCache
) -> None:
    columns = COLUMN_SETS[name]
    rows = printed_tables(payload_of(columns), templates)
    headings = [column[1] for column in columns]

    lowest = rows[1] if any(len(column) == 3 for column in columns) else rows[0]
    assert [text or upper for text, upper in zip(lowest, _spread(rows[0], columns), strict=True)] == [
        heading.replace("№ п", f"№{NBSP}п").replace(" квартал", f"{NBSP}квартал") for heading in headings
    ]
    assert len(rows[-1]) == len(columns)
    assert all(rows[-1][i] for i, column in enumerate(columns) if column[0] not in {"q3", "q4"})


def _spread(upper: list[str], columns: list[tuple[str, ...]]) -> list[str]:
    """Return the upper heading cell over every column."""
    spread, cells = [], iter(upper)
    for index, column in enumerate(columns):
        shared = index and len(column) == 3 and columns[index - 1][2:] == column[2:]
        spread.append(spread[-1] if shared else next(cells))
    return spread


def test_quarters_are_marked_by_the_term(templates: TemplateCache) -> None:
    rows = printed_tables(payload_of(COLUMN_SETS["C10"]), templates)

    assert rows[-1][3:] == ["+", "+", "", ""]


def test_start_and_end_are_printed_in_their_columns(templates: TemplateCache) -> None:
    rows = printed_tables(payload_of(COLUMN_SETS["C11"], period="март 2022"), templates)

    assert rows[-1][3:5] == ["01.03.2022", "31.03.2022"]


def test_each_executor_stands_on_a_line_of_its_own(templates: TemplateCache) -> None:
    rows = printed_tables(payload_of(COLUMN_SETS["C2"], executors=["УО", "кураторы"]), templates)

    assert rows[-1][3] == "УО\nкураторы"


def test_terms_of_parts_stand_behind_the_numbers_of_their_parts(templates: TemplateCache) -> None:
    parts = [
        {"no": "1)", "text": "утвердить перечень", "period": "до 26.11.2021"},
        {"no": "2)", "text": "назначить кураторов", "period": "до 07.02.2022"},
    ]
    rows = printed_tables(payload_of(COLUMN_SETS["C1"], sub_actions=parts, period=""), templates)

    assert rows[-1][1] == "Провести совещание\n1) утвердить перечень\n2) назначить кураторов"
    assert rows[-1][2] == f"1) до{NBSP}26.11.2021\n2) до{NBSP}07.02.2022"


def test_several_terms_in_one_cell_keep_their_lines(templates: TemplateCache) -> None:
    rows = printed_tables(payload_of(COLUMN_SETS["C1"], period="до 26.11.2021\nдо 20.12.2021"), templates)

    assert rows[-1][2] == f"до{NBSP}26.11.2021\nдо{NBSP}20.12.2021"


def test_a_term_without_a_year_gets_the_year_of_the_document() -> None:
    data = KIND.load(payload_of(COLUMN_SETS["C1"], period="сентябрь-октябрь"))

    period = data["rows"][0]["period"]
    assert (period.start.isoformat(), period.end.isoformat()) == ("2022-09-01", "2022-10-31")
    assert "YEAR_INFERRED" in period.flags


def test_the_whole_period_is_the_period_of_the_document() -> None:
    payload = {
        **payload_of(COLUMN_SETS["C1"], period="Весь период реализации"),
        "starts_on": "2021-12-01",
        "ends_on": "2022-11-30",
    }

    period = KIND.load(payload)["rows"][0]["period"]
    assert (period.start.isoformat(), period.end.isoformat()) == ("2021-12-01", "2022-11-30")


def refused(payload: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        KIND.load(payload)
    return flat_messages(error.value.messages)


def test_a_term_that_is_not_understood_is_refused_and_not_guessed() -> None:
    messages = refused(payload_of(COLUMN_SETS["C1"], period="когда получится"))

    assert list(messages) == ["rows.0.period"]
    assert "не распознан" in messages["rows.0.period"][0]


def test_a_filled_field_without_a_column_is_not_lost_in_silence() -> None:
    messages = refused(payload_of(COLUMN_SETS["C1"], result="Приказ"))

    assert list(messages) == ["rows.0.result"]


def test_a_column_chosen_twice_is_refused() -> None:
    assert list(refused(payload_of([*COLUMN_SETS["C1"], ("period", "Срок")]))) == ["columns.4.key"]


def test_a_footnote_to_nothing_is_refused() -> None:
    payload = {**payload_of(COLUMN_SETS["C1"]), "footnotes": [{"place": "row", "target": "9.9", "text": "x"}]}

    assert list(refused(payload)) == ["footnotes.0.target"]


def test_footnotes_are_numbered_in_the_order_of_the_page() -> None:
    payload = {
        **payload_of(COLUMN_SETS["C1"], no="1.1"),
        "footnotes": [
            {"place": "row", "target": "1.1", "text": "третья"},
            {"place": "column", "target": "indicator", "text": "вторая"},
            {"place": "title", "text": "первая"},
        ],
    }

    notes = KIND.context(KIND.load(payload))["notes"]
    assert [(note["id"], note["text"]) for note in notes] == [(2, "первая"), (3, "вторая"), (4, "третья")]


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Дорожная карта", "УТВЕРЖДЕНА"),
        ("Муниципальная дорожная карта", "УТВЕРЖДЕНА"),
        ("План-график (дорожная карта)", "УТВЕРЖДЁН"),
        ("Положение о конкурсе", "УТВЕРЖДЕНО"),
        ("Показатели мониторинга", "УТВЕРЖДЕНЫ"),
    ],
)
def test_the_word_of_approval_agrees_with_what_is_approved(title: str, word: str) -> None:
    approval = {"form": "approved_by_act", "act": "приказ", "body": "отдела", "date": None, "number": "5",
                "annex_number": None}  # fmt: skip

    assert approval_lines(approval, title)[0] == word


def test_an_approval_without_date_and_number_leaves_room_for_them() -> None:
    payload = read_sample("roadmap.003")

    mark = KIND.context(KIND.load(payload))["mark"]
    assert mark[0] == "Приложение"
    assert mark[1].startswith("к распоряжению ")
    assert "«___»" in mark[-1]
    assert mark[-1].endswith("_")


def test_a_stamp_without_its_officer_is_refused() -> None:
    payload = {**payload_of(COLUMN_SETS["C1"]), "approval": {"form": "approve_stamp"}}

    assert set(refused(payload)) == {"approval.position", "approval.person"}


def test_a_title_that_nothing_agrees_with_is_refused_at_its_field() -> None:
    payload = {
        **payload_of(COLUMN_SETS["C1"]),
        "title": "500+",
        "approval": {"form": "approved_by_act", "body": "отдела образования"},
    }

    assert list(refused(payload)) == ["title"]


@given(
    keys=st.lists(st.sampled_from(list(COLUMNS)), min_size=2, max_size=12, unique=True),
    landscape=st.booleans(),
    fixed=st.none() | st.integers(8, 200),
    word=st.text("абвгд", min_size=1, max_size=80),
)
def test_columns_always_fill_the_sheet_exactly(
    keys: list[str], landscape: bool, fixed: int | None, word: str
) -> None:
    columns = [{"key": key, "title": word, "group": "", "width_mm": None} for key in keys]
    columns[0]["width_mm"] = fixed

    placed = placed_columns(columns, [], landscape=landscape)

    assert sum(column["width"] for column in placed) == (15137 if landscape else 10205)
    assert all(column["width"] > 0 for column in placed)


def test_no_word_of_a_sample_is_wider_than_its_column() -> None:
    data = KIND.load(read_sample("roadmap.event"))
    placed = {column["key"]: column["width"] for column in KIND.context(data)["grid"]}

    assert placed["consequences"] > 1440  # «нереализации» in bold type needs about an inch


def test_a_row_note_marks_its_row_once() -> None:
    payload = changed(read_sample("roadmap"), ("footnotes", 0, "text"), "По графику.")
    lines = KIND.context(KIND.load(payload))["tables"][0]["lines"]

    assert sum(len(cell["notes"]) for line in lines for cell in line["cells"]) == 1


def test_no_heading_of_two_levels_is_cut_off_on_further_pages() -> None:
    """LibreOffice 7.4 repeats a merged title without the height it needs, so the lower line states it."""
    heading = KIND.context(KIND.load(read_sample("roadmap.event")))["tables"][0]["heading"]
    plain = KIND.context(KIND.load(read_sample("roadmap")))["tables"][0]["heading"]

    assert heading[0]["height"] == 0
    assert heading[1]["height"] > 300  # three lines of a title beside two lines of the group
    assert [line["height"] for line in plain] == [0]


def test_one_long_cell_does_not_take_the_width_of_the_others() -> None:
    payload = read_sample("roadmap")
    before = {c["key"]: c["width"] for c in KIND.context(KIND.load(payload))["grid"]}
    payload["rows"][3]["executors"] = ["Муниципальный координатор " + "и кураторы школ " * 20]
    after = {c["key"]: c["width"] for c in KIND.context(KIND.load(payload))["grid"]}

    assert before["executors"] < after["executors"] < 1.8 * before["executors"]
    assert after["indicator"] > 0.7 * before["indicator"]
