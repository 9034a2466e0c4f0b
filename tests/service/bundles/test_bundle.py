"""What is inside a bundle, how much memory it takes, and what a reader who goes away leaves behind."""

from __future__ import annotations

import dataclasses
import gc
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from bundle_parts import (
    ANNA,
    BORIS,
    START,
    SYSTEM_PYTHON,
    bundled,
    inventory_of,
    paper,
    program,
    registered,
    verified,
)

from bench.records import fill
from service.archive import Sought
from service.archive.extracts import Extracts
from service.bundles import Bundle
from service.bundles.verifier_source import verifier_source
from service.database import open_database, upgrade
from service.errors import InputError, NotFound
from service.storage.local import LocalStorage
from tests.samples import PROJECT


def test_a_bundle_holds_papers_inventory_and_verifier(archive, tmp_path):
    archive.append(paper("1"), actor=ANNA)

    file = bundled(archive, tmp_path / "b.zip")

    with zipfile.ZipFile(file) as package:
        assert package.namelist() == [
            "Документы/2022-03-19 Приказ № 376.docx",
            "Документы/2022-03-19 Приказ № 376.pdf",
            "Документы/2022-03-19 Приказ № 376.json",
            "опись.xlsx",
            "проверка.py",
            "цепочки.jsonl",
            "опись.json",
        ]
        assert package.read("Документы/2022-03-19 Приказ № 376.json").decode() == (
            '{"date":"19.03.2022","number":"376","title":"1"}'
        )
        assert package.read("проверка.py") == verifier_source()
        # Papers are packed already, and a reader of streams must know where a stored file ends.
        stored = package.infolist()[0]
        assert (stored.compress_type, stored.flag_bits & 8) == (zipfile.ZIP_STORED, 0)
        assert stored.date_time == (2022, 3, 19, 8, 15, 30)


def test_the_table_of_the_inventory_holds_texts_and_counts_and_no_formula(archive, tmp_path):
    """T-07."""
    archive.append(paper("1", title='=HYPERLINK("http://evil")', number="+1"), actor=ANNA)
    archive.append(paper("2", title="@SUM(1)\x07", pdf=False), actor=ANNA)

    book = table_of(bundled(archive, tmp_path / "b.zip"))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    texts = [[cell.value or "" for cell in row] for row in book["Опись"].iter_rows()]
    assert texts[5][:9] == [
        "№ п/п",
        "Дата",
        "Номер",
        "Вид",
        "Наименование",
        "Состояние",
        "Версия",
        "Страниц",
        "Файл",
    ]
    assert texts[6][:9] == [
        1, "19.03.2022", "+1", "Приказ", '=HYPERLINK("http://evil")', "Черновик", 1, 2, "2022-03-19 Приказ № +1",
    ]  # fmt: skip
    assert texts[7][4] == "@SUM(1) "


def test_the_inventory_tells_state_number_date_pages_sizes_and_sums(archive, tmp_path):
    draft = archive.append(paper("1"), actor=ANNA)
    first = registered(archive, paper("2"))
    archive.append(paper("3"), actor=BORIS)
    second = registered(archive, paper("4"), document_id=first.document_id)
    gone = registered(archive, paper("5", pdf=False))
    archive.journal.void(gone.document_id, actor=ANNA, reason="Издан ошибочно")

    file = bundled(archive, tmp_path / "b.zip", every_version=True)
    inventory = inventory_of(file)

    lines = {one["chain_sha256"]: one for one in inventory["entries"]}
    assert [lines[one.chain_sha256]["state"] for one in (draft, first, second, gone)] == [
        "draft",
        "superseded",
        "registered",
        "void",
    ]
    assert lines[draft.chain_sha256]["registration"] is None
    void = lines[gone.chain_sha256]["registration"]
    assert (void["number"], void["date"], void["reason"]) == ("2", "2022-03-19", "Издан ошибочно")
    assert void["actor_name"] == ANNA.name
    assert void["changed_at"].startswith("2022-03-19T08:15:")
    assert lines[first.chain_sha256]["registration"]["reason"] == "Заменена версией 2."
    assert lines[second.chain_sha256]["version"]["pages"] == 2
    assert lines[second.chain_sha256]["files"]["pdf"] == {
        "name": "Документы/2022-03-19 Приказ № 376, версия 2.pdf",
        "sha256": second.pdf.sha256,
        "size_bytes": second.pdf.size_bytes,
    }
    assert "pdf" not in lines[gone.chain_sha256]["files"]
    heads = archive.heads(ANNA.organisation_id)
    assert inventory["heads"] == [dataclasses.asdict(head) for head in heads]
    assert [row[5].value for row in table_of(file)["Опись"].iter_rows(min_row=7)] == [
        "Черновик",
        "Заменён 19.03.2022: Заменена версией 2.",
        "Зарегистрирован",
        "Аннулирован 19.03.2022: Издан ошибочно",
    ]
    sums = [[cell.value for cell in row] for row in table_of(file)["Контрольные суммы"].iter_rows(min_row=2)]
    pdf = "2022-03-19 Приказ № 376, версия 2.pdf"
    assert [3, pdf, second.pdf.size_bytes, second.pdf.sha256] in sums
    assert [3, "Запись архива № 3", None, second.chain_sha256] in sums
    assert verified(file)["problems"] == []


def test_a_bundle_shows_the_moment_of_its_selection(archive, tmp_path):
    made = registered(archive, paper("1"))
    selection = archive.extracts.select(ANNA.organisation_id)
    archive.journal.void(made.document_id, actor=ANNA, reason="Издан ошибочно")

    bundle = Bundle(archive.extracts, selection, made_at=START, made_by=ANNA.name)
    file = tmp_path / "b.zip"
    file.write_bytes(b"".join(bundle.chunks()))

    assert [one["state"] for one in inventory_of(file)["entries"]] == ["registered"]
    assert verified(file)["problems"] == []
    assert [one["state"] for one in inventory_of(bundled(archive, file))["entries"]] == ["void"]


def test_equal_selections_give_equal_bytes(archive, tmp_path):
    registered(archive, paper("1"))
    archive.append(paper("2"), actor=ANNA)

    one, other = bundled(archive, tmp_path / "1.zip"), bundled(archive, tmp_path / "2.zip")

    assert one.read_bytes() == other.read_bytes()
    archive.append(paper("3"), actor=ANNA)
    assert bundled(archive, tmp_path / "3.zip").read_bytes() != one.read_bytes()


def test_names_and_heads_of_several_versions(archive, tmp_path):
    first = archive.append(paper("1"), actor=ANNA)
    archive.append(paper("2"), actor=ANNA, document_id=first.document_id)

    inventory = inventory_of(bundled(archive, tmp_path / "b.zip", every_version=True))

    assert [
        (
            one["version"]["number"],
            one["newest_version"],
            one["date"],
            one["number"],
            one["files"]["pdf"]["name"],
        )
        for one in inventory["entries"]
    ] == [
        (1, 2, "2022-03-19", "376", "Документы/2022-03-19 Приказ № 376, версия 1.pdf"),
        (2, 2, "2022-03-19", "376", "Документы/2022-03-19 Приказ № 376, версия 2.pdf"),
    ]
    assert inventory["complete"] is True
    assert inventory_of(bundled(archive, tmp_path / "c.zip"))["complete"] is False


def test_hostile_names_are_safe_in_the_zip_and_unpack_with_unzip(archive, tmp_path):
    """T-08."""
    for name in ("../../evil", "C:\\evil", "a/b", "CON", "ы" * 300, "Равный", "равный", "e\x01f\n\u202etxt"):
        archive.append(paper(name, name=name), actor=ANNA)

    file = bundled(archive, tmp_path / "b.zip")

    with zipfile.ZipFile(file) as package:
        stems = [name.removesuffix(".docx") for name in package.namelist() if name.endswith(".docx")]
    assert stems == [f"Документы/{name}" for name in (
        "evil", "C evil", "a b", "Документ CON", "ы" * 115, "Равный", "равный (2)", "e f txt")]  # fmt: skip
    done = subprocess.run(["unzip", "-q", file, "-d", tmp_path / "out"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    checked = subprocess.run([SYSTEM_PYTHON, "-I", program(file), tmp_path / "out"])
    assert checked.returncode == 0


def test_papers_made_while_a_bundle_is_read_are_not_in_it(archive):
    first = archive.append(paper("1"), actor=ANNA)
    selection = archive.extracts.select(ANNA.organisation_id)
    chunks = Bundle(archive.extracts, selection, made_at=START, made_by="").chunks()
    begun = next(iter(chunks))
    archive.append(paper("2"), actor=ANNA, document_id=first.document_id)
    archive.append(paper("3"), actor=ANNA)

    with zipfile.ZipFile(io.BytesIO(begun + b"".join(chunks))) as package:
        inventory = json.loads(package.read("опись.json"))

    assert [one["version"]["number"] for one in inventory["entries"]] == [1]
    assert inventory["entries"][0]["newest_version"] == 1
    assert [head["chain_number"] for head in inventory["heads"]] == [1, 0]


def test_a_selection_is_of_one_organisation(archive):
    theirs = archive.append(paper("1"), actor=BORIS)
    ours = archive.append(paper("2"), actor=ANNA)
    extracts = archive.extracts

    with pytest.raises(NotFound) as foreign:
        extracts.select(ANNA.organisation_id, document_ids=[ours.document_id, theirs.document_id])
    with pytest.raises(NotFound) as absent:
        extracts.select(ANNA.organisation_id, document_ids=[ours.document_id, "0" * 32])
    with pytest.raises(NotFound) as impossible:
        extracts.select(ANNA.organisation_id, document_ids=["\0'; --"])

    assert str(foreign.value) == str(absent.value) == str(impossible.value)
    assert [pick.document_id for pick in extracts.select(ANNA.organisation_id).picks] == [ours.document_id]
    with pytest.raises(InputError, match="документов нет"):
        extracts.select(ANNA.organisation_id, wanted=Sought(kind="roadmap"))


def test_a_thousand_documents_may_be_named_twice_each(archive):
    made = [archive.append(paper(str(number)), actor=ANNA).document_id for number in range(3)]

    selection = archive.extracts.select(ANNA.organisation_id, document_ids=made * 400)

    assert [pick.document_id for pick in selection.picks] == made


def test_22000_papers_take_less_than_100_mb_and_the_zip_is_whole(tmp_path):
    """R-22: 66,000 entries are more than a ZIP without Zip64 can count."""
    organisation_id = "1" * 32
    engine = open_database(f"sqlite:///{tmp_path / 'many.db'}")
    upgrade(engine)
    fill(engine, LocalStorage(tmp_path / "files"), organisation_id, 22_000)
    engine.dispose()

    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("stream_many.py"), tmp_path, organisation_id],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )

    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 100
    file = tmp_path / "many.zip"
    with zipfile.ZipFile(file) as package:
        assert len(set(package.namelist())) == 66_004
        assert package.testzip() is None
    assert subprocess.run(["unzip", "-tq", file], stdout=subprocess.DEVNULL).returncode == 0
    checked = subprocess.run([SYSTEM_PYTHON, "-I", program(file), file], capture_output=True, text=True)
    assert checked.stdout == "Документов – 22000: всё на месте и не изменено.\n"
    shutil.rmtree(tmp_path)


def test_a_reader_who_goes_away_leaves_no_file_open_or_behind(archive, tmp_path, monkeypatch):
    for number in range(30):
        big = dataclasses.replace(paper(str(number)), docx=os.urandom(100_000))
        archive.append(big, actor=ANNA)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    whole = sum(1 for _ in stream(archive.extracts))
    assert whole > 40
    opened = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - descriptors, not files

    for length in range(0, whole, 7):
        chunks = stream(archive.extracts)
        for _ in range(length):
            next(chunks)
        chunks.close()
        del chunks
    gc.collect()

    assert list(temporary.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == opened  # noqa: PTH208


def table_of(file):
    with zipfile.ZipFile(file) as package:
        return openpyxl.load_workbook(io.BytesIO(package.read("опись.xlsx")))


def stream(extracts: Extracts):
    selection = extracts.select(ANNA.organisation_id)
    return Bundle(extracts, selection, made_at=START, made_by="").chunks()
