"""Every sample through the real LibreOffice: pages, text, headings, footnotes and sheets of the PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from service.documents import Paper
from service.filling.outline import table_rows
from service.pipeline import Press, accept, produce
from tests.samples import ALL_SAMPLES, changed, kind_of, read_sample

pytestmark = pytest.mark.office

PORTRAIT, LANDSCAPE = (595, 842), (842, 595)  # A4 in points


@pytest.fixture(scope="module")
def papers(office_press: Press) -> dict[str, Paper]:
    return {
        sample.stem: produce(accept(kind_of(sample).name, read_sample(sample)), office_press)
        for sample in ALL_SAMPLES
    }


def pages_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """Return the text of every page as poppler reads it."""
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True
    ).stdout.decode()
    return text.removesuffix("\f").split("\f")


def sheets_of(pdf: bytes, tmp_path: Path) -> list[tuple[int, int]]:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    info = subprocess.run(["pdfinfo", "-l", "99", file], check=True, capture_output=True).stdout.decode()
    return [(round(float(w)), round(float(h))) for w, h in re.findall(r"size: +([\d.]+) x ([\d.]+)", info)]


@pytest.mark.parametrize("name", [sample.stem for sample in ALL_SAMPLES])
def test_pages_are_numbered_in_the_top_margin_from_the_second_on(
    name: str, papers: dict[str, Paper], tmp_path: Path
) -> None:
    pages = pages_of(papers[name].pdf, tmp_path)

    assert len(pages) == papers[name].pages
    assert [page.split("\n")[0].strip() for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert pages[0].split("\n")[0].strip() != "1"


@pytest.mark.parametrize("name", [sample.stem for sample in ALL_SAMPLES])
def test_the_fonts_are_the_ones_asked_for(name: str, papers: dict[str, Paper]) -> None:
    assert {font.partition("-")[0] for font in papers[name].provenance.fonts} == {"LiberationSerif"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [("roadmap.000", 46), ("roadmap.001", 26), ("roadmap.003", 47), ("roadmap.004", 17)],
)
def test_as_many_rows_come_out_as_go_in(
    name: str, rows: int, papers: dict[str, Paper], tmp_path: Path
) -> None:
    payload = read_sample(name)
    table = table_rows(papers[name].docx)[1]
    measures = [row for row in table[1:] if len(row) == len(payload["columns"])]
    printed = " ".join(" ".join(pages_of(papers[name].pdf, tmp_path)).split())

    assert len(payload["rows"]) == len(measures) == rows
    for row in payload["rows"]:
        assert re.search(rf"(?<![\d.]){re.escape(row['no'])}\s", printed), row["no"]


@pytest.mark.parametrize("name", ["roadmap.000", "roadmap.001", "roadmap.003", "roadmap.quarters"])
def test_the_heading_of_the_table_stands_on_every_page_of_it(
    name: str, papers: dict[str, Paper], tmp_path: Path
) -> None:
    word = read_sample(name)["columns"][1]["title"].split()[0]
    pages = pages_of(papers[name].pdf, tmp_path)

    assert all(word in page for page in pages)


def test_footnotes_stand_at_the_foot_of_the_page_of_their_marks(
    papers: dict[str, Paper], tmp_path: Path
) -> None:
    first = pages_of(papers["roadmap.000"].pdf, tmp_path)[0].rstrip().split("\n")
    foot = "\n".join(first[-6:])

    assert "Далее – Проект 500+" in foot
    assert "Принятые сокращения" in foot
    assert foot.index("Далее") < foot.index("Принятые")


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("order", PORTRAIT),
        ("roadmap.000", PORTRAIT),
        ("roadmap.003", LANDSCAPE),
        ("roadmap.event", LANDSCAPE),
        ("curator_report", PORTRAIT),
    ],
)
def test_the_sheet_is_a4_and_lies_as_asked(
    name: str, sheet: tuple[int, int], papers: dict[str, Paper], tmp_path: Path
) -> None:
    assert set(sheets_of(papers[name].pdf, tmp_path)) == {sheet}


@pytest.mark.parametrize("clauses", range(2, 14))
def test_a_signature_never_stands_alone_on_a_page(clauses: int, office_press: Press, tmp_path: Path) -> None:
    payload = read_sample("order.000")
    payload = changed(payload, ("clauses",), [payload["clauses"][3]] * clauses)
    payload = changed(payload, ("annexes",), [])
    pages = pages_of(produce(accept("order", payload), office_press).pdf, tmp_path)
    signed = next(page for page in pages if "Врио" in page)

    before = signed[: signed.index("Врио")]
    text_lines = [line for line in before.split("\n") if len(line.strip()) > 3]
    assert len(text_lines) >= 3
    assert "Контроль" in before


@pytest.mark.parametrize("rows", range(6, 14))
def test_a_signature_under_a_table_has_rows_of_it_on_its_page(
    rows: int, office_press: Press, tmp_path: Path
) -> None:
    payload = read_sample("roadmap.quarters")
    payload = changed(payload, ("rows",), (payload["rows"] * 2)[:rows])
    pages = pages_of(produce(accept("roadmap", payload), office_press).pdf, tmp_path)

    assert "Пошаговые мероприятия" in next(page for page in pages if "Лебединский" in page)


def test_an_annex_begins_on_a_new_page_with_its_mark(papers: dict[str, Paper], tmp_path: Path) -> None:
    pages = pages_of(papers["order.000"].pdf, tmp_path)
    annex = next(index for index, page in enumerate(pages) if "Состав рабочей группы" in page)

    lines = [line.strip() for line in pages[annex].split("\n") if line.strip()]
    assert lines[1].replace("\N{NO-BREAK SPACE}", " ") == "Приложение № 2"
    assert annex > 0


def test_a_hundred_rows_become_a_paper(office_press: Press) -> None:
    payload = read_sample("roadmap.003")
    rows = [{**row, "no": str(n), "section": ""} for n, row in enumerate((payload["rows"] * 3)[:100], 1)]

    paper = produce(accept("roadmap", changed(payload, ("rows",), rows)), office_press)

    assert paper.pages > 15
