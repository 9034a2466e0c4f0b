"""A second run makes only what is missing: nothing twice, nothing for something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from service.batches.ledger import NAME, Ledger
from service.batches.making import make_rows
from service.batches.verdicts import Outcome
from service.errors import Conflict
from service.pipeline import Press
from tests.service.batches.books import KIND, MAIN, cell, checked, edited, reports


def run(data: bytes, folder: Path, press: Press) -> list[Outcome]:
    return make_rows(KIND, checked(data), press, ledger=Ledger(folder, KIND), at_once=3)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [one.status for one in outcomes]


def papers(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in {".docx", ".pdf"}}


def spoiled(number: int, payload: dict[str, Any]) -> None:
    if number == 2:
        del payload["problems"]


def test_good_rows_are_made_although_others_are_refused(tmp_path: Path, press: Press) -> None:
    outcomes = run(reports(3, spoiled), tmp_path, press)

    assert statuses(outcomes) == ["готов", "не принят", "готов"]
    assert sorted(papers(tmp_path)) == [
        f"2022-05-27 Отчёт куратора МБОУ «Школа № {number}», 1 этап, 2022 год.{extension}"
        for number in (1, 3)
        for extension in ("docx", "pdf")
    ]


def test_a_corrected_file_makes_only_what_was_refused(tmp_path: Path, press: Press) -> None:
    run(reports(3, spoiled), tmp_path, press)
    before = papers(tmp_path)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in before}

    outcomes = run(reports(3), tmp_path, press)

    assert statuses(outcomes) == ["готов ранее", "готов", "готов ранее"]
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in before} == times
    assert len(papers(tmp_path)) == 6


def test_a_file_that_was_sorted_and_shortened_is_still_known(tmp_path: Path, press: Press) -> None:
    run(reports(3), tmp_path, press)

    def change(book: Workbook) -> None:
        book[MAIN].delete_rows(3)
        book[MAIN].move_range("A2:CC2", rows=5)

    outcomes = run(edited(reports(3), change), tmp_path, press)

    assert [(one.row.key, one.status) for one in outcomes] == [("3", "готов ранее"), ("1", "готов ранее")]


def test_a_row_changed_after_it_was_made_is_said_and_not_made_again(tmp_path: Path, press: Press) -> None:
    run(reports(1), tmp_path, press)
    before = papers(tmp_path)

    changed = edited(reports(1), lambda book: setattr(cell(book, "Проблемы", 2), "value", "Нет"))
    [outcome] = run(changed, tmp_path, press)

    assert outcome.status == "готов ранее"
    assert "данные с тех пор изменены" in outcome.messages[-1].text
    assert papers(tmp_path) == before


def test_a_paper_whose_file_is_gone_or_damaged_is_made_again(tmp_path: Path, press: Press) -> None:
    run(reports(3), tmp_path, press)
    names = sorted(papers(tmp_path))
    (tmp_path / names[0]).unlink()
    (tmp_path / names[2]).write_bytes(b"half")

    outcomes = run(reports(3), tmp_path, press)

    assert statuses(outcomes) == ["готов", "готов", "готов ранее"]


def test_papers_with_one_name_do_not_cover_each_other(tmp_path: Path, press: Press) -> None:
    def namesake(number: int, payload: dict[str, Any]) -> None:
        payload["school"]["name"] = "МБОУ «Ясненская СОШ»"
        payload["problems"] = f"Не закрыта вакансия № {number}"

    outcomes = run(reports(3, namesake), tmp_path, press)

    assert statuses(outcomes) == ["готов"] * 3
    assert len(papers(tmp_path)) == 6
    assert len({one.file.casefold() for one in outcomes}) == 3


def test_a_torn_line_of_the_ledger_costs_only_its_own_paper(tmp_path: Path, press: Press) -> None:
    run(reports(2), tmp_path, press)
    ledger = tmp_path / NAME
    ledger.write_bytes(ledger.read_bytes()[:-40])

    outcomes = run(reports(2), tmp_path, press)

    assert sorted(statuses(outcomes)) == ["готов", "готов ранее"]
    assert statuses(run(reports(2), tmp_path, press)) == ["готов ранее"] * 2


def test_a_folder_keeps_to_one_kind(tmp_path: Path, press: Press) -> None:
    run(reports(1), tmp_path, press)

    with pytest.raises(Conflict, match="документы другого вида"):
        Ledger(tmp_path, "order")


def test_a_paper_that_cannot_be_made_names_its_cell_and_the_next_run_tries_again(
    tmp_path: Path, press: Press
) -> None:
    press.converter.close()
    failed = run(reports(1), tmp_path, press)

    working = Press(press.templates, type(press.converter)(), 10)
    again = run(reports(1), tmp_path, working)

    assert statuses(failed) == ["не создан"]
    assert failed[0].messages[-1].text == "Преобразование в PDF остановлено."
    assert statuses(again) == ["готов"]
