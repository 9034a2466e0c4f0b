from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from service.errors import TemplateError
from service.filling import CompiledTemplate, TemplateCache, outline
from service.filling.document import read_parts
from tests.service.filling.template_files import docx_of, template_of

NBSP = "\N{NO-BREAK SPACE}"


def lines_of(template: CompiledTemplate, **context: object) -> list[str]:
    printed = outline(template.fill(context, title="Проверка"))
    return [line.removeprefix("[-] ") for line in printed.splitlines() if line.startswith("[-]")]


def test_a_value_prints_where_its_tag_stands() -> None:
    assert lines_of(template_of("Школа: {{ school }}."), school="Ясненская") == ["Школа: Ясненская."]


@pytest.mark.parametrize(
    "value",
    [
        "а & б",
        "<w:p>",
        '"',
        "{{ other }}",
        "{% if x %}",
        "{_{ x }_}",
        "&amp;",
        "]]>",
        "{%p if %}",
        "\ue0000\ue001",
    ],
)
def test_signs_of_xml_and_of_the_template_language_print_literally(value: str) -> None:
    assert lines_of(template_of("«{{ text }}»"), text=value) == [f"«{value}»"]


def test_a_line_end_in_a_value_becomes_a_break() -> None:
    docx = template_of("{{ text }}").fill({"text": "раз\nдва"}, title="")

    assert b"<w:br/>" in read_parts(docx)["word/document.xml"]


def test_a_missing_name_is_an_error_that_names_it() -> None:
    with pytest.raises(TemplateError, match="shcool"):
        template_of("{{ shcool }}").fill({"school": "x"}, title="")


def test_a_missing_attribute_is_an_error_that_names_it() -> None:
    with pytest.raises(TemplateError, match="nmae"):
        template_of("{{ school.nmae }}").fill({"school": {"name": "x"}}, title="")


@pytest.mark.parametrize("value", [None, True, 1.5, ["x"], {"a": 1}], ids=repr)
def test_only_text_and_whole_numbers_can_be_printed(value: object) -> None:
    with pytest.raises(TemplateError):
        template_of("{{ value }}").fill({"value": value}, title="")


def test_a_whole_number_prints() -> None:
    assert lines_of(template_of("{{ count }}"), count=12) == ["12"]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ x.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ range(9) }}",
        "{{ lipsum() }}",
        "{{ cycler }}",
        "{{ x|attr('y') }}",
        "{{ x|safe }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
    ],
)
def test_the_language_offers_no_way_out(tag: str) -> None:
    with pytest.raises(TemplateError):
        template_of(tag).fill({"x": "text"}, title="")


def test_a_broken_tag_is_an_error_that_names_the_part() -> None:
    with pytest.raises(TemplateError, match=r"word/document\.xml"):
        template_of("{% if x %}без конца")


def test_a_file_that_is_no_docx_is_refused() -> None:
    with pytest.raises(TemplateError, match="повреждён"):
        CompiledTemplate(b"PK\3\4 nothing", name="x")


def test_the_same_data_gives_the_same_bytes() -> None:
    docx = docx_of("{{ text }}")

    first = CompiledTemplate(docx, name="x").fill({"text": "раз"}, title="Раз")
    second = CompiledTemplate(docx, name="x").fill({"text": "раз"}, title="Раз")

    assert first == second


def test_a_filled_paper_is_a_sound_zip_with_fixed_dates() -> None:
    docx = template_of("{{ text }}").fill({"text": "раз"}, title="Раз")

    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.testzip() is None
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"]


def test_the_title_goes_into_the_properties_escaped_once() -> None:
    docx = template_of("x").fill({}, title="А & Б <в>")

    root = etree.fromstring(read_parts(docx)["docProps/core.xml"])
    assert root.findtext("{http://purl.org/dc/elements/1.1/}title") == "А & Б <в>"


def test_a_tag_split_into_runs_by_word_is_one_tag() -> None:
    body = (
        "<w:p><w:r><w:t>{</w:t></w:r><w:r><w:t>{ te</w:t></w:r><w:proofErr/><w:r><w:t>xt }}</w:t></w:r></w:p>"
    )

    assert lines_of(template_of(body=body), text="цело") == ["цело"]


def test_a_template_is_filled_from_many_threads_at_once() -> None:
    template = template_of("{%p for x in items %}", "{{ x }}", "{%p endfor %}")
    results: dict[int, list[str]] = {}

    def fill(number: int) -> None:
        results[number] = lines_of(template, items=[f"строка {number}-{i}" for i in range(50)])

    threads = [threading.Thread(target=fill, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {n: [f"строка {n}-{i}" for i in range(50)] for n in range(8)}


def test_a_template_with_the_sign_of_marks_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"word/document\.xml.*U\+E000"):
        template_of("\ue0000\ue001{{ x }}")


def test_a_key_named_like_a_method_is_the_value_of_the_data() -> None:
    assert lines_of(template_of("{{ row.items }}"), row={"items": "три"}) == ["три"]


def test_a_changed_template_file_is_compiled_again(tmp_path: Path) -> None:
    file = tmp_path / "note.docx"
    file.write_bytes(docx_of("первый {{ x }}"))
    cache = TemplateCache(tmp_path)
    before = cache.get("note")

    file.write_bytes(docx_of("второй, подлиннее {{ x }}"))

    assert cache.get("note") is not before
    assert lines_of(cache.get("note"), x="!") == ["второй, подлиннее !"]


def test_a_missing_template_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"nothing\.docx"):
        TemplateCache(tmp_path).get("nothing")
