from __future__ import annotations

import json
from pathlib import Path

from tests.service.importing.office_files import HEADING, ROW, excel, word
from tests.service.test_command_line import run


def test_a_file_becomes_a_payload_that_check_accepts(tmp_path: Path) -> None:
    (tmp_path / "карта.xlsx").write_bytes(excel([HEADING, ROW]))

    done = run("import", tmp_path / "карта.xlsx", "-o", tmp_path / "карта.json", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "перенесено строк – 1, замечаний – 0" in done.stdout
    payload = json.loads((tmp_path / "карта.json").read_text(encoding="utf-8"))
    assert payload["rows"][0]["action"] == "Назначить кураторов"
    assert not (tmp_path / "var").exists()


def test_remarks_are_listed_for_people_and_for_programs(tmp_path: Path) -> None:
    (tmp_path / "карта.docx").write_bytes(word([HEADING, ["", *ROW[1:]]]))
    command = ["import", tmp_path / "карта.docx", "-o", tmp_path / "карта.json"]

    for_people = run(*command, folder=tmp_path)
    for_programs = run(*command, "--json", folder=tmp_path)

    assert "таблица 1, строка 2: У строки нет номера." in for_people.stderr
    assert json.loads(for_programs.stdout) == {
        "rows": 1,
        "remarks": [{"place": "таблица 1, строка 2", "text": "У строки нет номера."}],
    }


def test_the_payload_is_written_even_if_something_must_be_corrected(tmp_path: Path) -> None:
    (tmp_path / "карта.docx").write_bytes(word([HEADING, ["1", "Отбор", "когда-нибудь", "УО"]]))

    done = run("import", tmp_path / "карта.docx", "-o", tmp_path / "карта.json", folder=tmp_path)

    assert done.returncode == 1
    assert "rows.0.period" in done.stderr
    assert (
        json.loads((tmp_path / "карта.json").read_text(encoding="utf-8"))["rows"][0]["period"]
        == "когда-нибудь"
    )


def test_a_file_that_cannot_be_read_is_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "карта.docx").write_bytes(b"PK\3\4 no document")

    done = run("import", tmp_path / "карта.docx", "-o", tmp_path / "карта.json", folder=tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("Файл повреждён")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "карта.json").exists()
