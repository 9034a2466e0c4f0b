"""`verify` and `journal` as an operator uses them."""

from __future__ import annotations

import json

import openpyxl
import pytest

from service.production import make_version
from tests.samples import read_sample
from tests.service.test_command_line import run
from tests.service.web.site import open_site


@pytest.fixture
def folder(tmp_path):
    """A folder with a registered order, as `run` looks for it."""
    (tmp_path / "var").mkdir()
    where = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/var/formulyar.sqlite3",
        "STORAGE_URL": f"file:{tmp_path}/var/files",
    }
    site = open_site(tmp_path, **where)
    backends = site.backends
    make_version(
        "order",
        {**read_sample("order"), "number": ""},
        press=backends.press,
        archive=backends.archive,
        actor=site.ours,
        register=True,
    )
    backends.close()
    return tmp_path


def test_an_operator_verifies_against_heads_kept_elsewhere(folder):
    heads = folder / "heads.json"
    heads.write_text(run("verify", "heads", folder=folder).stdout, encoding="utf-8")

    good = run("verify", "--heads", heads, folder=folder)
    kept = json.loads(heads.read_text(encoding="utf-8"))
    for head in kept:
        head["chain_number"] += 1
    heads.write_text(json.dumps(kept), encoding="utf-8")
    bad = run("verify", "--json", "--heads", heads, folder=folder)

    assert (good.returncode, good.stdout) == (0, "Нарушений нет.\n")
    assert bad.returncode == 1
    found = json.loads(bad.stdout)
    assert not found["ok"]
    assert {problem["code"] for problem in found["problems"]} == {"row_missing"}


def test_a_damaged_file_is_named_and_the_exit_code_says_so(folder):
    file = next(path for path in (folder / "var" / "files").glob("??/??/*"))
    file.write_bytes(file.read_bytes()[:-1])

    done = run("verify", "--resume", folder=folder)

    assert done.returncode == 1
    assert file.name in done.stdout
    assert "Найдено нарушений: 1." in done.stdout


def test_heads_that_are_none_are_refused(folder):
    (folder / "heads.json").write_text('[{"a": 1}]', encoding="utf-8")

    done = run("verify", "--heads", folder / "heads.json", folder=folder)

    assert done.returncode == 1
    assert "heads.json" in done.stderr


def test_the_journal_is_written_to_a_file(folder):
    unclear = run("journal", "print", "-o", folder / "a.xlsx", folder=folder)
    done = run(
        *("journal", "print", "-o", folder / "a.xlsx", "--year", "2023"),
        *("--organisation", "Управление образования"),
        folder=folder,
    )

    assert unclear.returncode == 1
    assert "Другой район" in unclear.stderr
    assert done.returncode == 0, done.stderr
    assert [row[1] for row in openpyxl.load_workbook(folder / "a.xlsx")["Журнал"].values] == ["Номер", "1"]


def test_an_operator_sets_how_numbers_look(folder):
    options = ("--first", "376", "--organisation", "Управление образования")

    done = run("journal", "numbering", "order/приказ", "{n}а-ОД", *options, folder=folder)
    refused = run("journal", "numbering", "order/приказ", "№", *options, folder=folder)

    assert (done.returncode, done.stdout) == (0, "order/приказ: {n}а-ОД, с номера 376.\n")
    assert refused.returncode == 1
    assert "Образец" in refused.stderr
