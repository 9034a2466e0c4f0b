"""T-47: what a finished .docx tells besides its text, against an allow-list; the PDF: tests/office."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lxml import etree

from service.pipeline import Press, accept, produce
from tests.samples import read_sample

CORE = {"title", "creator", "created", "modified", "language"}
APP = {"Application"}
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app)\.xml|"
    r"word/(document|styles|settings|fontTable|numbering|footnotes|endnotes|(header|footer)\d*)\.xml|"
    r"word/theme/theme\d\.xml|word/_rels/\w+\.xml\.rels|word/media/image\d+\.(png|jpe?g)"
)
HISTORY = re.compile(
    rb"<w:(ins|del|moveFrom|moveTo|comment\w*|vanish|rsid\w*|docVar\w*|attachedTemplate)\b|w:rsid"
)
SECRETS = re.compile(rb"/work|/tmp|/root|/home|LibreOffice|[A-Z]:\\\\Users|file://", re.IGNORECASE)


@pytest.mark.parametrize("kind", ["order", "roadmap"])
def test_t_47_a_docx_holds_known_parts_and_no_history(press: Press, kind: str) -> None:
    paper = produce(accept(kind, read_sample(kind)), press)

    with zipfile.ZipFile(io.BytesIO(paper.docx)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
        moments = {entry.date_time for entry in package.infolist()}
    core = {etree.QName(one).localname for one in etree.fromstring(parts["docProps/core.xml"])}
    assert [name for name in parts if not PARTS.fullmatch(name)] == []
    app = {etree.QName(one).localname for one in etree.fromstring(parts["docProps/app.xml"])}
    assert (core - CORE, app - APP) == (set(), set())
    assert [name for name, data in parts.items() if HISTORY.search(data) or SECRETS.search(data)] == []
    assert moments == {(1980, 1, 1, 0, 0, 0)}
    # The control: the pattern finds the history of a file that has one.
    assert HISTORY.search(b'<w:p w:rsidR="00A1"/>')
    assert HISTORY.search(b'<w:ins w:id="1">')
