"""`blank` and `batch` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.samples import read_sample
from tests.service.batches.books import KIND, cell, opened, reports
from tests.service.test_command_line import run


def spoiled(number: int, payload: dict[str, Any]) -> None:
    if number == 2:
        del payload["problems"]


def test_a_blank_is_written(tmp_path: Path) -> None:
    done = run("blank", KIND, "-o", tmp_path / "бланк.xlsx", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert opened((tmp_path / "бланк.xlsx").read_bytes()).sheetnames[:2] == ["Как заполнять", "Документы"]


def test_a_batch_makes_the_good_rows_and_says_the_rest(tmp_path: Path) -> None:
    file, folder = tmp_path / "отчёты.xlsx", tmp_path / "out"
    file.write_bytes(reports(3, spoiled))

    done = run("batch", KIND, file, "-o", folder, "--no-pdf", folder=tmp_path)

    assert done.returncode == 1
    assert "№ 2: AA3 «Проблемы»: Обязательное поле не заполнено." in done.stderr
    assert "готов – 2, не принят – 1" in done.stdout
    book = opened((folder / "отчёты (замечания).xlsx").read_bytes())
    assert [cell(book, "Статус", row).value for row in (2, 3, 4)] == ["готов", "не принят", "готов"]
    assert len(list(folder.glob("*.docx"))) == 2


def test_the_corrected_file_of_verdicts_finishes_the_batch(tmp_path: Path) -> None:
    file, folder = tmp_path / "отчёты.xlsx", tmp_path / "out"
    file.write_bytes(reports(3, spoiled))
    run("batch", KIND, file, "-o", folder, "--no-pdf", folder=tmp_path)
    returned = folder / "отчёты (замечания).xlsx"
    book = opened(returned.read_bytes())
    cell(book, "Проблемы", 3).value = "Нет"
    book.save(returned)

    done = run("batch", KIND, returned, "-o", folder, "--no-pdf", "--json", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["statuses"] == {"готов ранее": 2, "готов": 1}
    assert len(list(folder.glob("*.docx"))) == 3


def test_check_makes_nothing_but_the_verdict(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.jsonl", tmp_path / "out"
    file.write_text(json.dumps(read_sample("order"), ensure_ascii=False) + "\n{}\n", encoding="utf-8")

    done = run("batch", "order", file, "-o", folder, "--check", "--json", folder=tmp_path)

    assert done.returncode == 1
    assert json.loads(done.stdout)["statuses"] == {"принят": 1, "не принят": 1}
    assert [one.name for one in folder.iterdir()] == ["a (замечания).json"]


@pytest.mark.office
def test_a_batch_makes_pdfs_with_a_real_office(tmp_path: Path) -> None:
    file, folder = tmp_path / "отчёты.xlsx", tmp_path / "out"
    file.write_bytes(reports(2))

    done = run("batch", KIND, file, "-o", folder, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert all(one.read_bytes().startswith(b"%PDF") for one in folder.glob("*.pdf"))
    assert len(list(folder.glob("*.pdf"))) == 2
