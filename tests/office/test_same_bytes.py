"""The same data, template and versions give the same bytes: on two clones, in two offices, at two times."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.pipeline import Press, accept, produce
from tests.samples import ALL_SAMPLES, PROJECT, kind_of, read_sample

pytestmark = pytest.mark.office

# What a fresh process of another clone does, with its own hash seed, time zone and language.
PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from service.conversion import OfficePool, PlainOffice
from service.filling import TemplateCache
from service.pipeline import Press, accept, produce
from tests.samples import ALL_SAMPLES, TEMPLATES, kind_of, read_sample
found = {}
with OfficePool(lambda: PlainOffice(Path(sys.argv[1])), offices=1) as pool:
    press = Press(TemplateCache(TEMPLATES), pool, 60)
    for sample in ALL_SAMPLES:
        paper = produce(accept(kind_of(sample).name, read_sample(sample)), press)
        found[sample.stem] = [hashlib.sha256(data).hexdigest() for data in (paper.docx, paper.pdf)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def hashes_of_a_stranger(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("stranger")
    env = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Kamchatka",
        "LANG": "ru_RU.UTF-8",
        "LC_ALL": "C",
    }
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, folder],
        cwd=PROJECT,
        env=env,
        check=True,
        capture_output=True,
        timeout=300,
    )
    hashes: dict[str, list[str]] = json.loads(answer.stdout.splitlines()[-1])
    return hashes


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)
def test_a_paper_made_twice_is_the_same_file(
    sample: Path, office_press: Press, hashes_of_a_stranger: dict[str, list[str]], tmp_path: Path
) -> None:
    paper = produce(accept(kind_of(sample).name, read_sample(sample)), office_press)

    ours = [hashlib.sha256(data).hexdigest() for data in (paper.docx, paper.pdf or b"")]
    assert ours == hashes_of_a_stranger[sample.stem]
    file = tmp_path / "paper.pdf"
    file.write_bytes(paper.pdf or b"")
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
