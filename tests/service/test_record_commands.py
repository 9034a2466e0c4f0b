"""`verify` and `journal` as an operator uses them."""

from __future__ import annotations

import json

import openpyxl
import pytest

from service.production import make_version
from tests.samples import read_sample
from tests.service.test_command_line import run
from tests.service.web.site import open_site

OURS = ("--organisation", "Управление образования")


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


@pytest.mark.parametrize(
    "heads",
    [
        [{"a": 1}],
        [{"organisation_id": "1", "chain_number": "1", "chain_sha256": "0"}],
        [{"organisation_id": "1", "chain_number": 1, "chain_sha256": None}],
        5,
        [],
    ],
)
def test_heads_that_are_none_are_refused(folder, heads):
    (folder / "heads.json").write_text(json.dumps(heads), encoding="utf-8")

    done = run("verify", "--heads", folder / "heads.json", folder=folder)

    assert (done.returncode, "heads.json" in done.stderr) == (1, "Traceback" not in done.stderr)


@pytest.mark.parametrize(
    "command",
    [
        ["verify"],
        ["verify", "heads"],
        ["backup", "copies"],
        ["documents"],
        ["journal", "print", "-o", "a.xlsx"],
    ],
)
def test_nothing_is_said_of_a_database_that_is_not_there(tmp_path, command):
    done = run(*command, folder=tmp_path)

    assert (done.returncode, "DATABASE_URL" in done.stderr, done.stdout) == (78, True, "")
    assert not (tmp_path / "var").exists()


def test_nothing_is_said_of_a_database_without_organisations(tmp_path):
    run("user", "list", folder=tmp_path)

    done = run("verify", folder=tmp_path)

    assert (done.returncode, "ни одной организации" in done.stderr, done.stdout) == (78, True, "")


def test_a_file_that_cannot_be_written_is_named(folder):
    journal = run("journal", "print", "-o", folder / "no" / "a.xlsx", *OURS, folder=folder)
    blank = run("blank", "order", "-o", folder / "no" / "a.xlsx", folder=folder)

    for done in (journal, blank):
        assert (done.returncode, "a.xlsx" in done.stderr) == (1, "Traceback" not in done.stderr)


def test_a_journal_that_does_not_exist_is_neither_printed_nor_numbered(folder):
    printed = run("journal", "print", "-o", folder / "a.xlsx", "--kind", "order/указ", *OURS, folder=folder)
    numbered = run("journal", "numbering", "order/указ", "{n}", *OURS, folder=folder)

    for done in (printed, numbered):
        assert (done.returncode, "order/приказ" in done.stderr) == (1, True)
    assert not (folder / "a.xlsx").exists()


def test_the_reason_of_trouble_stands_beside_the_advice(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "files").write_text("no folder")

    done = run("user", "list", folder=tmp_path)

    assert done.returncode == 1
    assert str(tmp_path / "var" / "files") in done.stderr


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
