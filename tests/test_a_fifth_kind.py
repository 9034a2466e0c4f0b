"""Adding a kind is three files and no other edit; its tests run by themselves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import PROJECT

MEMO = '''"""Служебная записка: a short note inside an organisation. Signed by its author. Source: this test."""

from __future__ import annotations

from forms._containers import Lines
from forms._fields import DocDate, Text
from forms._kind import FormKind, FormSchema


class MemoSchema(FormSchema):
    """The payload of a memo."""

    title = Text("Заголовок", required=True, example="О ремонте кабинета физики")
    date = DocDate("Дата", required=True, example="01.03.2022")
    requests = Lines("Просьбы", example=["Выделить краску"], one="Просьба", required=True, minimum=1)


KIND = FormKind(
    title="Служебная записка",
    about="Короткая записка внутри организации.",
    schema=MemoSchema,
    headline=lambda data: data["title"],
    file_name=lambda data: data["title"],
)
'''
SAMPLE = {
    "title": "О ремонте кабинета физики",
    "date": "2022-03-01",
    "requests": [f"Выделить краску для стены номер {n}" for n in range(1, 13)],
}


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of the project without its environment and history."""
    for folder in ("forms", "service", "templates_docx", "fixtures", "tests"):
        # With the compiled modules: they are good as long as the copied files are as old as these.
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, text=True, capture_output=True
    )


def test_a_fifth_kind_needs_three_files_and_is_tested_by_existing(scratch: Path) -> None:
    (scratch / "forms" / "memo.py").write_text(MEMO, encoding="utf-8")
    (scratch / "fixtures" / "memo.json").write_text(json.dumps(SAMPLE), encoding="utf-8")
    made = run(scratch, "-m", "service", "template", "new", "memo")
    assert made.returncode == 0, made.stderr
    assert (scratch / "templates_docx" / "memo.docx").is_file()

    listed = run(scratch, "-m", "service", "kinds")
    tested = run(scratch, "-m", "pytest", "-q", "-k", "memo", "tests/test_every_form_kind.py")

    assert "Служебная записка" in listed.stdout
    assert tested.returncode == 0, tested.stdout
    assert "13 passed" in tested.stdout or " passed" in tested.stdout
    assert "failed" not in tested.stdout


def test_a_module_that_is_no_kind_is_refused_by_its_file_name(scratch: Path) -> None:
    (scratch / "forms" / "broken.py").write_text("KIND = 5\n", encoding="utf-8")

    listed = run(scratch, "-m", "service", "kinds")

    assert listed.returncode != 0
    assert "forms/broken.py" in listed.stderr
