"""Preflight speaks of rows and cells as the coordinator sees them."""

from __future__ import annotations

from typing import Any

from service.batches.preflight import preflight
from tests.service.batches.books import KIND, checked, errors, read, reports


def test_good_rows_are_ready_and_named() -> None:
    result = checked(reports(2))

    assert [verdict.title for verdict in result.verdicts] == [
        "Отчёт куратора: МБОУ «Школа № 1», 1 этап, 2022 год",
        "Отчёт куратора: МБОУ «Школа № 2», 1 этап, 2022 год",
    ]
    assert (result.ready, result.remarks) == (2, ())


def test_every_message_has_its_cell_and_the_other_rows_go_on() -> None:
    def spoil(number: int, payload: dict[str, Any]) -> None:
        if number == 2:
            del payload["problems"]
            payload["visits"][1]["date"] = "2031-01-01"
            payload["curator"]["person"]["initials"] = "Л А"

    result = checked(reports(3, spoil))

    assert [verdict.refused for verdict in result.verdicts] == [False, True, False]
    assert errors(result, 1) == [
        "L3 «Куратор: Фамилия, имя, отчество: Инициалы»: Инициалы пишутся так: М.И.",
        "AA3 «Проблемы»: Обязательное поле не заполнено.",
    ]


def test_a_rule_between_sheets_names_the_line_of_its_list() -> None:
    def spoil(number: int, payload: dict[str, Any]) -> None:
        payload["visits"][1]["date"] = "2031-01-01"

    result = checked(reports(1, spoil))

    assert errors(result) == [
        "лист «Посещения школы», B3 «Дата»: Посещение вне отчётного периода: исправьте дату или период."
    ]
    [message] = [one for one in result.verdicts[0].messages if one.severity == "error"]
    assert message.as_dict()["path"] == "visits.1.date"


def test_a_list_that_must_not_be_empty_is_named_by_its_sheet() -> None:
    result = checked(reports(1, lambda n, payload: payload.update(visits=[])))

    assert errors(result) == ["лист «Посещения школы»: Строк должно быть от 1 до 100."]


def test_the_same_paper_twice_is_refused_and_a_namesake_is_a_warning() -> None:
    def alike(number: int, payload: dict[str, Any]) -> None:
        payload["school"]["name"] = "МБОУ «Ясненская СОШ»"
        if number == 3:
            payload["problems"] = "Не закрыта вакансия учителя физики"

    result = checked(reports(3, alike))

    assert [verdict.refused for verdict in result.verdicts] == [False, True, False]
    assert errors(result, 1) == ["строка 3: Строка повторяет строку 2: оставьте одну из них."]
    warnings = [one.text for one in result.verdicts[2].messages if one.severity == "warning"]
    assert "Так же называется документ в строке 2: проверьте, что это разные документы." in warnings


def test_rules_of_the_organisation_decide_what_stops_a_row() -> None:
    source = read(reports(1, lambda n, payload: payload.update(effectiveness="")))
    usual = preflight(KIND, source, {})
    rules = {one.text: one for one in usual.verdicts[0].messages}

    strict = preflight(KIND, source, {"REQ_OPTIONAL": "error"})

    assert not usual.verdicts[0].refused
    assert strict.verdicts[0].refused == any(one.severity != "error" for one in rules.values())
