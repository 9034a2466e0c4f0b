"""What every converter keeps, whatever it is made of."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.conversion import Converter, OfficePool, check_pdf
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


KINDS = [
    "double",
    "pool of doubles",
    *(pytest.param(f"pool of {kind} offices", marks=pytest.mark.office) for kind in OFFICE_KINDS),
]


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Converter]:
    if "sandboxed" in kind:
        require_sandbox("sandboxed", folder)
    made = CONVERTERS[kind](folder / "offices")
    yield made
    made.close()


@pytest.fixture(scope="module", params=KINDS)
def converter(request, tmp_path_factory):
    """One of each kind for all its papers: the next one must be made whatever came before."""
    with opened(request.param, tmp_path_factory.mktemp("converter")) as made:
        yield made


@pytest.fixture(params=KINDS)
def new_converter(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


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


def test_it_becomes_ready_and_names_the_office(new_converter):
    eventually(lambda: new_converter.ready().ok, within_s=DEADLINE_S)

    assert new_converter.ready().office_version
    assert new_converter.ready().detail


def test_after_close_papers_are_refused_and_it_is_not_ready(new_converter):
    new_converter.close()
    new_converter.close()

    with pytest.raises(OfficeStart):
        new_converter.convert(paper("Поздно"), deadline_s=DEADLINE_S)
    assert not new_converter.ready().ok
