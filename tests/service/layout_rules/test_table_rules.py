"""Every rule about tables."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from service.filling.document import read_parts, write_parts
from tests.service.layout_rules.spoiled import Spoil, both, layout, rules, written

NBSP = "\N{NO-BREAK SPACE}"
HEADINGS = (f"№{NBSP}п/п", "Мероприятие", "Срок реализации", "Исполнители", "Показатель реализации")
LANDSCAPE = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
ROW = "Назначение школьных координаторов и закрепление кураторов за школами-участницами"


def emptied(*texts: str) -> Spoil:
    return both(*(written(f">{text}<", "><") for text in texts))


CASES = [
    ("G-TBL-01", "roadmap", written("<w:tblHeader/>", "")),
    ("G-TBL-03", "roadmap", written("<w:cantSplit/>", "")),
    ("G-TBL-04", "roadmap", written('<w:gridSpan w:val="5"/>', '<w:gridSpan w:val="3"/>')),
    ("G-TBL-05", "roadmap", written('<w:gridCol w:w="5551"/>', '<w:gridCol w:w="6551"/>')),
    ("G-TBL-05", "roadmap", written('<w:tblLayout w:type="fixed"/>', "")),
    ("G-TBL-06", "roadmap", emptied("Исполнители")),
    (
        "G-TBL-07",
        "roadmap",
        emptied(ROW, "до\u00a030.01.2023", "Муниципальный координатор", "школы-участницы",
                "Координатор и куратор есть в каждой из четырёх школ-участниц"),
    ),
    ("G-TBL-08", "roadmap", written(">1.3<", ">1.5<")),
    ("G-TBL-09", "roadmap.003", written(LANDSCAPE, '<w:pgSz w:w="11906" w:h="16838"/>')),
    ("G-TBL-10", "roadmap", written(">Исполнители<", ">Исполнители¹<")),
    ("G-TBL-10", "roadmap", written('<w:footnoteReference w:id="2"/>', '<w:footnoteReference w:id="9"/>')),
    ("G-TBL-10", "roadmap", written("Принятые сокращения: ", "Принятые сокращения: ЦНППМ – центр; ")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sample", "spoil"), CASES)
def test_a_spoiled_table_is_caught(rule: str, sample: str, spoil: Spoil) -> None:
    assert rule not in rules(sample)
    assert rule in rules(sample, spoil)


def test_a_heading_typed_again_on_each_page_is_caught() -> None:
    (finding,) = [one for one in layout("roadmap", _row_under_heading()) if one.rule == "G-TBL-01"]

    assert finding.path == "table.2.row.2"
    assert finding.message.startswith("Заголовок таблицы набран ещё раз: «№ п/п | Мероприятие")


def test_column_numbers_repeat_with_the_heading() -> None:
    figures = {old: str(number) for number, old in enumerate(HEADINGS, start=1)}
    numbered = _row_under_heading(figures)
    repeated = _row_under_heading(figures, is_heading=True)

    assert "G-TBL-02" in rules("roadmap", numbered)
    assert "G-TBL-02" not in rules("roadmap", repeated)


def test_a_name_of_a_section_in_one_column_is_caught() -> None:
    section = _row_under_heading({**dict.fromkeys(HEADINGS, ""), HEADINGS[0]: "Подготовка"})

    assert "G-TBL-04" in rules("roadmap", section)


def _row_under_heading(texts: Mapping[str, str] | None = None, *, is_heading: bool = False) -> Spoil:
    """Repeat the heading row as a row of its own, with other texts."""

    def spoil(docx: bytes) -> bytes:
        parts = read_parts(docx)
        document = parts["word/document.xml"].decode()
        mark = document.index("<w:tblHeader/>")
        start, end = document.rindex("<w:tr>", 0, mark), document.index("</w:tr>", mark) + len("</w:tr>")
        row = document[start:end]
        for old, new in (texts or {}).items():
            assert f">{old}<" in row, old
            row = row.replace(f">{old}<", f">{new}<")
        if not is_heading:
            row = row.replace("<w:tblHeader/>", "")
        parts["word/document.xml"] = (document[:end] + row + document[end:]).encode()
        return write_parts(parts)

    return spoil


def test_a_layout_table_is_no_table() -> None:
    assert "G-TBL-01" not in rules("order")
    assert "G-TBL-01" not in rules("working_group")


def test_a_table_wider_than_the_text_says_by_how_much() -> None:
    wide = written('<w:gridCol w:w="5551"/>', '<w:gridCol w:w="6551"/>')
    (finding,) = [one for one in layout("roadmap", wide) if one.rule == "G-TBL-05"]

    assert finding.severity == "error"
    assert finding.message == "Таблица шире текста: 284,6 мм при ширине 267 мм."
