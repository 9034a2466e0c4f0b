"""What is believed of a PDF: every lie beside the truth it resembles."""

from __future__ import annotations

import io

import pikepdf
import pytest

from service.conversion import check_pdf
from service.errors import DocumentRefused
from tests.doubles import text_pdf

LINES = ["Приказ № 376", "Начальник управления", "И. И. Иванова"]
PDF = text_pdf(LINES)


def changed(change) -> bytes:
    """The good PDF after a change of its structure."""
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        change(pdf)
        made = io.BytesIO()
        pdf.save(made)
    return made.getvalue()


def test_the_facts_of_a_sound_pdf():
    facts = check_pdf(PDF, last_words="И. И. Иванова")

    assert facts.pages == 1
    assert facts.size_bytes == len(PDF)
    assert facts.fonts == ("DoubleSquares",)
    assert facts.text_tail.endswith("И. И. Иванова")


@pytest.mark.parametrize(
    "words",
    ["И. И. Иванова", "И.\u00a0И.\u00a0Иванова", "управ-\u00adления И.И. Иванова", "Приказ № 376 Начальник"],
)
def test_last_words_are_found_whatever_the_spaces_and_hyphens(words):
    assert check_pdf(PDF, last_words=words).pages == 1


def test_last_words_may_begin_on_the_page_before():
    lines = [f"Строка {n}" for n in range(52)]

    assert check_pdf(text_pdf(lines), last_words="Строка 49 Строка 50 Строка 51").pages == 2


def test_missing_last_words_are_refused_and_named():
    with pytest.raises(DocumentRefused, match=r"«П\. П\. Петров»"):
        check_pdf(PDF, last_words="П. П. Петров")


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (b"", "пустой"),
        (b"%PDF-1.6\n%%EOF\n", "пустой"),
        (b"<!DOCTYPE html>" + b"<p>text</p>" * 100, "другого вида"),
        (PDF[: len(PDF) // 2], "обрывается"),
        (PDF[: len(PDF) // 2] + b"\n%%EOF\n", "не открывается"),
        (PDF[:500] + b"\0" * 2000 + b"%%EOF", "не открывается"),
    ],
    ids=["nothing", "only a frame", "html", "half", "half with an end", "hole"],
)
def test_a_broken_pdf_is_refused_with_the_reason(pdf, reason):
    with pytest.raises(DocumentRefused, match=reason):
        check_pdf(pdf)


def test_a_pdf_without_pages_is_refused():
    with pytest.raises(DocumentRefused, match="ни одной страницы"):
        check_pdf(changed(_remove_pages))


def _remove_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]
    pdf.docinfo["/Title"] = "Пустой" * 50


def font(**more) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.TrueType,
        BaseFont=pikepdf.Name("/ABCDEF+Arial-Bold"),
        **more,
    )


def with_font(made: pikepdf.Dictionary):
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.Font.F2 = made

    return change


def test_a_font_that_is_not_embedded_is_refused_and_named():
    with pytest.raises(DocumentRefused, match="Arial-Bold"):
        check_pdf(changed(with_font(font())))


def test_an_embedded_font_is_listed_without_its_subset_prefix():
    def change(pdf: pikepdf.Pdf) -> None:
        descriptor = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontFile2=pdf.make_stream(b"font"))
        with_font(font(FontDescriptor=descriptor))(pdf)

    assert check_pdf(changed(change)).fonts == ("Arial-Bold", "DoubleSquares")


def test_a_font_inside_a_drawn_form_is_checked_too():
    def change(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font()))
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(X1=form)

    with pytest.raises(DocumentRefused, match="Arial-Bold"):
        check_pdf(changed(change))
