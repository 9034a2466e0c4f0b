"""Tags that Word cannot hold where they must stand: column widths, merged cells, the sheet, footnotes.

Word keeps a tag in text but not in an attribute, so these are written as text in a cell or a footnote and moved
to their attribute here, after docxtpl has joined the runs of every tag:

    {% grid columns %}        in any cell: the table's grid, one column for each item with `width`
    {% width cell.width %}    the cell's width, twentieths of a point
    {% span cell.span %}      how many grid columns the cell takes
    {% merge cell.merge %}    "restart" or "continue": merged with the cell above; "" for neither
    {% height line.height %}  in any cell of a row: the row is at least so high, twentieths of a point; 0 for no matter
    {% landscape wide %}      anywhere in a section: the sheet lies on its side when true
    {% footnote note in notes %}   in a footnote: one footnote for each item; its marks stand in a loop
                              over items with `id` named alike: {%r for note in cell.notes %}
"""

from __future__ import annotations

import re

from docxtpl import DocxTemplate

_CELL = re.compile(r"<w:tc>(?:(?!<w:tc>).)*?</w:tc>", re.DOTALL)
_CELL_TAG = re.compile(r"\{%\s*(width|span|merge)\s+([^%]+?)\s*%\}")
_CELL_WIDTH = re.compile(r"<w:tcW [^>]*/>")
_GRID = re.compile(
    r"(<w:tbl>(?:(?!<w:tbl>).)*?)<w:tblGrid>(?:(?!</w:tblGrid>).)*</w:tblGrid>((?:(?!<w:tbl>).)*?)\{%\s*grid\s+([^%]+?)\s*%\}",
    re.DOTALL,
)
_HEIGHT = re.compile(
    r"</w:trPr>((?:(?!<w:tr>|</w:tr>).)*?)\{%\s*height\s+([^%]+?)\s*%\}",
    re.DOTALL,
)
_LANDSCAPE = re.compile(r"\{%\s*landscape\s+([^%]+?)\s*%\}(.*?)(<w:pgSz [^>]*/>)", re.DOTALL)
_FOOTNOTE = re.compile(
    r'<w:footnote w:id="(\d+)">((?:(?!</w:footnote>).)*?)\{%\s*footnote\s+(\w+)\s+in\s+(\w+)\s*%\}(.*?)</w:footnote>',
    re.DOTALL,
)
# docxtpl 0.20 leaves a run without text on both sides of a {%r … %}: three of four runs of a long roadmap, which
# the office would load and lay out for nothing.
_LEFT_BEHIND = '<w:r><w:t xml:space="preserve"></w:t></w:r>'
_A4_LANDSCAPE = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'

FootnoteLoops = dict[str, str]


def patched(xml: str, *, footnotes: FootnoteLoops) -> str:
    """Return the source of a part that Jinja can compile.

    Args:
        footnotes: id of a looping footnote -> name of its loop variable, see `footnote_loops`.
    """
    return moved(patched_by_docxtpl(xml).replace(_LEFT_BEHIND, ""), footnotes=footnotes)


def patched_by_docxtpl(xml: str) -> str:
    """Return the source as docxtpl itself would compile it: it knows nothing of the tags above."""
    # patch_xml reads nothing of its template: it only rewrites the text it is given (docxtpl 0.20).
    source: str = DocxTemplate("").patch_xml(xml)
    return source


def moved(source: str, *, footnotes: FootnoteLoops) -> str:
    """Return the source with the tags above moved to their attributes; the arguments are those of `patched`."""
    source = _CELL.sub(_patch_cell, source)
    source = _GRID.sub(_patch_grid, source)
    source = _HEIGHT.sub(_patch_height, source)
    source = _LANDSCAPE.sub(_patch_sheet, source)
    source = _FOOTNOTE.sub(_patch_footnote, source)
    for note_id, variable in footnotes.items():
        source = source.replace(
            f'<w:footnoteReference w:id="{note_id}"/>',
            f'<w:footnoteReference w:id="{{{{ {variable}.id }}}}"/>',
        )
    return source


def footnote_loops(footnotes_xml: str) -> FootnoteLoops:
    """Return the looping footnotes of a template: id -> loop variable."""
    return {match[1]: match[3] for match in _FOOTNOTE.finditer(patched_by_docxtpl(footnotes_xml))}


def _patch_cell(cell: re.Match[str]) -> str:
    found = dict(_CELL_TAG.findall(cell[0]))
    if not found:
        return cell[0]
    text = _CELL_TAG.sub("", cell[0])
    properties = f'<w:tcW w:w="{{{{ {found["width"]} }}}}" w:type="dxa"/>' if "width" in found else r"\g<0>"
    if "span" in found:
        span = found["span"]
        properties += f'{{% if {span} > 1 %}}<w:gridSpan w:val="{{{{ {span} }}}}"/>{{% endif %}}'
    if "merge" in found:
        merge = found["merge"]
        properties += (
            f'{{% if {merge} == "restart" %}}<w:vMerge w:val="restart"/>'
            f'{{% elif {merge} == "continue" %}}<w:vMerge/>{{% endif %}}'
        )
    return _CELL_WIDTH.sub(properties, text, count=1)


def _patch_grid(table: re.Match[str]) -> str:
    columns = table[3]
    grid = f'{{% for _column in {columns} %}}<w:gridCol w:w="{{{{ _column.width }}}}"/>{{% endfor %}}'
    total = f'<w:tblW w:w="{{{{ {columns}|sum(attribute="width") }}}}" w:type="dxa"/>'
    head = re.sub(r"<w:tblW [^>]*/>", total, table[1], count=1)
    return f"{head}<w:tblGrid>{grid}</w:tblGrid>{table[2]}"


def _patch_height(row: re.Match[str]) -> str:
    height = row[2]
    own = f'<w:trHeight w:val="{{{{ {height} }}}}" w:hRule="atLeast"/>'
    return f"{{% if {height} %}}{own}{{% endif %}}</w:trPr>{row[1]}"


def _patch_sheet(section: re.Match[str]) -> str:
    return f"{section[2]}{{% if {section[1]} %}}{_A4_LANDSCAPE}{{% else %}}{section[3]}{{% endif %}}"


def _patch_footnote(note: re.Match[str]) -> str:
    variable = note[3]
    return (
        f"{{% for {variable} in {note[4]} %}}"
        f'<w:footnote w:id="{{{{ {variable}.id }}}}">{note[2]}{note[5]}</w:footnote>'
        "{% endfor %}"
    )
