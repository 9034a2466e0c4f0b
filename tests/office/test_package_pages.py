"""A package through the real LibreOffice: one PDF with an outline, pages numbered through."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest

from service.packages import accept_package, produce_package
from service.pipeline import Press
from tests.samples import FIXTURES, read_sample

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def pdf(office_press: Press) -> bytes:
    payload = read_sample(FIXTURES / "packages" / "package.000.json")
    payload["annexes"][0]["payload"]["orientation"] = "landscape"
    return produce_package(accept_package(payload), office_press).pdf


def test_the_outline_names_every_member_at_its_first_page(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        entries = [
            (item.title.split()[0], opened.pages.index(pikepdf.Page(item.destination[0])))
            for item in outline.root
        ]

    assert [title for title, _ in entries] == ["Приказ", "Муниципальная", "Состав", "Лист", "Лист"]
    pages = [page for _, page in entries]
    assert pages == sorted(set(pages))
    assert pages[0] == 0


def test_pages_are_numbered_through_the_package(pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "package.pdf"
    file.write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True
    ).stdout.decode()
    firsts = [page.split("\n")[0].strip() for page in text.removesuffix("\f").split("\f")]

    numbered = [(index + 1, int(first)) for index, first in enumerate(firsts) if first.isdecimal()]
    assert len(numbered) >= 3
    assert all(place == number for place, number in numbered)


def test_each_member_keeps_its_own_sheet(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        wide = [page.mediabox[2] > page.mediabox[3] for page in opened.pages]

    assert wide[0] is False
    assert any(wide)
    assert wide[-1] is False
