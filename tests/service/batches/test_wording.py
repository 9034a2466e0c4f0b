"""Remarks name fields as people do; the path for programs stays beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

import forms
from service.batches.preflight import preflight
from service.batches.source import read_source
from service.batches.wording import field_words
from service.form_plan import FieldPlan, form_plan
from service.packages import PACKAGE
from service.web.strict_json import parse_json
from tests.samples import read_sample
from tests.service.batches.books import KIND


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("curator_report", "curator.person.last", "Куратор: Фамилия, имя, отчество: Фамилия"),
        ("curator_report", "school.director", "Школа: Руководитель школы"),
        ("curator_report", "visits.0.date", "Посещение 1: Дата"),
        ("curator_report", "visits.2", "Посещение 3"),
        ("curator_report", "sinatory", "sinatory"),
        ("curator_report", "", ""),
        ("curator_report", "_", ""),
        (PACKAGE, "order.signer", "Приказ: Подписывает"),
        (PACKAGE, "annexes.1.payload", "Приложение 2"),
    ],
)
def test_a_path_is_called_by_its_labels(kind: str, path: str, words: str) -> None:
    assert field_words(kind, path) == words


def paths(plan: FieldPlan, before: str = "") -> list[str]:
    found = []
    for one in plan.fields:
        here = f"{before}{one.name}"
        found += [here, *paths(one, f"{here}.0." if one.repeats else f"{here}.")]
    return found


@pytest.mark.parametrize("kind", list(forms.all_kinds()))
def test_no_field_of_any_kind_is_called_by_its_raw_name(kind: str) -> None:
    known = paths(form_plan(kind))

    assert len(known) > 5
    assert not [path for path in known if field_words(kind, path).isascii()]


def test_remarks_on_data_name_the_field_and_keep_its_path() -> None:
    payload: dict[str, Any] = read_sample(KIND)
    del payload["problems"]
    source = read_source(KIND, json.dumps([payload]).encode(), file_name="а.json", parse_json=parse_json)

    [message] = [one for one in preflight(KIND, source, {}).verdicts[0].messages if one.severity == "error"]

    assert message.line == "«Проблемы»: Обязательное поле не заполнено."
    assert (message.as_dict()["path"], message.as_dict()["label"]) == ("problems", "Проблемы")
