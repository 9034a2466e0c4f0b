"""What every converter keeps, whatever it is made of."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest

from service.conversion import Bubblewrap, OfficePool, PlainOffice, bubblewrap, check_pdf
from service.conversion.office import SYSTEM_PYTHON
from service.errors import DocumentRefused, OfficeStart
from tests.doubles import DoubleConverter, DoubleOffice, eventually

CONVERTERS = {
    "double": lambda root: DoubleConverter(),
    "pool of doubles": lambda root: OfficePool(DoubleOffice, offices=2),
    "pool of plain offices": lambda root: OfficePool(lambda: PlainOffice(root), offices=2),
    "pool of sandboxed offices": lambda root: OfficePool(
        lambda: PlainOffice(root, sandbox=Bubblewrap()), offices=2
    ),
}
DEADLINE_S = 30


@pytest.fixture(
    params=[
        "double",
        "pool of doubles",
        pytest.param("pool of plain offices", marks=pytest.mark.office),
        pytest.param("pool of sandboxed offices", marks=pytest.mark.office),
    ]
)
def converter(request, tmp_path):
    if "sandboxed" in request.param and bubblewrap(python=SYSTEM_PYTHON, work=tmp_path) is None:
        pytest.skip("bubblewrap does not work on this machine")
    made = CONVERTERS[request.param](tmp_path / "offices")
    yield made
    made.close()


def paper(*lines: str) -> bytes:
    """A .docx with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_docx_becomes_a_sound_pdf_with_all_its_words(converter):
    pdf = converter.convert(paper("Приказ № 376", "И. о. начальника Е. Ё. Щукина"), deadline_s=DEADLINE_S)

    facts = check_pdf(pdf, last_words="И. о. начальника Е. Ё. Щукина")
    assert facts.pages == 1
    assert len(facts.fonts) == 1


def test_a_long_paper_has_several_pages(converter):
    pdf = converter.convert(paper(*(f"Строка {n}" for n in range(120))), deadline_s=DEADLINE_S)

    assert check_pdf(pdf, last_words="Строка 119").pages > 1


@pytest.mark.parametrize(
    "garbage", [b"", b"hello", b"PK\x03\x04 not a package", b"{\\rtf1 text}", b"<html></html>"]
)
def test_what_is_no_docx_is_refused_and_the_next_paper_is_made(converter, garbage):
    with pytest.raises(DocumentRefused):
        converter.convert(garbage, deadline_s=DEADLINE_S)

    assert check_pdf(converter.convert(paper("Жив"), deadline_s=DEADLINE_S), last_words="Жив").pages == 1


def test_papers_from_many_threads_are_not_mixed_up(converter):
    with ThreadPoolExecutor(4) as threads:
        pdfs = list(
            threads.map(lambda n: converter.convert(paper(f"Лист {n}."), deadline_s=DEADLINE_S), range(12))
        )

    for number, pdf in enumerate(pdfs):
        check_pdf(pdf, last_words=f"Лист {number}.")


def test_it_becomes_ready_and_names_the_office(converter):
    eventually(lambda: converter.ready().ok, within_s=DEADLINE_S)

    assert converter.ready().office_version
    assert converter.ready().detail


def test_after_close_papers_are_refused_and_it_is_not_ready(converter):
    converter.close()
    converter.close()

    with pytest.raises(OfficeStart):
        converter.convert(paper("Поздно"), deadline_s=DEADLINE_S)
    assert not converter.ready().ok
