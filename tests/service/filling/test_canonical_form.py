from __future__ import annotations

import pytest
from lxml import etree

from service.errors import PackageRefused
from service.filling import clean_docx, outline
from service.filling.document import read_parts, write_parts
from tests.samples import TEMPLATES
from tests.service.filling.template_files import docx_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEFTOVERS = (
    '<w:p w:rsidR="00AB12CD"><w:bookmarkStart w:id="0" w:name="_GoBack"/><w:proofErr w:type="spellStart"/>'
    '<w:r w:rsidRPr="00AB12CD"><w:t>{{ na</w:t></w:r><w:r><w:t xml:space="preserve">me }} </w:t></w:r>'
    '<w:proofErr w:type="spellEnd"/><w:r><w:t>и всё</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>'
)


def test_what_word_leaves_behind_is_removed() -> None:
    xml = read_parts(clean_docx(docx_of(body=LEFTOVERS)))["word/document.xml"].decode()

    assert "rsid" not in xml
    assert "proofErr" not in xml
    assert "_GoBack" not in xml
    assert "{{ name }} и всё" in xml


def test_cleaning_changes_no_text() -> None:
    before = docx_of("Текст", body=LEFTOVERS)

    assert outline(clean_docx(before)) == outline(before)


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_docx(docx_of(body=LEFTOVERS))

    assert clean_docx(once) == once


def test_runs_of_different_looks_stay_apart() -> None:
    body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>жирно</w:t></w:r><w:r><w:t>просто</w:t></w:r></w:p>"
    root = etree.fromstring(read_parts(clean_docx(docx_of(body=body)))["word/document.xml"])

    assert [text.text for text in root.iter(f"{W}t")] == ["жирно", "просто"]


def test_a_tag_that_takes_its_run_away_stays_alone() -> None:
    body = "<w:p><w:r><w:t>имя</w:t></w:r><w:r><w:t>{%r if x %}</w:t></w:r><w:r><w:t>да</w:t></w:r></w:p>"
    root = etree.fromstring(read_parts(clean_docx(docx_of(body=body)))["word/document.xml"])

    assert [text.text for text in root.iter(f"{W}t")] == ["имя", "{%r if x %}", "да"]


def test_unused_styles_go_and_used_ones_stay_with_their_ancestors() -> None:
    used = '<w:p><w:pPr><w:pStyle w:val="ClauseKeep"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    root = etree.fromstring(read_parts(clean_docx(docx_of(body=used)))["word/styles.xml"])
    kept = {style.get(f"{W}styleId") for style in root.iter(f"{W}style")}

    assert {"ClauseKeep", "Clause", "Text", "Normal"} <= kept
    assert "AngName" not in kept


def test_dead_parts_and_the_links_to_them_go() -> None:
    parts = read_parts((TEMPLATES / "order.docx").read_bytes())
    parts["docProps/thumbnail.jpeg"] = b"picture"
    parts["customXml/item1.xml"] = b"<x/>"

    cleaned = read_parts(clean_docx(write_parts(parts)))

    assert "docProps/thumbnail.jpeg" not in cleaned
    assert "customXml/item1.xml" not in cleaned


def test_no_author_is_left() -> None:
    parts = read_parts((TEMPLATES / "order.docx").read_bytes())
    parts["docProps/core.xml"] = (
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>ivanova</dc:creator></cp:coreProperties>'
    )

    assert b"ivanova" not in b"".join(read_parts(clean_docx(write_parts(parts))).values())


def test_tracked_changes_are_refused_with_advice() -> None:
    body = '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>новое</w:t></w:r></w:ins></w:p>'

    with pytest.raises(PackageRefused, match="исправления"):
        clean_docx(docx_of(body=body))
