"""T-47: what a finished PDF tells besides its text, against an allow-list: no person, path, program or history."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from service.pipeline import Press, accept, produce
from tests.samples import read_sample

pytestmark = pytest.mark.office

DOCINFO = {"/Title", "/Author", "/Subject", "/Creator", "/Producer", "/CreationDate", "/ModDate"}
XMP = {
    "dc:title", "dc:creator", "dc:description", "dc:format", "dc:language", "pdf:Producer", "pdf:PDFVersion",
    "pdfaid:part", "pdfaid:conformance", "xmp:CreatorTool", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate",
}  # fmt: skip
SECRETS = re.compile(rb"/work|/tmp|/root|/home|LibreOffice|[A-Z]:\\\\Users|file://", re.IGNORECASE)


def made(press: Press, kind: str):
    return produce(accept(kind, read_sample(kind)), press)


@pytest.mark.parametrize("kind", ["order", "roadmap"])
def test_t_47_a_pdf_of_libreoffice_tells_only_what_we_wrote(office_press: Press, kind: str) -> None:
    paper = made(office_press, kind)

    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf, pdf.open_metadata() as xmp:
        told = {str(name): str(value) for name, value in pdf.docinfo.items()}
        names = {re.sub(r"^\{.*[/#]([^/#}]+)/?\}", r"\1:", name) for name in xmp}
        short = {name.rpartition(":")[2] for name in names}
        assert "/AcroForm" not in pdf.Root
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert not any("/Annots" in page and _comments(page) for page in pdf.pages)
        objects = b"".join(_text(one) for one in pdf.objects)
    assert set(told) <= DOCINFO
    assert (told["/Producer"], told["/Creator"]) == ("Formulyar", "Formulyar")
    assert short <= {name.rpartition(":")[2] for name in XMP}
    assert SECRETS.findall(objects + b" ".join(value.encode() for value in told.values())) == []
    # The control: the same search finds what is there.
    assert b"Formulyar" in b" ".join(value.encode() for value in told.values())


def _comments(page: pikepdf.Page) -> list[str]:
    return [str(one.Subtype) for one in page.Annots if str(one.Subtype) not in {"/Link"}]


def _text(one: pikepdf.Object) -> bytes:
    """The strings of an object; streams of pictures and fonts are read whole."""
    if isinstance(one, pikepdf.Stream):
        return bytes(one.read_bytes()) if "/Subtype" in one and str(one.Subtype) == "/XML" else b""
    return one.unparse() if isinstance(one, pikepdf.Dictionary | pikepdf.Array) else b""
