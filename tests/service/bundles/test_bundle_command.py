from __future__ import annotations

import json
import os
import subprocess
import sys

from bundle_parts import ANNA, BORIS, inventory_of, open_record, paper, registered, verified

from tests.samples import PROJECT


def run(folder, *arguments, command="bundle"):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/formulyar.db",
        "STORAGE_URL": f"file:{folder}/files",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "service", command, *map(str, arguments)],
        cwd=PROJECT,
        env=environment,
        text=True,
        capture_output=True,
        timeout=120,
    )


def test_the_command_writes_a_bundle_that_verifies(tmp_path):
    engine, _, archive = open_record(tmp_path)
    made = archive.append(paper("1"), actor=ANNA)
    archive.append(paper("2"), actor=ANNA, document_id=made.document_id)
    archive.append(paper("3"), actor=BORIS)
    engine.dispose()
    target = tmp_path / "out" / "b.zip"

    unclear = run(tmp_path, "-o", target)
    done = run(tmp_path, "-o", target, "--organisation", ANNA.organisation_id, "--all-versions")
    foreign = run(tmp_path, made.document_id, "-o", target, "--organisation", BORIS.organisation_id)

    left = [file.name for file in target.parent.iterdir()]
    assert unclear.returncode == 1
    assert "--organisation" in unclear.stderr
    assert done.returncode == 0, done.stderr
    assert "документов – 2" in done.stdout
    assert verified(target)["documents"] == 2
    assert foreign.returncode == 1
    assert "Документ не найден" in foreign.stderr
    assert left == ["b.zip"]


def test_the_commands_ask_for_a_state(tmp_path):
    engine, _, archive = open_record(tmp_path)
    archive.append(paper("1"), actor=ANNA)
    made = registered(archive, paper("2"))
    engine.dispose()
    mine, target = ("--organisation", ANNA.organisation_id), tmp_path / "b.zip"

    listed = run(tmp_path, "--state", "registered", *mine, command="documents")
    told = run(tmp_path, "--state", "draft", "--json", *mine, command="documents")
    done = run(tmp_path, "-o", target, "--state", "registered", *mine)

    assert listed.stdout == (f"{made.document_id}  Приказ «2» (зарегистрирован, № 1)\nДокументов – 1.\n"), (
        listed.stderr
    )
    assert [one["title"] for one in json.loads(told.stdout)] == ["Приказ «1»"]
    assert done.returncode == 0, done.stderr
    assert [one["state"] for one in inventory_of(target)["entries"]] == ["registered"]
    assert verified(target)["ok"]
