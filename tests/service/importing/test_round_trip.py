"""What we print, we can read back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import forms
from service.filling import TemplateCache
from service.importing import Imported, import_roadmap
from tests.samples import read_sample, samples_of

ROADMAPS = [sample.stem for sample in samples_of("roadmap")]
# A list counted «1. 2. 3.» prints the same whether it was typed as text or as parts; it is read as text.
SAME_IN_PRINT = {("roadmap.001", "3.")}
# These columns print less than the term says; the term is read from what they print.
PRINTED_TERMS = {
    "roadmap.event": [
        "01.02.2022 – 28.02.2022",
        "17.01.2022 – 04.02.2022",
        "01.03.2022 – 31.03.2022",
        "25.04.2022 – 31.05.2022",
        "до 16.12.2022",
    ],
    "roadmap.quarters": [
        "I квартал 2022",
        "I квартал 2022",
        "I квартал 2022",
        "I–II квартал 2022",
        "II квартал 2022",
        "II–III квартал 2022",
        "III квартал 2022",
        "III квартал 2022",
        "I–IV квартал 2022",
        "IV квартал 2022",
    ],
}


def filled(name: str, templates: TemplateCache) -> bytes:
    kind = forms.get_kind("roadmap")
    data = kind.load(read_sample(name))
    return templates.get("roadmap").fill(kind.context(data), title=kind.headline(data))


def read_back(name: str, templates: TemplateCache) -> Imported:
    return import_roadmap(filled(name, templates), file_name="Дорожная карта.DOCX")


def plain(value: Any) -> Any:
    """Return the value without typography, empty fields and what is not printed."""
    if isinstance(value, str):
        text = value.replace("\u00a0", " ").replace("–", "-")
        return re.sub(r"(\d{4}) ?(?=г\.)", r"\1 ", re.sub(r" *- *", "-", text))
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {
            key: plain(one)
            for key, one in value.items()
            if key != "indicator_value" and one not in ("", [], None)
        }
    return value


def as_text(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its parts written into the action, as they print."""
    parts = [f"{part['no']} {part['text']}" for part in row.get("sub_actions", [])]
    made = {key: value for key, value in row.items() if key != "sub_actions"}
    return {**made, "action": "\n".join([row["action"], *parts])}


@pytest.mark.parametrize("name", ROADMAPS)
def test_the_rows_of_a_printed_roadmap_are_the_rows_of_its_data(name: str, templates: TemplateCache) -> None:
    sample = plain(read_sample(name)["rows"])
    read = plain(read_back(name, templates).payload["rows"])
    for index, term in enumerate(PRINTED_TERMS.get(name, [])):
        sample[index]["period"] = plain(term)
    for holder in [*sample, *(part for row in sample for part in row.get("sub_actions", []))]:
        if "period" in holder:  # a term typed in two lines is printed in one
            holder["period"] = holder["period"].replace("-\n", "-").replace("до\n", "до ")
    for index, row in enumerate(sample):
        if (name, row.get("no")) in SAME_IN_PRINT:
            sample[index] = as_text(row)

    assert read == sample


@pytest.mark.parametrize("name", ROADMAPS)
def test_the_columns_title_year_and_notes_come_back(name: str, templates: TemplateCache) -> None:
    sample, read = read_sample(name), read_back(name, templates).payload

    assert [{**column, "width_mm": None} for column in read["columns"]] == [
        {**column, "width_mm": None} for column in sample["columns"]
    ]
    assert plain(read["title"]) == plain(sample["title"])
    assert read["year"] == sample["year"]
    assert plain(read.get("footnotes", [])) == plain(sample.get("footnotes", []))
    assert plain(read.get("abbreviations", [])) == plain(sample.get("abbreviations", []))
    assert read.get("abbreviations_place", "after") == sample.get("abbreviations_place", "after")


@pytest.mark.parametrize("name", ROADMAPS)
def test_the_mark_comes_back(name: str, templates: TemplateCache) -> None:
    sample, read = read_sample(name), read_back(name, templates).payload
    mark = sample.get("approval", {})
    if person := mark.get("person"):
        person["initials"] = f"{person.pop('first')[0]}.{person.pop('middle')[0]}."

    if "body" in mark:  # the lines of a letterhead are not those of a mark
        mark["body"] = " ".join(mark["body"].split())
    assert plain(read.get("approval", {})) == plain(mark)
    assert not mark.get("date") or read["date_style"] == sample["date_style"]


@pytest.mark.parametrize("name", ROADMAPS)
def test_what_was_read_back_prints_the_same_table(name: str, templates: TemplateCache) -> None:
    kind = forms.get_kind("roadmap")
    payload = read_back(name, templates).payload
    again = kind.context(kind.load(payload))
    first = kind.context(kind.load(read_sample(name)))

    assert body(again) == body(first)
    assert "\\u0000" not in json.dumps(payload)


def body(paper: dict[str, Any]) -> Any:
    return [texts(line) for table in paper["tables"] for line in table["lines"]]


def texts(line: dict[str, Any]) -> Any:
    cells = [line["section"]] if line["section"] else line["cells"]
    return plain([cell["paragraphs"] for cell in cells])


def test_what_is_not_carried_over_is_named(templates: TemplateCache) -> None:
    (remark,) = read_back("roadmap", templates).remarks

    assert remark.place == "текст после таблицы"
    assert "«Муниципальный координатор / А.В. Горелов / Горелов Антон Викторович" in remark.text
    assert "gorelov@lesnoy.example»" in remark.text
