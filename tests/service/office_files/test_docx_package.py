"""What may not stand in a .docx is refused with its place and a fix; the harmless twin passes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import InputError, PackageRefused, PayloadTooLarge
from service.filling import TemplateCache
from service.filling.document import write_parts
from service.office_files import docx_problems, read_docx_parts, require_docx
from tests.samples import ALL_SAMPLES, TEMPLATES, kind_of, read_sample
from tests.service.office_files.docx_changes import (
    BODY,
    LINKS,
    Change,
    field,
    in_body,
    jpeg,
    linked,
    order_parts,
    paragraph,
    part,
    picture,
    png,
    replaced,
)

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_XML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NESTED = "<w:tbl><w:tr><w:tc>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
HEADER = b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


def tables(depth: int) -> Change:
    return in_body(NESTED * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth)


def run(properties: str) -> Change:
    return paragraph(f"<w:r><w:rPr>{properties}</w:rPr><w:t>x</w:t></w:r>")


# Name -> (what is refused, what the message says, its harmless twin).
REFUSED: dict[str, tuple[Change, str, Change]] = {
    "macros": (replaced("[Content_Types].xml", MAIN, MACROS), "Макросы", replaced("[Content_Types].xml", MAIN, MAIN)),
    "vba part": (
        part("word/vbaProject.bin", b"x", kind="application/vnd.ms-office.vbaProject"),
        "Макросы",
        part("word/header9.xml", HEADER, kind=f"{WORD_XML}.header+xml", link="header"),
    ),
    "header that is a drawing": (
        part("word/header9.xml", SVG, kind=f"{WORD_XML}.header+xml", link="header"),
        "Содержимое",
        part("word/header9.xml", HEADER, kind=f"{WORD_XML}.header+xml", link="header"),
    ),
    "activex": (
        part("word/activeX/activeX1.xml", b"<x/>", kind="application/vnd.ms-office.activeX+xml"),
        "ActiveX",
        picture(png()),
    ),
    "embedded package": (
        part("word/embeddings/a.docx", b"PK", kind="application/octet-stream", link="package"),
        "Внедрённый объект",
        picture(png()),
    ),
    "comments": (part("word/comments.xml", b"<x/>", kind=f"{WORD_XML}.comments+xml"), "примечания", picture(png())),
    "wrong content type": (
        part("word/header9.xml", HEADER, kind="image/svg+xml"),
        "SVG",
        part("word/header9.xml", HEADER, kind=f"{WORD_XML}.header+xml"),
    ),
    "svg": (picture(SVG, name="word/media/a.svg", kind="image/svg+xml"), "SVG", picture(png())),
    "svg named png": (picture(SVG), "не рисунок PNG", picture(png())),
    "eps named png": (picture(b"%!PS-Adobe-3.0 EPSF-3.0"), "не рисунок PNG", picture(png())),
    "wmf named png": (picture(bytes.fromhex("D7CDC69A") + b"x" * 40), "не рисунок PNG", picture(png())),
    "huge picture": (picture(png(30_000, 30_000)), "50 миллионов", picture(png(5_000, 5_000))),
    "picture without size": (picture(png(0, 0)), "повреждён", picture(png(1, 1))),
    "cut jpeg": (
        picture(jpeg()[:9], name="word/media/a.jpeg", kind="image/jpeg"),
        "повреждён",
        picture(jpeg(), name="word/media/a.jpeg", kind="image/jpeg"),
    ),
    "author in a picture": (
        picture(png(1, 1, (b"tEXt", b"Author\0Ivanova"))),
        "сведения об авторе",
        picture(png(1, 1, (b"gAMA", b"\0\0\xb1\x8f"))),
    ),
    "camera in a photograph": (
        picture(jpeg((0xE1, b"Exif\0\0GPS")), name="word/media/a.jpg", kind="image/jpeg"),
        "сведения об авторе",
        picture(jpeg((0xE0, b"JFIF\0")), name="word/media/a.jpg", kind="image/jpeg"),
    ),
    "remote picture": (linked("image", "http://a.example/x.png"), "Внешняя", linked("hyperlink", "http://a.example/")),
    "local picture": (linked("image", "file:///etc/passwd"), "Внешняя", linked("hyperlink", "https://a.example/")),
    "file link": (linked("hyperlink", "file:///etc/passwd"), "Внешняя", linked("hyperlink", "mailto:a@a.example")),
    "script link": (linked("hyperlink", "javascript:x()"), "Внешняя", linked("hyperlink", "https://a.example/?x=1")),
    "share link": (linked("hyperlink", "\\\\host\\share"), "Внешняя", linked("hyperlink", "https://host/share")),
    "template on disk": (linked("attachedTemplate", "file:///C:/a.dotm"), "шаблоном на диске", linked("hyperlink", "http://a/")),
    "altChunk": (linked("aFChunk", "/word/document.xml", outside=False), "altChunk", linked("hyperlink", "http://a/")),
    "altChunk element": (in_body("<w:altChunk/>"), "altChunk", in_body("<w:p/>")),
    "subDoc": (in_body("<w:subDoc/>"), "вложенный документ", in_body("<w:p/>")),
    "frame link": (linked("frame", "http://a.example/"), "рамок", linked("hyperlink", "http://a.example/")),
    "link to nothing": (linked("image", "media/none.png", outside=False), "ведёт не туда", picture(png())),
    "link as another kind": (
        linked("image", "document.xml", outside=False),
        "ведёт не туда",
        linked("header", "header1.xml", outside=False),
    ),
    "unknown link": (
        linked("secret", "document.xml", outside=False),
        "не принимается",
        linked("header", "header1.xml", outside=False),
    ),
    "ole": (paragraph("<w:r><w:object/></w:r>"), "Внедрённый объект", paragraph("<w:r><w:t>x</w:t></w:r>")),
    "ole in vml": (
        paragraph("<w:r><w:pict><o:OLEObject/></w:pict></w:r>"),
        "Внедрённый",
        paragraph("<w:r><w:pict/></w:r>"),
    ),
    "vml source": (
        paragraph('<w:r><w:pict><v:imagedata src="file:///etc/passwd"/></w:pict></w:r>'),
        "вне документа",
        paragraph('<w:r><w:pict><v:imagedata o:title="знак"/></w:pict></w:r>'),
    ),
    "form field": (paragraph("<w:r><w:ffData/></w:r>"), "Поле формы", paragraph("<w:r/>")),
    "mail merge": (
        replaced("word/settings.xml", "</w:settings>", "<w:mailMerge/></w:settings>"),
        "Слияние",
        replaced("word/settings.xml", "</w:settings>", "</w:settings>"),
    ),
    "unknown namespace": (in_body('<z:a xmlns:z="urn:z"/>'), "неизвестного вида", in_body("<w:p/>")),
    "deep tables": (tables(6), "глубже 5", tables(5)),
    "hidden text": (run("<w:vanish/>"), "скрытый текст", run('<w:vanish w:val="0"/>')),
    "tracked insertion": (paragraph("<w:ins><w:r/></w:ins>"), "исправления", paragraph("<w:r/>")),
    "tracked deletion": (paragraph("<w:del><w:r/></w:del>"), "исправления", paragraph("<w:r/>")),
    "tracked formatting": (run("<w:rPrChange/>"), "исправления", run("<w:b/>")),
    "comment mark": (paragraph("<w:r><w:commentReference/></w:r>"), "примечания", paragraph("<w:r/>")),
    "rsid": (in_body('<w:p w:rsidR="00AB12CD"/>'), "rsid", in_body("<w:p/>")),
    "author": (
        replaced("docProps/app.xml", "</Properties>", "<Company>Отдел</Company></Properties>"),
        "Company",
        replaced("docProps/app.xml", "</Properties>", "<Pages>1</Pages></Properties>"),
    ),
    "xml comment": (replaced(BODY, "<w:body>", "<w:body><!-- a -->"), "комментарий", in_body("<w:p/>")),
    "tag in an attribute": (
        in_body('<w:p><w:pPr><w:pStyle w:val="{{ x }}"/></w:pPr></w:p>'),
        "не в тексте",
        in_body('<w:p><w:r><w:t w:space="1">{{ x }}</w:t></w:r></w:p>'),
    ),
    "tag beside the text": (in_body("<w:p>{{ x }}</w:p>"), "не в тексте", paragraph("<w:r><w:t>{{ x }}</w:t></w:r>")),
    "utf-16": (
        lambda parts: parts.update({"word/header1.xml": HEADER.decode().encode("utf-16")}),
        "UTF-8|XML",
        lambda parts: parts.update({"word/header1.xml": HEADER}),
    ),
    "include text": (field(" INCLUDETEXT file:///etc/passwd "), "INCLUDETEXT", field(" PAGE ")),
    "include in pieces": (field(" INCL|UDEPICTURE |http://a"), "INCLUDEPICTURE", field(" NUM|PAGES ")),
    "dde": (field(" DDEAUTO cmd /k calc "), "DDEAUTO", field(" PAGEREF a ")),
    "link field": (field(" LINK Excel.Sheet a.xlsx "), "LINK", field(" REF a ")),
    "macro button": (field(" MACROBUTTON x "), "MACROBUTTON", field(" SEQ a ")),
    "today": (field(" DATE "), "меняется", field(" SECTION ")),
    "author field": (field(" AUTHOR "), "сведения о файле", field(" TOC \\o ")),
    "path field": (field(" FILENAME \\p "), "сведения о файле", field(" NOTEREF a ")),
    "file in a link field": (field(' HYPERLINK "file:///a" '), "не на страницу", field(' HYPERLINK "http://a/" ')),
    "link to a bookmark": (field(" HYPERLINK \\o x "), "не на страницу", field(" HYPERLINK \\l x ")),
    "tag in a field": (field(" PAGE {{ x }} "), "содержит метку", field(" PAGE ")),
    "simple field": (
        paragraph('<w:fldSimple w:instr="INCLUDETEXT a"/>'),
        "INCLUDETEXT",
        paragraph('<w:fldSimple w:instr="PAGE"/>'),
    ),
    "nested field": (
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="begin"/>'
            '<w:instrText>DDE</w:instrText><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "DDE",
        field("PAGE"),
    ),
    "field without an end": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE</w:instrText></w:r>'),
        "DDE",
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>'),
    ),
    "code without a field": (paragraph("<w:r><w:instrText>DDE</w:instrText></w:r>"), "DDE", paragraph("<w:r/>")),
    "no document": (lambda parts: parts.pop(BODY), "не документ Word", lambda parts: None),
    "no types": (lambda parts: parts.pop("[Content_Types].xml"), "не документ Word", lambda parts: None),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message", "twin"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_come_in_is_refused_and_its_twin_passes(
    change: Change, message: str, twin: Change
) -> None:
    """T-05, T-06."""
    hostile, harmless = order_parts(), order_parts()
    change(hostile)
    twin(harmless)

    with pytest.raises(PackageRefused, match=message) as caught:
        require_docx(read_docx_parts(write_parts(hostile)))
    require_docx(read_docx_parts(write_parts(harmless)))

    assert all(text for texts in caught.value.messages.values() for text in texts)
    assert caught.value.status == 422


def test_a_refusal_names_every_part_and_how_to_mend_it() -> None:
    parts = order_parts()
    tables(6)(parts)
    linked("image", "http://a.example/x.png")(parts)

    problems = list(docx_problems(parts))

    assert {problem.place for problem in problems} == {BODY, LINKS}
    assert all(problem.fix.endswith(".") for problem in problems)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.docx")), ids=lambda file: file.stem)
def test_our_own_templates_pass(template) -> None:
    assert list(docx_problems(read_docx_parts(template.read_bytes()))) == []


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda file: file.stem)
def test_every_filled_sample_passes(sample, templates: TemplateCache) -> None:
    kind = kind_of(sample)
    data = kind.load(read_sample(sample))
    filled = templates.get(kind.name).fill(kind.context(data), title=kind.headline(data))

    assert list(docx_problems(read_docx_parts(filled))) == []


def test_a_part_of_spaces_that_packs_too_well_is_refused() -> None:
    """T-11."""
    parts = order_parts()
    paragraph(f"<w:r><w:t>{' ' * 6_000_000}</w:t></w:r>")(parts)

    with pytest.raises(PayloadTooLarge):
        read_docx_parts(write_parts(parts))

    paragraph(f"<w:r><w:t>{' ' * 600_000}</w:t></w:r>")(harmless := order_parts())
    require_docx(read_docx_parts(write_parts(harmless)))


GOOD = (TEMPLATES / "order.docx").read_bytes()


def judged(docx: bytes) -> str:
    """Return "passes" or "refused"; anything else that is raised fails the test."""
    try:
        require_docx(read_docx_parts(docx))
    except InputError:
        return "refused"
    return "passes"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) * 8 - 1)), min_size=1, max_size=4))
def test_flipped_bits_give_a_verdict_and_nothing_else(places) -> None:
    changed = bytearray(GOOD)
    for (place,) in places:
        changed[place // 8] ^= 1 << place % 8

    assert judged(bytes(changed)) in {"passes", "refused"}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD) - 1))
def test_every_cut_is_refused(end) -> None:
    assert judged(GOOD[:end]) == "refused"
    assert judged(GOOD) == "passes"


UNPACKED = order_parts()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(UNPACKED)), st.data())
def test_changed_xml_gives_a_verdict_and_nothing_else(name, data) -> None:
    """T-13."""
    old = UNPACKED[name]
    begin = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(begin, min(begin + 50, len(old))))
    new = data.draw(
        st.sampled_from([b"", b"<", b"&", b"\xff", b'"', b"<!DOCTYPE x>", b"<w:p>", b"\0", b"<?x ?>"])
    )

    assert judged(write_parts({**UNPACKED, name: old[:begin] + new + old[end:]})) in {"passes", "refused"}


def directory_changed(change) -> bytes:
    """Change the directory and the end record of a good file."""
    end = len(GOOD) - 22
    (start,) = struct.unpack_from("<L", GOOD, end + 16)
    directory, last = bytearray(GOOD[start:end]), bytearray(GOOD[end:])
    change(directory, last)
    struct.pack_into("<L", last, 12, len(directory))
    return GOOD[:start] + bytes(directory) + bytes(last)


def overlapping(directory: bytearray, last: bytearray) -> None:
    """Name the first entry a second time, under another name of the same length."""
    length = 46 + struct.unpack_from("<H", directory, 28)[0]
    again = bytearray(directory[:length])
    again[46:50] = b"word"
    directory += again
    count = struct.unpack_from("<H", last, 10)[0] + 1
    struct.pack_into("<2H", last, 8, count, count)


def zip64_count(directory: bytearray, last: bytearray) -> None:
    struct.pack_into("<2H", last, 8, 0xFFFF, 0xFFFF)


def zip64_offset(directory: bytearray, last: bytearray) -> None:
    struct.pack_into("<L", last, 16, 0xFFFFFFFF)


def nothing(directory: bytearray, last: bytearray) -> None:
    pass


@pytest.mark.parametrize("change", [overlapping, zip64_count, zip64_offset])
def test_a_directory_that_lies_is_refused(change) -> None:
    """T-04."""
    assert judged(directory_changed(change)) == "refused"
    assert judged(directory_changed(nothing)) == "passes"
