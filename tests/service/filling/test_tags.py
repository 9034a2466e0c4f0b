from __future__ import annotations

from lxml import etree

from service.filling import TemplateCache
from service.filling.document import read_parts
from tests.samples import kind_of, read_sample, samples_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document_of(name: str, templates: TemplateCache, part: str = "word/document.xml") -> etree._Element:
    sample = next(file for file in samples_of("roadmap") if file.stem == name)
    kind = kind_of(sample)
    data = kind.load(read_sample(sample))
    docx = templates.get("roadmap").fill(kind.context(data), title="")
    return etree.fromstring(read_parts(docx)[part])


def grid_of(document: etree._Element) -> list[int]:
    table = document.findall(f".//{W}tbl/{W}tblGrid")[1]  # the first table is the approval mark
    return [int(column.get(f"{W}w")) for column in table]


def test_the_grid_has_a_column_for_every_column_and_fills_the_text_width(templates: TemplateCache) -> None:
    grid = grid_of(document_of("roadmap.003", templates))

    assert len(grid) == 6
    assert sum(grid) == 15137  # 267 mm in twentieths of a point: A4 landscape less its margins


def test_every_cell_is_as_wide_as_its_column(templates: TemplateCache) -> None:
    document = document_of("roadmap.003", templates)
    grid = grid_of(document)

    for row in document.findall(f".//{W}tbl")[1].iter(f"{W}tr"):
        widths = [int(cell.get(f"{W}w")) for cell in row.iter(f"{W}tcW")]
        assert widths in (grid, [sum(grid)])


def test_a_section_takes_the_whole_width(templates: TemplateCache) -> None:
    spans = [int(span.get(f"{W}val")) for span in document_of("roadmap.000", templates).iter(f"{W}gridSpan")]

    assert spans == [4] * 6


def test_a_heading_of_two_levels_is_merged(templates: TemplateCache) -> None:
    document = document_of("roadmap.quarters", templates)
    merges = [merge.get(f"{W}val") for merge in document.iter(f"{W}vMerge")]

    assert merges == ["restart"] * 3 + [None] * 3
    assert [span.get(f"{W}val") for span in document.iter(f"{W}gridSpan")] == ["4"]


def test_both_lines_of_a_heading_repeat_on_every_page(templates: TemplateCache) -> None:
    assert len(list(document_of("roadmap.quarters", templates).iter(f"{W}tblHeader"))) == 2


def test_no_row_is_torn_between_pages(templates: TemplateCache) -> None:
    rows = list(document_of("roadmap.003", templates).iter(f"{W}tr"))

    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_properties_of_cells_stand_in_the_order_that_word_asks_for(templates: TemplateCache) -> None:
    order = [f"{W}{name}" for name in ("tcW", "gridSpan", "vMerge", "vAlign")]
    for properties in document_of("roadmap.quarters", templates).iter(f"{W}tcPr"):
        places = [order.index(child.tag) for child in properties]
        assert places == sorted(places)


def test_a_wide_table_lies_on_a_landscape_sheet_and_a_narrow_one_does_not(templates: TemplateCache) -> None:
    wide = document_of("roadmap.003", templates).find(f".//{W}pgSz")
    narrow = document_of("roadmap.000", templates).find(f".//{W}pgSz")

    assert (wide.get(f"{W}w"), wide.get(f"{W}h"), wide.get(f"{W}orient")) == ("16838", "11906", "landscape")
    assert (narrow.get(f"{W}w"), narrow.get(f"{W}h"), narrow.get(f"{W}orient")) == ("11906", "16838", None)


def test_footnotes_are_real_and_their_marks_point_at_them(templates: TemplateCache) -> None:
    marks = [
        mark.get(f"{W}id") for mark in document_of("roadmap.000", templates).iter(f"{W}footnoteReference")
    ]
    notes = [
        note.get(f"{W}id")
        for note in document_of("roadmap.000", templates, "word/footnotes.xml")
        if note.get(f"{W}type") is None
    ]

    assert marks == notes == ["2", "3"]


def test_a_roadmap_without_footnotes_has_none(templates: TemplateCache) -> None:
    notes = document_of("roadmap.001", templates, "word/footnotes.xml")

    assert [note.get(f"{W}type") for note in notes] == ["separator", "continuationSeparator"]
