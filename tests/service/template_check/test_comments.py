"""The remarks on a template as Word comments: at their places, and nothing else of the file is changed."""

from __future__ import annotations

import io
import re

import docx
import pytest
from lxml import etree

import forms
from service.backends import kind_samples
from service.filling.document import read_parts, write_parts
from service.office_files.docx_parts import content_types
from service.template_check import check_template
from service.template_check.comments import AUTHOR, commented
from service.template_check.examination import examine
from tests.samples import TEMPLATES
from tests.service.filling.template_files import docx_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def marked(file: bytes, kind: str = "roadmap") -> bytes:
    report = examine(file, forms.get_kind(kind), kind_samples(kind))
    assert report.admitted
    return commented(file, report)


def comments_of(file: bytes) -> list[tuple[str, str]]:
    """(the text that a comment stands at, what it says), in the order of the comments."""
    parts = read_parts(file)
    root = etree.fromstring(parts["word/document.xml"])
    anchored: dict[str, str] = {}
    open_ids: set[str] = set()
    for element in root.iter():
        mark = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            open_ids.add(mark)
            anchored[mark] = ""
        elif element.tag == f"{W}commentRangeEnd":
            open_ids.remove(mark)
        elif element.tag == f"{W}t":
            for one in open_ids:
                anchored[one] += element.text or ""
    assert open_ids == set()
    references = [one.get(f"{W}id", "") for one in root.iter(f"{W}commentReference")]
    said = {
        one.get(f"{W}id"): "\n".join("".join(p.itertext()) for p in one)
        for one in etree.fromstring(parts["word/comments.xml"])
    }
    assert sorted(references) == sorted(said) == sorted(anchored)
    return [(anchored[one], said[one]) for one in sorted(said, key=int)]


def looks(file: bytes) -> list[tuple[str, str, str]]:
    """(paragraph's looks, letter's looks, letter) of every letter of the body."""
    found = []
    for paragraph in etree.fromstring(read_parts(file)["word/document.xml"]).iter(f"{W}p"):
        for run in paragraph.iter(f"{W}r"):
            shape = [
                etree.tostring(p, method="c14n").decode() if p is not None else ""
                for p in (paragraph.find(f"{W}pPr"), run.find(f"{W}rPr"))
            ]
            found += [(*shape, letter) for text in run.iter(f"{W}t") for letter in text.text or ""]
    return found


def test_a_comment_stands_at_its_tag_and_says_what_was_meant():
    file = docx_of("Год {{ yaer }} и {{ title }}, снова {{ titel }}.")

    found = comments_of(marked(file))

    assert [anchor for anchor, _ in found] == ["{{ yaer }}", "{{ titel }}"]
    assert (
        "Ошибка. Метка «{{ yaer }}»: Неизвестное имя «yaer». Возможно, вы имели в виду «year»." in found[0][1]
    )
    assert "«title»" in found[1][1]


@pytest.mark.parametrize(
    ("paragraphs", "anchor", "says"),
    [
        (["{% if title %}", "да"], "{% if title %}", "не закрыта"),
        (["до", "Наименование: {{ title", "после"], "Наименование: {{ title", "не закрыта скобками «}}»"),
        (["до", "{% set x = 1 %}"], "{% set x = 1 %}", "слово «set» не допускается"),
        (["{{ title|titel }}"], "{{ title|titel }}", "Неизвестный фильтр"),
    ],
)
def test_broken_tags_are_marked(paragraphs, anchor, says):
    found = comments_of(marked(docx_of(*paragraphs)))

    assert [place for place, text in found if says in text] == [anchor]


def test_branches_stand_at_their_tag_and_unused_fields_at_the_end():
    file = docx_of(
        "Дорожная карта {{ title }}", "{% if title == 'нет' %}никогда{% endif %}", "Последние слова"
    )

    found = comments_of(marked(file))

    assert found[0][0] == "{% if title == 'нет' %}"
    assert "ни в одном образце не выполняется" in found[0][1]
    assert found[-1][0] == "Последние слова"
    assert "заполняется, но не печатается" in found[-1][1]
    assert found[-1][1].count("Замечание.") > 3


def test_equal_mistakes_are_marked_each_and_told_once():
    file = docx_of("{{ titel }}", "{{ titel }}", "{{ titel }}")
    report = examine(file, forms.get_kind("roadmap"), kind_samples("roadmap"))

    assert [anchor for anchor, _ in comments_of(commented(file, report))] == ["{{ titel }}"] * 3
    assert len(report.as_json()["errors"]) == 1


def test_a_tag_torn_into_runs_is_marked_whole():
    torn = (
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Год: {{ y</w:t></w:r>"
        "<w:r><w:rPr><w:i/></w:rPr><w:t>aer }} года</w:t><w:tab/></w:r></w:p>"
    )
    file = docx_of("{{ title }}", body=torn)

    after = marked(file)

    assert comments_of(after)[0][0] == "{{ yaer }}"
    assert looks(after) == looks(file)


@pytest.mark.parametrize("kind", ["order", "roadmap", "curator_report"])
def test_nothing_but_the_comments_is_changed(kind):
    file = (TEMPLATES / f"{kind}.docx").read_bytes()
    parts = read_parts(file)
    parts["word/document.xml"] = re.sub(rb"\{\{ (\w+)", rb"{{ \1x", parts["word/document.xml"])
    wrong = write_parts(parts)

    after = marked(wrong, kind)

    assert len(comments_of(after)) > 3
    assert looks(after) == looks(wrong)
    before, now = read_parts(wrong), read_parts(after)
    touched = {name for name in now if now[name] != before.get(name)}
    assert touched == {
        "[Content_Types].xml",
        "word/document.xml",
        "word/comments.xml",
        "word/_rels/document.xml.rels",
    }


def test_a_good_template_is_told_so():
    file = (TEMPLATES / "school_list.docx").read_bytes()

    ((_, said),) = comments_of(marked(file, "school_list"))

    assert said == "Ошибок и замечаний нет: шаблон можно использовать."


def test_tags_of_headers_are_spoken_of_at_the_beginning():
    parts = read_parts(docx_of("Первые слова", "{{ title }}"))
    name = next(one for one in parts if re.fullmatch(r"word/(header|footer)\d*\.xml", one))
    paragraph = b"<w:p><w:r><w:t>{{ titel }}</w:t></w:r></w:p>"
    parts[name] = re.sub(rb"(</w:(?:hdr|ftr)>)", paragraph + rb"\1", parts[name])

    found = comments_of(marked(write_parts(parts)))

    assert found[0][0] == "Первые слова"
    assert "колонтитул" in found[0][1]
    assert "{{ titel }}" in found[0][1]


def test_a_tag_in_a_text_box_is_marked_at_the_paragraph_around():
    box = (
        "<w:p><w:r><w:t>Вокруг</w:t></w:r><w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox>"
        "<w:txbxContent><w:p><w:r><w:t>{{ titel }}</w:t></w:r></w:p></w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    file = docx_of("{{ title }}", body=box)

    found = comments_of(marked(file))

    assert found[0][0].startswith("Вокруг")


def test_the_package_names_the_new_part_once_and_python_docx_reads_it():
    after = marked(docx_of("{{ titel }}"))
    parts = read_parts(after)

    types = content_types(etree.fromstring(parts["[Content_Types].xml"]), parts)
    opened = docx.Document(io.BytesIO(after))

    assert types["word/comments.xml"].endswith("wordprocessingml.comments+xml")
    assert parts["word/_rels/document.xml.rels"].count(b'Target="comments.xml"') == 1
    assert {one.author for one in opened.comments} == {AUTHOR}


def test_the_limited_child_gives_the_file_back_and_what_may_not_come_in_gets_none():
    good, bad = docx_of("{{ titel }}"), b"PK\3\4 nothing"
    samples = kind_samples("roadmap")

    report = check_template(good, "roadmap", samples, mark=True)
    refused = check_template(bad, "roadmap", samples, mark=True)
    unasked = check_template(good, "roadmap", samples)

    assert comments_of(report.marked)[0][0] == "{{ titel }}"
    assert refused.marked == unasked.marked == b""
    assert (report.admitted, refused.admitted) == (True, False)


def test_a_marked_file_has_to_lose_its_comments_before_it_is_a_template():
    again = examine(marked(docx_of("{{ titel }}")), forms.get_kind("roadmap"), kind_samples("roadmap"))

    assert not again.admitted
    assert any("примечания" in str(one) for one in again.errors)
