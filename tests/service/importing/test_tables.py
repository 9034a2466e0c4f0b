from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.importing import Imported, import_roadmap
from tests.service.importing.office_files import HEADING, ROW, TITLE, excel, word


def from_word(*tables: Any, **options: Any) -> Imported:
    return import_roadmap(word(*tables, **options), file_name="карта.docx")


def from_excel(rows: Any, **options: Any) -> Imported:
    return import_roadmap(excel(rows, **options), file_name="карта.xlsx")


def said(imported: Imported) -> list[str]:
    return [f"{remark.place}: {remark.text}" for remark in imported.remarks]


@pytest.mark.parametrize("read", [from_word, from_excel])
def test_a_plain_table_needs_no_remark(read: Any) -> None:
    imported = read([HEADING, ROW])

    assert imported.payload == {
        "title": TITLE,
        "year": 2022,
        "columns": [
            {"key": "no", "title": "№ п/п"},
            {"key": "action", "title": "Мероприятие"},
            {"key": "period", "title": "Срок"},
            {"key": "executors", "title": "Исполнители"},
        ],
        "rows": [{"no": "1", "action": "Назначить кураторов", "period": "март 2022", "executors": ["УО"]}],
    }
    assert imported.remarks == ()


def test_the_table_with_most_known_headings_is_taken() -> None:
    schools = [["№", "Мероприятие", "Школа", "Директор"], ["1", "Отбор", "Школа № 1", "Иванов"]]

    imported = from_word(schools, [HEADING, ROW])

    assert [row["action"] for row in imported.payload["rows"]] == ["Назначить кураторов"]
    assert "Школа № 1" in said(imported)[-1]


def test_repeated_headings_and_counted_columns_are_skipped() -> None:
    imported = from_word([HEADING, ["1", "2", "3", "4"], ROW, HEADING, ["2", "Отчёт", "май 2022", "УО"]])

    assert [row["no"] for row in imported.payload["rows"]] == ["1", "2"]
    assert said(imported) == [
        "таблица 1, строка 2: Строка с номерами граф пропущена.",
        "таблица 1, строка 4: Повторённая шапка таблицы пропущена.",
    ]


def test_a_torn_row_is_joined_across_a_repeated_heading() -> None:
    torn = ["", "и координаторов", "", "ИРО"]

    imported = from_word([HEADING, ROW, HEADING, torn])

    assert imported.payload["rows"] == [
        {
            "no": "1",
            "action": "Назначить кураторов и координаторов",
            "period": "март 2022",
            "executors": ["УО", "ИРО"],
        }
    ]


def test_a_new_sentence_without_number_and_term_stays_a_row() -> None:
    imported = from_word([HEADING, ROW, ["", "Обучить кураторов", "", "ИРО"]])

    assert [row["action"] for row in imported.payload["rows"]] == ["Назначить кураторов", "Обучить кураторов"]
    assert said(imported) == ["таблица 1, строка 3: У строки нет номера."]


@pytest.mark.parametrize(
    "section",
    [["1. Организация", "", "", ""], ["Организация", "", "", ""], ["1.", "Организация", "", ""]],
    ids=["in the first cell", "without a number", "number and title apart"],
)
def test_a_section_is_recognised(section: list[str]) -> None:
    imported = from_word([HEADING, section, ["1.1", *ROW[1:]]])

    assert imported.payload["rows"][0]["section"] == " ".join(filter(None, section))
    assert len(imported.payload["rows"]) == 1


def test_a_section_without_rows_is_reported() -> None:
    imported = from_word([HEADING, ROW, ["Итоги", "", "", ""]])

    assert "таблица 1, строка 3: Под этой строкой нет мероприятий: «Итоги»." in said(imported)


def test_vertically_merged_cells_are_filled_down_in_word_and_excel() -> None:
    rows = [HEADING, ROW, ["2", "Обучить кураторов", "", "ИРО"]]

    def merge_word(document: Any) -> None:
        table = document.tables[0]
        table.cell(1, 2).merge(table.cell(2, 2)).text = "март 2022"

    def merge_excel(book: Any) -> None:
        book.active.merge_cells("C4:C5")

    for imported in (from_word(rows, edit=merge_word), from_excel(rows, edit=merge_excel)):
        assert [row["period"] for row in imported.payload["rows"]] == ["март 2022", "март 2022"]
        assert "Объединённая ячейка повторена" in said(imported)[0]


def test_two_level_headings_with_merged_cells_are_read_in_word_and_excel() -> None:
    rows = [
        ["№", "Мероприятие", "Срок", "", "Результат"],
        ["", "", "начало", "окончание", ""],
        ["1", "Отбор школ", "01.02.2022", "28.02.2022", "Список"],
        ["2", "Отчёт", "", "16.12.2022", "Отчёт"],
    ]

    def merge_word(document: Any) -> None:
        table = document.tables[0]
        table.cell(0, 2).merge(table.cell(0, 3)).text = "Срок"
        for column, text in ((0, "№"), (1, "Мероприятие"), (4, "Результат")):
            table.cell(0, column).merge(table.cell(1, column)).text = text

    def merge_excel(book: Any) -> None:
        for area in ("C3:D3", "A3:A4", "B3:B4", "E3:E4"):
            book.active.merge_cells(area)

    for imported in (from_word(rows, edit=merge_word), from_excel(rows, edit=merge_excel)):
        assert [(c["key"], c.get("group")) for c in imported.payload["columns"]] == [
            ("no", None),
            ("action", None),
            ("start", "Срок"),
            ("end", "Срок"),
            ("result", None),
        ]
        assert [row["period"] for row in imported.payload["rows"]] == [
            "01.02.2022 – 28.02.2022",
            "до 16.12.2022",
        ]


@pytest.mark.parametrize(
    ("action", "term", "expected"),
    [
        ("Отбор:\n3.1.Школы\n3.2. Кураторы", "май 2022", ["3.1.", "3.2."]),
        ("Отбор:\n1) школы\n2) кураторы", "май 2022", ["1)", "2)"]),
        ("Отбор:\n- школы\n- кураторы", "до 01.03.2022\nдо 01.04.2022", ["-", "-"]),
        ("Отбор:\n- школы\n- кураторы", "май 2022", []),
        ("Отбор:\n1) школы\n3) кураторы", "май 2022", []),
        ("Отбор:\n1) школы\n2) кураторы\nОбучение", "май 2022", []),
        ("Отбор школ\nи кураторов", "май 2022", []),
    ],
)
def test_parts_are_taken_only_where_they_are_marked(action: str, term: str, expected: list[str]) -> None:
    row = from_word([HEADING, ["3.", action, term, "УО"]]).payload["rows"][0]

    assert [part["no"] for part in row.get("sub_actions", [])] == expected
    assert row["action"] == ("Отбор:" if expected else action)


def test_several_terms_without_parts_stay_the_lines_of_one_term() -> None:
    row = from_word([HEADING, ["1", "Сдать отчёты", "до 01.03.2022\n\n\nдо 01.04.2022", "УО"]]).payload[
        "rows"
    ][0]

    assert row["period"] == "до 01.03.2022\nдо 01.04.2022"


def test_a_term_that_is_not_understood_is_kept_and_reported() -> None:
    imported = from_word([HEADING, ["1", "Отбор", "когда-нибудь", "УО"]])

    assert imported.payload["rows"][0]["period"] == "когда-нибудь"
    assert said(imported)[0].startswith("таблица 1, строка 2: Срок перенесён как набран, но не прочитан.")


def test_unknown_and_nameless_columns_are_kept_under_free_keys() -> None:
    imported = from_word([["", *HEADING[1:], "Место", ""], [*ROW, "Школа № 1", "Официальный сайт"]])

    columns = [(column["key"], column["title"]) for column in imported.payload["columns"]]

    assert columns[0] == ("no", "№ п/п")
    assert columns[4:] == [("note", "Место"), ("publication", "Размещение результата")]
    assert imported.payload["rows"][0]["note"] == "Школа № 1"
    assert len(imported.remarks) == 3


def test_dates_numbers_and_formulas_of_excel_read_as_they_are_shown() -> None:
    rows = [
        [*HEADING, "Показатель"],
        [1.1, "Отбор", dt.date(2022, 3, 1), "УО", 0.45],
        [dt.date(2022, 2, 1), "Отчёт", dt.date(2022, 9, 1), "УО", "=1+1"],
        [3, "Итог", "декабрь 2022", "УО", 12.5],
    ]

    def shape(book: Any) -> None:
        book.active["E4"].number_format = "0%"
        book.active["C5"].number_format = "mmmm yyyy"

    imported = from_excel(rows, edit=shape)

    assert [[row["no"], row["period"], row.get("indicator")] for row in imported.payload["rows"]] == [
        ["1.1", "01.03.2022", "45%"],
        ["1.2", "сентябрь 2022", None],
        ["3", "декабрь 2022", "12,5"],
    ]
    assert said(imported) == [
        "лист 1, строка 5, графа C: Excel показывает здесь месяц, а хранит день: перенесено «сентябрь 2022».",
        "лист 1, строка 5, графа E: Формула без сохранённого результата: ячейка осталась пустой.",
    ]


def test_text_below_a_sheet_and_other_sheets_are_reported() -> None:
    def more(book: Any) -> None:
        book.active.append([])
        book.active.append(["Координатор", None, "И.И. Иванов"])
        book.create_sheet("Школы").append(["Школа № 1"])

    assert said(from_excel([HEADING, ROW], edit=more)) == [
        "лист 2: Лист не перенесён: дорожная карта взята с другого листа.",
        "текст после таблицы: Не перенесено: «Координатор / И.И. Иванов».",
    ]


def test_automatic_numbers_of_word_are_read() -> None:
    def numbered(document: Any) -> None:
        for row in document.tables[0].rows[1:]:
            row.cells[0].paragraphs[0].style = "List Number"

    imported = from_word([HEADING, ["", *ROW[1:]], ["", "Отчёт", "май 2022", "УО"]], edit=numbered)

    assert [row["no"] for row in imported.payload["rows"]] == ["1.", "2."]


def test_text_boxes_and_content_controls_are_read_deleted_rows_are_not() -> None:
    box = (
        f"<w:p {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><w:r><w:pict><v:shape><v:textbox>"
        "<w:txbxContent><w:p><w:r><w:t>УТВЕРЖДАЮ</w:t></w:r></w:p><w:p><w:r><w:t>Начальник УО</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>________ И.И. Иванов</w:t></w:r></w:p><w:p><w:r><w:t>12.02.2022</w:t></w:r></w:p>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )

    def change(document: Any) -> None:
        document.element.body.insert(0, parse_xml(box))
        rows = document.tables[0].rows
        rows[2]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')}/>"))
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        rows[1]._tr.addprevious(control)
        control[0].append(rows[1]._tr)

    imported = from_word([HEADING, ROW, ["2", "Удалено", "май 2022", "УО"]], edit=change)

    assert [row["no"] for row in imported.payload["rows"]] == ["1"]
    assert imported.payload["approval"] == {
        "form": "approve_stamp",
        "position": "Начальник УО",
        "person": {"initials": "И.И.", "last": "Иванов"},
        "date": "2022-02-12",
    }
    assert said(imported)[0].startswith("документ: В документе есть непринятые правки")


def test_a_raised_digit_of_a_heading_is_a_mark_and_not_a_number() -> None:
    def raise_digit(document: Any) -> None:
        run = document.tables[0].cell(0, 3).paragraphs[0].add_run("1")
        run.font.superscript = True

    imported = from_word([HEADING, ROW], below=["¹ По согласованию."], edit=raise_digit)

    assert imported.payload["columns"][3] == {"key": "executors", "title": "Исполнители"}
    assert imported.payload["footnotes"] == [
        {"place": "column", "text": "По согласованию.", "target": "executors"}
    ]


def test_the_year_is_taken_from_the_terms_when_the_title_has_none() -> None:
    imported = from_word([HEADING, ROW], above=["Дорожная карта проекта «500+»"])

    assert imported.payload["year"] == 2022
    assert said(imported) == ["год: В заголовке нет года: взят 2022 из сроков."]


def test_a_missing_title_and_year_are_reported() -> None:
    imported = from_word([HEADING, ["1", "Отбор", "март", "УО"]], above=[])

    assert imported.payload["title"] == ""
    assert imported.payload["year"] is None
    assert {remark.place for remark in imported.remarks} == {"заголовок", "год"}
