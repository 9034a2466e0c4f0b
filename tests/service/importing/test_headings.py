from __future__ import annotations

import pytest

from service.importing.grids import Cell, Grid, Line
from service.importing.headings import find_heading, recognised

QUARTERS = ["I квартал", "II квартал", "III квартал", "IV квартал"]
COLUMN_SETS = {
    "C1": (
        ["№ п/п", "Описание действий", "Дата реализации", "Муниципальный показатель реализации ²"],
        ["no", "action", "period", "indicator"],
    ),
    "C2": (
        ["№", "Описание действий", "Дата реализации", "Исполнитель"],
        ["no", "action", "period", "executors"],
    ),
    "C3": (
        ["Дата", "Событие", "Описание", "Показатель для контроля включенности региона"],
        ["period", "event", "action", "indicator"],
    ),
    "C4": (
        ["№ п/п", "Задачи", "Сроки реализаций ", "Региональный показатель реализации", "Исполнители", ""],
        ["no", "action", "period", "indicator", "executors", ""],
    ),
    "C5": (
        ["№", "Описание действий", "Дата реализации", "Региональный показатель реализации"],
        ["no", "action", "period", "indicator"],
    ),
    "C6": (
        ["N (п/п)", "Наименование мероприятия", "Ответственный", "Результат", "Срок"],
        ["no", "action", "executors", "result", "period"],
    ),
    "C7": (
        ["N", "Наименование мероприятия", "Ответственный исполнитель", "Результат", "Срок исполнения"],
        ["no", "action", "executors", "result", "period"],
    ),
    "C8": (
        ["N", "НАИМЕНОВАНИЕ МЕРОПРИЯТИЯ", "Срок исполнения", "Ответственный исполнитель:", "Результат*"],
        ["no", "action", "period", "executors", "result"],
    ),
    "C9": (
        ["N", "Направления деятельности", "Сроки", "Ответственные лица"],
        ["no", "action", "period", "executors"],
    ),
    "C12": (
        [
            "N п.п",
            "Наименование направления мероприятия",
            "Сроки реализации",
            "Дальнейшее использование результатов",
        ],
        ["no", "action", "period", "usage"],
    ),
}


def grid(*lines: list[Cell]) -> Grid:
    return Grid("таблица 1", tuple(Line(number, tuple(cells)) for number, cells in enumerate(lines, start=1)))


def keys(*lines: list[Cell]) -> list[str]:
    heading = find_heading(grid(*lines))
    assert heading is not None
    return [column.key for column in heading.columns]


@pytest.mark.parametrize(("names", "expected"), COLUMN_SETS.values(), ids=COLUMN_SETS)
def test_the_column_sets_met_in_real_roadmaps_are_recognised(names: list[str], expected: list[str]) -> None:
    assert keys([Cell(name) for name in names]) == expected


def test_a_grid_of_quarters_is_recognised() -> None:
    upper = [Cell("N п/п"), Cell("Пошаговые мероприятия"), Cell("Контрольные показатели реализации")]
    lower = [Cell("", carried=True)] * 3 + [Cell(name) for name in QUARTERS]

    heading = find_heading(grid([*upper, Cell("Сроки реализации, 2022 год", span=4)], lower))

    assert heading is not None
    assert [column.key for column in heading.columns] == ["no", "action", "indicator", "q1", "q2", "q3", "q4"]
    assert heading.columns[3].group == "Сроки реализации, 2022 год"
    assert heading.depth == 2


def test_start_and_end_below_a_common_heading_are_recognised() -> None:
    upper = [
        Cell("N п/п"),
        Cell("Номер и наименование основного мероприятия"),
        Cell("Ответственный исполнитель"),
        Cell("Срок", span=2),
        Cell("Ожидаемый непосредственный результат"),
        Cell("Последствия нереализации"),
        Cell("Связь с показателями"),
    ]
    lower = [Cell("")] * 3 + [Cell("начала реализации"), Cell("окончания реализации")] + [Cell("")] * 3

    assert keys(upper, lower) == [
        "no", "action", "executors", "start", "end", "result", "consequences", "related",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Испол-\nнители", "executors"),
        ("СРОКИ ПРОВЕДЕНИЯ", "period"),
        ("Описание результата", "result"),
        ("Ответственные за размещение", "executors"),
        ("Отметка о выполнении", "note"),
        ("Размещение результата", "publication"),
        ("Ш квартал", "q3"),
        ("П кв.", "q2"),
        ("Место проведения", ""),
        ("с", ""),
        ("Мероприятие " * 20, ""),
    ],
)
def test_a_name_is_recognised_or_left_alone(name: str, key: str) -> None:
    assert recognised(name) == key


def test_a_table_without_measures_has_no_heading() -> None:
    assert find_heading(grid([Cell("Школа"), Cell("Директор"), Cell("Срок")])) is None
