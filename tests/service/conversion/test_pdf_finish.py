"""The final form of a PDF: named, dated by its data, the same bytes whenever and wherever it is made."""

from __future__ import annotations

import datetime as dt
import io
import re

import pikepdf
import pytest

from service.conversion import PdfProperties, check_pdf, finish_pdf
from service.errors import DocumentRefused
from tests.doubles import text_pdf

LINES = ["Приказ № 376", "Начальник управления", "И. И. Иванова"]
PDF = text_pdf(LINES)
NAMED = PdfProperties(title="Приказ «А & Б» <1>", author="Управление & партнёры", date=dt.date(2023, 1, 20))


def made_at(moment: dt.datetime, *, level: bytes = b"") -> bytes:
    """A PDF as LibreOffice 7.4.7 makes it at this moment: the clock in four places."""
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.docinfo["/CreationDate"] = f"D:{moment:%Y%m%d%H%M%S}Z"
        pdf.docinfo["/Producer"] = "LibreOffice 7.4"
        pdf.Root.Metadata = pdf.make_stream(level + f"<xmp:CreateDate>{moment:%Y-%m-%dT%H:%M:%SZ}".encode())
        profile = bytearray(range(128))
        profile[24:36] = b"".join(n.to_bytes(2, "big") for n in moment.timetuple()[:6])
        intent = pikepdf.Dictionary(
            S=pikepdf.Name.GTS_PDFA1, DestOutputProfile=pdf.make_stream(bytes(profile))
        )
        pdf.Root.OutputIntents = pikepdf.Array([intent])
        pdf.trailer.DocChecksum = pikepdf.Name(f"/{moment:%H%M%S}")
        saved = io.BytesIO()
        pdf.save(saved, fix_metadata_version=False)
    return saved.getvalue()


PDFA = b"<pdfaid:part>2</pdfaid:part>\n   <pdfaid:conformance>B</pdfaid:conformance>"
NOON = dt.datetime(2026, 11, 22, 12, 0, 0, tzinfo=dt.UTC)


def test_properties_are_the_same_in_xmp_and_in_the_document_information() -> None:
    finished = finish_pdf(PDF, properties=NAMED)

    with pikepdf.open(io.BytesIO(finished.pdf)) as opened:
        xmp = opened.open_metadata()
        assert xmp["dc:title"] == str(opened.docinfo["/Title"]) == "Приказ «А & Б» <1>"
        assert xmp["dc:creator"] == ["Управление & партнёры"]
        assert str(opened.docinfo["/Author"]) == "Управление & партнёры"
        assert xmp["pdf:Producer"] == str(opened.docinfo["/Producer"]) == "Formulyar"
        assert xmp["xmp:CreatorTool"] == str(opened.docinfo["/Creator"]) == "Formulyar"
        assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "2023-01-20T00:00:00Z"
        assert str(opened.docinfo["/CreationDate"]) == str(opened.docinfo["/ModDate"]) == "D:20230120000000Z"
        assert str(opened.Root.Lang) == "ru-RU"
        assert opened.Root.ViewerPreferences.DisplayDocTitle


def test_two_moments_give_the_same_bytes() -> None:
    first, second = (
        finish_pdf(made_at(moment), properties=NAMED).pdf for moment in (NOON, NOON + dt.timedelta(days=400))
    )

    assert first == second
    assert made_at(NOON) != made_at(NOON + dt.timedelta(days=400))
    assert b"LibreOffice" not in first


def test_another_title_gives_other_bytes_and_another_id() -> None:
    one = finish_pdf(PDF, properties=NAMED).pdf
    other = finish_pdf(PDF, properties=PdfProperties(title="Другой", author="Управление")).pdf

    ids = [re.search(rb"/ID ?\[ ?<[^>]+>", pdf) for pdf in (one, other)]
    assert one != other
    assert len({found[0] for found in ids if found}) == 2


def test_what_the_office_claims_of_pdf_a_stays_and_is_not_invented() -> None:
    claimed = finish_pdf(made_at(NOON, level=PDFA), properties=NAMED).pdf
    not_claimed = finish_pdf(made_at(NOON), properties=NAMED).pdf

    with pikepdf.open(io.BytesIO(claimed)) as with_level, pikepdf.open(io.BytesIO(not_claimed)) as without:
        assert with_level.open_metadata().pdfa_status == "2B"
        assert without.open_metadata().pdfa_status == ""


def test_the_facts_are_those_of_the_finished_file() -> None:
    finished = finish_pdf(PDF, properties=NAMED, last_words="И. И. Иванова")

    assert finished.facts.size_bytes == len(finished.pdf)
    assert finished.facts == check_pdf(finished.pdf, last_words="И. И. Иванова")


def test_missing_last_words_are_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"«П\. П\. Петров»"):
        finish_pdf(PDF, properties=NAMED, last_words="П. П. Петров")


@pytest.mark.parametrize(
    "pdf", [b"%PDF-1.6 broken", PDF[: len(PDF) // 2] + b"\n%%EOF\n"], ids=["a stub", "half"]
)
def test_a_broken_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(DocumentRefused):
        finish_pdf(pdf, properties=NAMED)


def test_an_outline_leads_to_the_named_places() -> None:
    with pikepdf.open(io.BytesIO(text_pdf(["строка"] * 60))) as pdf:
        pdf.Root.Dests = pikepdf.Dictionary(
            m0=pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit]),
            m1=pikepdf.Array([pdf.pages[1].obj, pikepdf.Name.Fit]),
        )
        saved = io.BytesIO()
        pdf.save(saved)
    finished = finish_pdf(
        saved.getvalue(), properties=NAMED, outline=[("m0", "Приказ"), ("m1", "Приложение")]
    )

    with pikepdf.open(io.BytesIO(finished.pdf)) as opened, opened.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Приказ", "Приложение"]
        assert outline.root[1].destination[0].objgen == opened.pages[1].obj.objgen


def test_an_outline_to_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(DocumentRefused, match="начало документа"):
        finish_pdf(PDF, properties=NAMED, outline=[("m0", "Приказ")])
