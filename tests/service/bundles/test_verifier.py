"""The stand-alone verifier finds what was planted in a bundle, and nothing else."""

from __future__ import annotations

import ast
import json
import re
import shutil
import struct
import subprocess
import unicodedata
import zipfile

import pytest
import sqlalchemy as sa
from bundle_parts import (
    ANNA,
    BORIS,
    SYSTEM_PYTHON,
    bundled,
    cut,
    edit,
    flip,
    found,
    inventory_of,
    open_record,
    paper,
    program,
    registered,
    swap,
    unpacked,
    verified,
)
from hypothesis import given
from hypothesis import strategies as st

from service.archive.canonical import canonical_json
from service.archive.chain import chain_fields, chain_sha256
from service.archive.events import CHAINED
from service.archive.facts import paper_facts
from service.bundles.verifier import hashes, papers
from service.bundles.verifier_source import verifier_source
from service.database import reading, writing
from service.database.tables import version
from service.database.tables_registration import event
from tests.samples import FIXTURES, read_sample

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@pytest.fixture
def record(archive):
    """Thirty papers, one of them of three versions."""
    first = archive.append(paper("0"), actor=ANNA)
    archive.append(paper("чужой"), actor=BORIS)
    for number in range(1, 30):
        archive.append(paper(str(number), number=str(number), pdf=number % 5 > 0), actor=ANNA)
    for text in ("0 исправлен", "0 снова исправлен"):
        archive.append(paper(text), actor=ANNA, document_id=first.document_id, reason="Исправление")
    return archive


@pytest.fixture
def bundle(record, tmp_path):
    return bundled(record, tmp_path / "bundle.zip", every_version=True)


@pytest.fixture
def folder(bundle, tmp_path):
    return unpacked(bundle, tmp_path / "unpacked")


@pytest.mark.parametrize("every_version", [True, False])
def test_an_intact_bundle_is_intact(record, tmp_path, every_version):
    file = bundled(record, tmp_path / "b.zip", every_version=every_version)

    assert verified(file) == {
        "ok": True,
        "documents": 32 if every_version else 30,
        "problems": [],
        "notes": [],
    }
    assert verified(unpacked(file, tmp_path / "b"))["ok"]


def test_the_program_inside_the_bundle_checks_the_folder_it_lies_in(folder):
    done = subprocess.run(
        [SYSTEM_PYTHON, "-I", folder / "проверка.py"], capture_output=True, text=True, cwd="/"
    )

    assert done.stdout == "Документов – 32: всё на месте и не изменено.\n"
    assert done.returncode == 0


def test_names_that_macos_took_apart_are_known(bundle, folder, tmp_path):
    apart = tmp_path / "apart.zip"
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(apart, "w") as target:
        for info in source.infolist():
            target.writestr(unicodedata.normalize("NFD", info.filename), source.read(info))
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        file.rename(file.with_name(unicodedata.normalize("NFD", file.name)))

    assert found(apart) == found(folder) == []


def test_a_file_beside_another_of_the_same_looks_is_found(bundle, folder, tmp_path):
    (folder / "Документы" / "Й.pdf").write_bytes(b"one")
    (folder / "Документы" / unicodedata.normalize("NFD", "Й.pdf")).write_bytes(b"two")
    with zipfile.ZipFile(bundle, "a") as target:
        for form in ("NFC", "NFD"):
            target.writestr(unicodedata.normalize(form, "Документы/Й.pdf"), form)

    for place in (bundle, folder):
        assert {code for code, _ in found(place)} == {"orphan", "repeated"}


def test_what_systems_put_into_folders_is_no_fault(folder):
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "Документы" / "Thumbs.db").write_bytes(b"x")

    assert found(folder) == []


def test_seven_kinds_of_faults_are_found_and_nothing_else(record, engine, tmp_path):
    kept = tmp_path / "heads.json"
    newer = record.append(paper("последний", number="900"), actor=ANNA)
    head = record.head(ANNA.organisation_id)
    kept.write_text(json.dumps([vars(head)]), encoding="utf-8")
    # Edited row, past the triggers, and the older database: its last version is cut off.
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER version_no_update")
        connection.exec_driver_sql("DROP TRIGGER version_no_delete")
        edited = version.c.chain_number == 7
        connection.execute(sa.update(version).where(edited, version.c.organisation_id == ANNA.organisation_id)
                           .values(title="Приказ о премии"))  # fmt: skip
        connection.execute(sa.delete(version).where(version.c.document_id == newer.document_id))
    folder = unpacked(bundled(record, tmp_path / "b.zip", every_version=True), tmp_path / "b")
    papers = folder / "Документы"
    flip(papers / "2022-03-19 Приказ № 1.docx")
    flip(papers / "2022-03-19 Приказ № 2.json")
    cut(papers / "2022-03-19 Приказ № 3.docx")
    (papers / "2022-03-19 Приказ № 4.pdf").unlink()
    swap(papers / "2022-03-19 Приказ № 8.docx", papers / "2022-03-19 Приказ № 9.docx")
    (papers / "2022-03-19 Приказ № 777.docx").write_bytes(b"a paper of somebody else")

    assert sorted(found(folder, "--heads", kept)) == [
        ("file_damaged", "Документы/2022-03-19 Приказ № 1.docx"),
        ("file_damaged", "Документы/2022-03-19 Приказ № 2.json"),
        ("file_damaged", "Документы/2022-03-19 Приказ № 3.docx"),
        ("file_missing", "Документы/2022-03-19 Приказ № 4.pdf"),
        ("file_swapped", "Документы/2022-03-19 Приказ № 8.docx"),
        ("file_swapped", "Документы/2022-03-19 Приказ № 9.docx"),
        ("older_database", "опись.json"),
        ("orphan", "Документы/2022-03-19 Приказ № 777.docx"),
        ("row_changed", "Документы/2022-03-19 Приказ № 6 (запись 7)"),
    ]
    assert found(folder)[-1][0] != "older_database"


def test_a_truncated_file_says_how_much_is_missing(folder):
    cut(folder / "Документы" / "2022-03-19 Приказ № 3.docx")

    assert [one["text"] for one in verified(folder)["problems"]] == ["Файл обрезан: 70 байт вместо 140."]


def test_a_flipped_bit_anywhere_in_the_zip_is_found(bundle, tmp_path):
    whole = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as package:
        members = package.infolist()
    target = tmp_path / "damaged.zip"

    for member in members[:6] + members[-3:]:
        name_size, extra_size = struct.unpack_from("<HH", whole, member.header_offset + 26)
        start = member.header_offset + 30 + name_size + extra_size
        damaged = bytearray(whole)
        damaged[start + member.compress_size // 2] ^= 0x10
        target.write_bytes(damaged)
        done = subprocess.run([SYSTEM_PYTHON, "-I", program(target), target, "--json"], capture_output=True)
        assert done.returncode == (2 if member.filename == "опись.json" else 1), member.filename


def test_a_bundle_that_was_not_loaded_whole_cannot_be_checked(bundle):
    bundle.write_bytes(bundle.read_bytes()[:-100])

    done = subprocess.run([SYSTEM_PYTHON, "-I", program(bundle), bundle], capture_output=True, text=True)

    assert done.returncode == 2
    assert "загруженный не полностью" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        (r'"number":"12"', '"number":"13"', "row_changed", "Документы/2022-03-19 Приказ № 12 (запись 13)"),
        (
            r'"date":"2022-03-19","files":\{"docx":\{"name":"Документы/2022-03-19 Приказ № 12.docx"',
            '"date":"2022-03-20","files":{"docx":{"name":"Документы/2022-03-19 Приказ № 12.docx"',
            "row_changed",
            "Документы/2022-03-19 Приказ № 12 (запись 13)",
        ),
        (
            r'"reason":"Исправление"',
            '"reason":"Ошибка"',
            "row_changed",
            "Документы/2022-03-19 Приказ № 376, версия 2 (запись 31)",
        ),
        (r'"chain_number": 32', '"chain_number": 31', "head_differs", "цепочки.jsonl"),
        (r'"count": 32', '"count": 33', "row_missing", "опись.json"),
        (r'\n\{[^\n]*"chain_number":9,[^\n]*', "", "row_missing", "опись.json"),
        (r'"newest_version":3', '"newest_version":1', "inventory_changed", "опись.json"),
        (
            r'"size_bytes":140',
            '"size_bytes":141',
            "row_changed",
            "Документы/2022-03-19 Приказ № 376, версия 1 (запись 1)",
        ),
    ],
    ids=["number", "date", "row", "head", "count", "line removed", "anything else", "size"],
)
def test_an_edited_inventory_is_found(folder, old, new, code, place):
    file = folder / "опись.json"
    text = file.read_text(encoding="utf-8")
    edited = re.sub(old, new, text, count=1)
    assert edited != text
    file.write_text(edited, encoding="utf-8")

    assert (code, place) in found(folder)


def test_a_forged_row_with_its_hash_made_right_breaks_the_chain(folder):
    def forge(inventory):
        entry = inventory["entries"][9]
        entry["version"]["title"] = "Приказ о премии"
        entry["chain_sha256"] = hashes.chain_sha256("versions", entry["version"])

    edit(folder, forge)
    assert found(folder) == [("row_changed", "Документы/2022-03-19 Приказ № 9 (запись 10)")]


def test_a_kept_head_that_agrees_is_no_fault_and_one_that_differs_is(record, bundle, tmp_path):
    head = vars(record.head(ANNA.organisation_id))
    theirs = vars(record.head(BORIS.organisation_id))
    good, other = tmp_path / "good.json", tmp_path / "other.json"
    good.write_text(json.dumps({"heads": [head, theirs]}), encoding="utf-8")
    other.write_text(json.dumps([{**head, "chain_sha256": "0" * 64}]), encoding="utf-8")

    assert found(bundle, "--heads", good) == []
    assert found(bundle, "--heads", other) == [("head_differs", "цепочки.jsonl")]


def test_a_head_before_the_papers_cannot_be_compared_which_is_said_and_no_fault(record, tmp_path):
    early = tmp_path / "early.json"
    head = {"organisation_id": ANNA.organisation_id, "chain_number": 1, "chain_sha256": "e" * 64}
    early.write_text(json.dumps([head]))
    last = record.append(paper("ещё", number="500"), actor=ANNA)
    newest_only = bundled(record, tmp_path / "b.zip", document_ids=[last.document_id])

    answer = verified(newest_only, "--heads", early)

    assert answer["problems"] == []
    assert answer["notes"] == ["Запись 1 раньше документов комплекта: с сохранённым концом не сверить."]


def test_a_file_damaged_in_the_storage_is_left_out_and_said(record, tmp_path):
    made = record.append(paper("ещё", number="500"), actor=ANNA)
    sha256 = made.pdf.sha256
    (tmp_path / "files" / sha256[:2] / sha256[2:4] / sha256).write_bytes(b"something else")

    file = bundled(record, tmp_path / "b.zip")

    text = "Файл PDF повреждён в хранилище и в комплект не вложен."
    assert verified(file)["problems"] == [
        {"code": "file_missing", "place": "Документы/2022-03-19 Приказ № 500.pdf", "text": text}
    ]
    assert inventory_of(file)["entries"][-1]["problem"] == text


def test_the_verifier_needs_no_library_and_no_new_python():
    source = verifier_source().decode()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported == {
        "__future__", "argparse", "collections", "hashlib", "json", "pathlib", "re", "sys", "typing", "unicodedata",
        "zipfile", "zlib",
    }  # fmt: skip
    defined = [name for node in tree.body for name in names_of(node)]
    assert len(defined) == len(set(defined))


@given(JSON)
def test_both_programs_write_the_same_canonical_json(value):
    assert hashes.canonical_json(value) == canonical_json(value)


def test_both_programs_make_the_same_chain_hashes(record, engine):
    registered(record, paper("500", number="500"))
    with reading(engine) as connection:
        versions = [dict(row) for row in connection.execute(sa.select(version)).mappings()]
        events = [dict(row) for row in connection.execute(sa.select(event)).mappings()]

    assert len(events) == 2
    for row in versions:
        assert hashes.chain_sha256("versions", chain_fields(row)) == chain_sha256(row) == row["chain_sha256"]
    for row in events:
        fields = {name: row[name] for name in CHAINED}
        assert hashes.chain_sha256("events", fields) == row["chain_sha256"]


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_both_programs_read_the_same_facts(file):
    payload = read_sample(file)
    facts = paper_facts(payload)

    assert papers.facts_of(payload) == (facts.date, facts.number)
    assert papers.facts_of({"order": payload}) == papers.facts_of(payload)


def test_a_bundle_of_another_database_is_the_same_bundle(tmp_path, postgres_url):
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
    engine, _, archive = open_record(tmp_path, postgres_url)
    first = archive.append(paper("0"), actor=ANNA)
    archive.append(paper("1"), actor=ANNA, document_id=first.document_id)

    file = bundled(archive, tmp_path / "b.zip", every_version=True)
    engine.dispose()

    assert verified(file)["documents"] == 2
    assert verified(file)["ok"]


def names_of(node):
    """What a statement of a module defines."""
    if isinstance(node, ast.Assign):
        targets = [one for target in node.targets for one in ast.walk(target)]
        return [one.id for one in targets if isinstance(one, ast.Name)]
    return [node.name] if hasattr(node, "name") else []
