"""What a template tells of the people who made it reaches no paper: cleaned away, or refused when it is theirs."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from service.errors import PackageRefused, TemplateError
from service.filling import CompiledTemplate, clean_docx
from service.filling.document import read_parts, write_parts
from tests.service.office_files.docx_changes import (
    Change,
    jpeg,
    order_parts,
    paragraph,
    part,
    picture,
    png,
    replaced,
)

SECRET = "ivanova"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>ivanova</dc:creator><cp:lastModifiedBy>ivanova'
    "</cp:lastModifiedBy><dc:description>ivanova</dc:description></cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Template>C:\\ivanova\\a.dotm</Template><Manager>ivanova</Manager><Company>ivanova</Company></Properties>"
)
CUSTOM = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">ivanova</Properties>'
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
LEAVINGS: dict[str, Change] = {
    "author": lambda parts: parts.update({"docProps/core.xml": CORE.encode()}),
    "company and path": lambda parts: parts.update({"docProps/app.xml": APP.encode()}),
    "custom properties": part("docProps/custom.xml", CUSTOM.encode(), kind=f"{OFFICE_TYPE}.custom-properties+xml"),
    "custom xml": part("customXml/item1.xml", b"<a>ivanova</a>", kind="application/xml"),
    "rsid": paragraph('<w:r w:rsidR="ivanova"><w:t>x</w:t></w:r>'),
    "variables": replaced(
        "word/settings.xml",
        "</w:settings>",
        '<w:docVars><w:docVar w:name="a" w:val="ivanova"/></w:docVars></w:settings>',
    ),
    "people": part("word/people.xml", b"<a>ivanova</a>", kind="application/xml"),
    "template path": part(
        "word/_rels/settings.xml.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="file:///C:/ivanova.dotm" TargetMode="External"/></Relationships>',
        kind="application/vnd.openxmlformats-package.relationships+xml",
    ),
    "text in a picture": picture(png(1, 1, (b"tEXt", b"Author\0ivanova"))),
    "camera": picture(jpeg((0xE1, b"Exif\0\0ivanova")), name="word/media/a.jpeg", kind="image/jpeg"),
    "xml comment": replaced("word/document.xml", "<w:body>", "<w:body><!-- ivanova -->"),
}  # fmt: skip
OF_PEOPLE: dict[str, Change] = {
    "insertion": paragraph('<w:ins w:author="ivanova"><w:r/></w:ins>'),
    "formatting": paragraph('<w:r><w:rPr><w:rPrChange w:author="ivanova"/></w:rPr></w:r>'),
    "comments": part(
        "word/comments.xml",
        b"<a>ivanova</a>",
        kind=f"{OFFICE_TYPE}.wordprocessingml.comments+xml",
        link="comments",
    ),
    "hidden text": paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>ivanova</w:t></w:r>"),
}


@pytest.mark.parametrize("change", LEAVINGS.values(), ids=LEAVINGS)
def test_what_a_program_left_is_cleaned_away_and_never_loaded(change: Change) -> None:
    """T-47."""
    parts = order_parts()
    change(parts)
    dirty = write_parts(parts)
    assert SECRET.encode() in b"".join(parts.values())

    with pytest.raises(TemplateError, match="template clean"):
        CompiledTemplate(dirty, name="x")
    cleaned = clean_docx(dirty)

    assert SECRET.encode() not in b"".join(read_parts(cleaned).values())
    assert CompiledTemplate(cleaned, name="x").sha256


@pytest.mark.parametrize("change", OF_PEOPLE.values(), ids=OF_PEOPLE)
def test_what_a_person_left_must_be_resolved_by_a_person(change: Change) -> None:
    parts = order_parts()
    change(parts)

    with pytest.raises(TemplateError):
        CompiledTemplate(write_parts(parts), name="x")
    with pytest.raises(PackageRefused, match=r"исправления|примечания|скрытый"):
        clean_docx(write_parts(parts))


def test_a_document_as_word_saves_it_is_cleaned_into_a_template() -> None:
    document = docx.Document()
    document.core_properties.author = SECRET
    document.core_properties.comments = SECRET
    document.add_paragraph("Школа: {{ school }}")
    document.add_picture(io.BytesIO(_drawable()))
    saved = io.BytesIO()
    document.save(saved)

    template = CompiledTemplate(clean_docx(saved.getvalue()), name="x")
    filled = template.fill({"school": "Ясненская"}, title="Справка")

    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        assert SECRET.encode() not in everything
        assert "Ясненская".encode() in everything
        assert "docProps/thumbnail.jpeg" not in package.namelist()


def test_prefixes_that_word_may_ignore_stay_declared() -> None:
    parts = order_parts()
    ignorable = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
    )
    replaced("word/document.xml", "<w:document ", f"<w:document {ignorable} ")(parts)

    xml = read_parts(clean_docx(write_parts(parts)))["word/document.xml"]

    assert b'mc:Ignorable="w14"' in xml
    assert b"xmlns:w14=" in xml


def _drawable() -> bytes:
    return png(1, 1, (b"tEXt", b"Author\0ivanova"))
