"""Templates with comments, opened by a real LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import forms
from service.backends import kind_samples
from service.filling.document import read_parts, write_parts
from service.template_check.comments import commented
from service.template_check.examination import examine
from tests.samples import TEMPLATES
from tests.service.template_check.test_comments import comments_of

pytestmark = pytest.mark.office


def opened(docx: bytes, folder: Path) -> str:
    """The paper as LibreOffice understands it: flat ODF."""
    office = shutil.which("soffice") or "/usr/lib/libreoffice/program/soffice"
    file = folder / "template.docx"
    file.write_bytes(docx)
    command = [
        office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
        "--convert-to", "fodt", "--outdir", str(folder), str(file),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "template.fodt").read_text(encoding="utf-8")


def body(flat: str) -> str:
    return flat[flat.index("<office:body>") :]


@pytest.mark.parametrize("kind", ["order", "roadmap"])
def test_libreoffice_opens_the_marked_file_with_every_comment(kind, tmp_path):
    parts = read_parts((TEMPLATES / f"{kind}.docx").read_bytes())
    parts["word/document.xml"] = re.sub(rb"\{\{ (\w+)", rb"{{ \1x", parts["word/document.xml"], count=3)
    wrong = write_parts(parts)
    report = examine(wrong, forms.get_kind(kind), kind_samples(kind))
    assert report.errors
    (tmp_path / "before").mkdir()

    file = commented(wrong, report)
    marked = opened(file, tmp_path)
    plain = opened(wrong, tmp_path / "before")

    assert plain.count("<office:annotation ") == 0
    assert marked.count("<office:annotation ") == len(comments_of(file)) >= 2
    assert marked.count("Неизвестное имя «") >= 2
    assert re.sub(r"<office:annotation .*?</office:annotation>|<[^>]+>|\s", "", body(marked), flags=re.S) == (
        re.sub(r"<[^>]+>|\s", "", body(plain))
    )
