from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import forms
from service.backends import open_backends
from service.config import read_settings
from tests.doubles import DoubleConverter
from tests.samples import FIXTURES, PROJECT, TEMPLATES, changed, read_sample
from tests.service.filling.template_files import docx_of

NBSP = "\N{NO-BREAK SPACE}"


def run(*arguments: str | Path, folder: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, with all its files in a folder of its own."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/var/formulyar.sqlite3",
        "STORAGE_URL": f"file:{folder}/var/files",
        "WORK_DIR": f"{folder}/var/work",
        "OFFICES": "1",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "service", *map(str, arguments)],
        cwd=PROJECT,
        env=environment,
        input=text,
        text=True,
        capture_output=True,
        timeout=120,
    )


def test_kinds_are_listed_for_people_and_for_programs(tmp_path: Path) -> None:
    for_people = run("kinds", folder=tmp_path)
    for_programs = run("kinds", "--json", folder=tmp_path)

    assert "Дорожная карта" in for_people.stdout
    assert {one["kind"] for one in json.loads(for_programs.stdout)} == set(forms.all_kinds())


def test_the_schema_of_a_kind_is_json_schema(tmp_path: Path) -> None:
    schema = json.loads(run("schema", "order", folder=tmp_path).stdout)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["title"]["title"] == "Заголовок к тексту"


def test_a_paper_without_pdf_needs_no_office(tmp_path: Path) -> None:
    done = run(
        "produce", "order", FIXTURES / "order.json", "-o", tmp_path / "out", "--no-pdf", folder=tmp_path
    )

    assert done.returncode == 0, done.stderr
    assert [file.suffix for file in (tmp_path / "out").iterdir()] == [".docx"]
    assert not (tmp_path / "var").exists()


@pytest.mark.office
def test_a_paper_is_a_docx_and_a_pdf(tmp_path: Path) -> None:
    done = run("produce", "roadmap", FIXTURES / "roadmap.json", "-o", tmp_path / "out", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "out").iterdir())
    assert [file.suffix for file in files] == [".docx", ".pdf"]
    assert files[1].read_bytes().startswith(b"%PDF")


def test_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    done = run("produce", "letter", FIXTURES / "order.json", "-o", tmp_path, folder=tmp_path)

    assert done.returncode == 1
    assert "«letter»" in done.stderr
    assert "roadmap" in done.stderr


def test_bad_data_names_every_field_and_makes_nothing(tmp_path: Path) -> None:
    payload = {**read_sample("order"), "number": "№ 5", "date": "31.02.2022", "titel": "О"}
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(payload), encoding="utf-8")

    done = run("produce", "order", file, "-o", tmp_path / "out", folder=tmp_path)

    assert done.returncode == 1
    for expected in (
        "number: Номер состоит",
        "date: Дата не распознана",
        "titel: Неизвестное поле «titel»",
        "«title»",
    ):
        assert expected in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"a": 1,}', "строка 1"),
        (b"\xff\xfe{", "UTF-8"),
        (b"", "Пустой"),
        (b'{"title": 1, "title": 2}', "повторяется"),
        (b'{"number": NaN}', "NaN"),
        (b"[" * 100_000, "вложен"),
    ],
    ids=["comma", "encoding", "empty", "duplicate", "nan", "deep"],
)
def test_what_is_not_json_is_said_with_its_place(content: bytes, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)

    done = run("check", "order", file, folder=tmp_path)

    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_check_answers_for_programs(tmp_path: Path) -> None:
    payload = {**read_sample("order"), "title": "О реализации проекта."}
    file = tmp_path / "order.json"
    file.write_text(json.dumps(payload), encoding="utf-8")

    answer = json.loads(run("check", "order", file, "--json", folder=tmp_path).stdout)

    assert answer["ok"] is True
    assert ("TITLE_STOP", "warning", "title") in [
        (f["rule"], f["severity"], f["path"]) for f in answer["findings"]
    ]


def test_an_uncertain_case_stops_a_paper_and_says_what_to_do(tmp_path: Path) -> None:
    payload = read_sample("order")
    payload["clauses"][0]["executor"] = {
        "position": "методист",
        "person": {"last": "Ткач", "initials": "О.И."},
    }
    file = tmp_path / "order.json"
    file.write_text(json.dumps(payload), encoding="utf-8")

    done = run("produce", "order", file, "-o", tmp_path / "out", folder=tmp_path)

    assert done.returncode == 1
    assert "clauses.0.executor.person" in done.stderr
    assert "Укажите пол" in done.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_exit_code_2(tmp_path: Path) -> None:
    assert run("produce", folder=tmp_path).returncode == 2


def test_a_wrong_setting_is_exit_code_78_and_names_the_variable(tmp_path: Path) -> None:
    environment = {**os.environ, "OFFICES": "many", "PYTHONUTF8": "1"}

    done = subprocess.run(
        [sys.executable, "-m", "service", "produce", "order", FIXTURES / "order.json", "-o", tmp_path],
        cwd=PROJECT,
        env=environment,
        text=True,
        capture_output=True,
    )

    assert done.returncode == 78
    assert "OFFICES" in done.stderr


def test_template_show_prints_styles_and_text(tmp_path: Path) -> None:
    shown = run("template", "show", TEMPLATES / "order.docx", folder=tmp_path).stdout

    assert "[Вид документа] {{ doc_kind|upper }}" in shown


def test_template_clean_leaves_a_canonical_template_alone(tmp_path: Path) -> None:
    copy = tmp_path / "order.docx"
    copy.write_bytes((TEMPLATES / "order.docx").read_bytes())

    assert run("template", "clean", copy, folder=tmp_path).returncode == 0
    assert copy.read_bytes() == (TEMPLATES / "order.docx").read_bytes()


def test_template_check_fills_every_sample(tmp_path: Path) -> None:
    done = run("template", "check", "roadmap", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "roadmap.003.json: заполняется" in done.stdout


def test_template_check_writes_the_file_with_comments(tmp_path: Path) -> None:
    wrong, marked = tmp_path / "wrong.docx", tmp_path / "marked.docx"
    wrong.write_bytes(docx_of("Год {{ yaer }}"))

    done = run("template", "check", wrong, "--kind", "roadmap", "-o", marked, folder=tmp_path)
    again = run("template", "check", wrong, "--kind", "roadmap", "-o", marked, folder=tmp_path)

    assert done.returncode == 1
    assert str(marked) in done.stderr
    assert b"word/comments.xml" in marked.read_bytes()
    assert "уже есть" in again.stderr


def test_template_check_judges_a_file_for_people_and_for_programs(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(docx_of("Год {{ yaer }}"))
    good = TEMPLATES / "roadmap.docx"

    for_people = run("template", "check", wrong, "--kind", "roadmap", folder=tmp_path)
    for_programs = run("template", "check", wrong, "--kind", "roadmap", "--json", folder=tmp_path)
    passed = run("template", "check", good, "--kind", "roadmap", "--json", folder=tmp_path)

    assert for_people.returncode == for_programs.returncode == 1
    assert "ошибка: текст, «Год {{ yaer }}»" in for_people.stderr
    assert "Возможно, вы имели в виду «year»" in json.loads(for_programs.stdout)["errors"][0]["fix"]
    assert passed.returncode == 0
    assert json.loads(passed.stdout)["ok"] is True


def test_template_check_says_which_file_is_missing(tmp_path: Path) -> None:
    done = run("template", "check", tmp_path / "none.docx", "--kind", "order", folder=tmp_path)

    assert done.returncode == 1
    assert "none.docx" in done.stderr


def test_template_new_makes_a_template_that_prints_every_field(tmp_path: Path) -> None:
    target = tmp_path / "new.docx"

    done = run("template", "new", "curator_report", "-o", target, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    shown = run("template", "show", target, folder=tmp_path).stdout
    assert "{%p for visits_item in visits %}" in shown
    assert "{{ visits_item.purpose" in shown or "visits_item.purpose|lines" in shown


def test_template_new_overwrites_nothing(tmp_path: Path) -> None:
    target = tmp_path / "new.docx"
    target.write_bytes(b"mine")

    done = run("template", "new", "order", "-o", target, folder=tmp_path)

    assert done.returncode == 1
    assert target.read_bytes() == b"mine"


def test_a_forgotten_password_is_replaced(tmp_path: Path) -> None:
    unknown = run("user", "password", "admin", "--password", "new-password-1", folder=tmp_path)

    assert unknown.returncode == 1
    assert "admin" in unknown.stderr or "не найден" in unknown.stderr


def test_rules_are_listed_and_chosen_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/var/formulyar.sqlite3",
            "STORAGE_URL": f"file:{tmp_path}/var/files",
        }
    )
    backends = open_backends(settings, converter=DoubleConverter())
    organisation_id = backends.accounts.create_organisation("Управление образования")
    backends.close()
    stopped = changed(read_sample("order"), ("title",), "О реализации проекта «500+».")
    payload = tmp_path / "order.json"
    payload.write_text(json.dumps(stopped), encoding="utf-8")

    chosen = run("rules", "set", "TITLE_STOP", "error", folder=tmp_path)
    listed = run("rules", "list", "--json", folder=tmp_path)
    unknown = run("rules", "set", "TITLE_STOPP", "error", folder=tmp_path)
    plain = run("check", "order", payload, folder=tmp_path)
    ours = run("check", "order", payload, "--organisation", organisation_id, folder=tmp_path)

    assert (chosen.returncode, listed.returncode, unknown.returncode) == (0, 0, 1)
    own = {one["rule"]: one["own"] for one in json.loads(listed.stdout) if one["own"]}
    assert own == {"TITLE_STOP": "error"}
    assert "Возможно, вы имели в виду «TITLE_STOP»" in unknown.stderr
    assert (plain.returncode, ours.returncode) == (0, 1)
