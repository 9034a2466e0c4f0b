from __future__ import annotations

import os
import subprocess
import sys

from bundle_parts import ANNA, BORIS, open_record, paper, verified

from tests.samples import PROJECT


def run(folder, *arguments):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/formulyar.db",
        "STORAGE_URL": f"file:{folder}/files",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "service", "bundle", *map(str, arguments)],
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

    assert unclear.returncode == 1
    assert "--organisation" in unclear.stderr
    assert done.returncode == 0, done.stderr
    assert "документов – 2" in done.stdout
    assert verified(target)["documents"] == 2
    assert foreign.returncode == 1
    assert "Документ не найден" in foreign.stderr
    assert [file.name for file in target.parent.iterdir()] == ["b.zip"]
