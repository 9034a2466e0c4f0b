from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from service.conversion import page_image
from service.errors import DocumentRefused, InputError
from tests.doubles import text_pdf

PDF = text_pdf([f"Строка {n}" for n in range(60)])


def test_a_page_is_a_picture_of_its_sheet() -> None:
    picture = Image.open(io.BytesIO(page_image(PDF, 1, dpi=72)))

    assert (picture.format, picture.size) == ("PNG", (595, 842))
    assert len(set(picture.convert("L").tobytes())) > 1


def test_every_page_has_its_own_picture() -> None:
    assert page_image(PDF, 1) != page_image(PDF, 2)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_page_that_is_not_there_is_refused_and_counted(number: int) -> None:
    with pytest.raises(InputError, match="страниц – 2"):
        page_image(PDF, number)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(DocumentRefused):
        page_image(b"%PDF-1.6 nothing", 1)


def test_pictures_are_made_for_many_threads_at_once() -> None:
    alone = [page_image(PDF, number, dpi=50) for number in (1, 2)]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda n: page_image(PDF, 1 + n % 2, dpi=50), range(40)))

    assert together == alone * 20
