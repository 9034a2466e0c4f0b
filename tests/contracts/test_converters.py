"""What every converter keeps, whatever it is made of."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.conversion import OfficePool, check_pdf
from service.errors import DocumentRefused, OfficeStart
from tests.doubles import DoubleConverter, DoubleOffice, eventually
from tests.offices import OFFICE_KINDS, OfficeMaker, paper, require_sandbox


def pool_of(kind: str, root: Path) -> OfficePool:
    maker = OfficeMaker(kind, root)
    return OfficePool(maker, offices=2, on_close=maker.close)


CONVERTERS = {
    "double": lambda root: DoubleConverter(),
    "pool of doubles": lambda root: OfficePool(DoubleOffice, offices=2),
    **{f"pool of {kind} offices": functools.partial(pool_of, kind) for kind in OFFICE_KINDS},
}
DEADLINE_S = 30


@pytest.fixture(
    params=[
        "double",
        "pool of doubles",
        *(pytest.param(f"pool of {kind} offices", marks=pytest.mark.office) for kind in OFFICE_KINDS),
    ]
)
def converter(request, tmp_path):
    if "sandboxed" in request.param:
        require_sandbox("sandboxed", tmp_path)
    made = CONVERTERS[request.param](tmp_path / "offices")
    yield made
    made.close()


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
