"""Remarks as Word comments in the file of the person who made it: at its tag each, the others at beginning and end.

Nothing else of the file changes: a run is cut in two where a tag begins or ends, both halves keep its looks. Word has
no comments in headers and text boxes; what is said of a tag there stands at the paragraph around, or at the beginning.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from service.filling.document import write_parts
from service.filling.typed_tags import TAG, TagProblem, text_lines
from service.office_files import Problem, read_docx_parts, safe_parser
from service.template_check.report import Report

AUTHOR, INITIALS = "Формуляр", "Ф"
_ALL_WELL = "Ошибок и замечаний нет: шаблон можно использовать."
_W_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_W_URI}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DOCUMENT, _COMMENTS, _TYPES = "word/document.xml", "word/comments.xml", "[Content_Types].xml"
_LINKS = "word/_rels/document.xml.rels"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_LINK_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPES_URI = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS_URI = "http://schemas.openxmlformats.org/package/2006/relationships"
# Where a comment stands: paragraph and tag, both by their order in the file.
_Place = tuple[int, int]
_BEGINNING, _END = (-1, 0), (1_000_000_000, 0)
_NO_TAG = -1


def commented(docx: bytes, report: Report) -> bytes:
    """Return the file with what the report says as comments.

    Args:
        docx: as the person sent it; it was admitted.
        report: of this file, made in this process: its problems still know their tags.
    """
    parts = read_docx_parts(docx)
    root = etree.fromstring(parts[_DOCUMENT], safe_parser())
    lines = text_lines(root)
    spans = list(_spans(lines))
    said = _said(report, spans)
    places = sorted(said)
    # From the end, so that cutting a run moves nothing that is still to be found.
    for number, place in reversed(list(enumerate(places))):
        if place in {_BEGINNING, _END}:
            _mark_paragraph(_edge(root, last=place == _END), str(number))
        elif place[1] == _NO_TAG:
            _mark_paragraph(_outer_paragraph(lines[place[0]][0]), str(number))
        else:
            _mark_span(spans[place[1]], str(number))
    changed = {
        _DOCUMENT: _written(root),
        _COMMENTS: _written(_comments([said[place] for place in places])),
        _TYPES: _with_type(parts[_TYPES]),
        _LINKS: _with_link(parts.get(_LINKS)),
    }
    return write_parts({**parts, **changed})


@dataclass(frozen=True)
class _Span:
    """A tag in the tree: from a letter of one text to a letter of the same or another one."""

    line: int
    first: etree._Element
    start: int
    last: etree._Element
    end: int


def _said(report: Report, spans: Sequence[_Span]) -> dict[_Place, list[str]]:
    """Return the paragraphs of every comment by its place."""
    said: dict[_Place, list[str]] = {}
    for word, problems in (("Ошибка", report.errors), ("Замечание", report.remarks)):
        for problem in problems:
            place = _place(problem, spans)
            if place is None:
                place = _BEGINNING if word == "Ошибка" or isinstance(problem, TagProblem) else _END
            at_edge = place in {_BEGINNING, _END} and problem.place
            text = f"{problem.place}: {problem}" if at_edge else str(problem)
            said.setdefault(place, []).append(f"{word}. {text}")
    return said or {_BEGINNING: [_ALL_WELL]}


def _place(problem: Problem, spans: Sequence[_Span]) -> _Place | None:
    if not isinstance(problem, TagProblem) or problem.part != _DOCUMENT:
        return None
    if problem.line >= 0:
        return problem.line, _NO_TAG
    return (spans[problem.number].line, problem.number) if 0 <= problem.number < len(spans) else None


def _spans(lines: Sequence[Sequence[etree._Element]]) -> Iterator[_Span]:
    """Yield the tags of a part in the order of their numbers."""
    for number, texts in enumerate(lines):
        line = "".join(text.text or "" for text in texts)
        for match in TAG.finditer(line):
            first, start = _letter(texts, match.start())
            last, before_end = _letter(texts, match.end() - 1)
            yield _Span(number, first, start, last, before_end + 1)


def _letter(texts: Sequence[etree._Element], index: int) -> tuple[etree._Element, int]:
    for text in texts:
        length = len(text.text or "")
        if index < length:
            return text, index
        index -= length
    raise ValueError("the line is shorter than the place in it")


def _mark_span(span: _Span, comment_id: str) -> None:
    first_run, last_run = span.first.getparent(), span.last.getparent()
    if first_run is None or last_run is None or not (_is_open(first_run) and _is_open(last_run)):
        _mark_paragraph(_outer_paragraph(span.first), comment_id)
        return
    _cut(last_run, span.last, span.end)
    second = _cut(first_run, span.first, span.start)
    if second is not None:
        last_run = second if last_run is first_run else last_run
        first_run = second
    first_run.addprevious(_range("commentRangeStart", comment_id))
    _close_range(last_run, comment_id)


def _mark_paragraph(paragraph: etree._Element, comment_id: str) -> None:
    properties = paragraph.find(f"{_W}pPr")
    start = _range("commentRangeStart", comment_id)
    if properties is None:
        paragraph.insert(0, start)
    else:
        properties.addnext(start)
    _close_range(paragraph[-1], comment_id)


def _close_range(before: etree._Element, comment_id: str) -> None:
    run = etree.Element(f"{_W}r")
    run.append(_range("commentReference", comment_id))
    before.addnext(run)
    before.addnext(_range("commentRangeEnd", comment_id))


def _cut(run: etree._Element, text: etree._Element, at: int) -> etree._Element | None:
    """Cut a run before a letter of one of its texts; return the second half, None when there is nothing to part."""
    words = text.text or ""
    inside = [child for child in run if _w(child) != "rPr"]
    if (at == 0 and inside[0] is text) or (at == len(words) and inside[-1] is text):
        return None
    second = etree.Element(run.tag)
    second.attrib.update(run.attrib)
    properties = run.find(f"{_W}rPr")
    if properties is not None:
        second.append(copy.deepcopy(properties))
    following = list(text.itersiblings())
    if at == 0:
        second.append(text)
    elif at < len(words):
        tail = etree.SubElement(second, f"{_W}t")
        for part, content in ((text, words[:at]), (tail, words[at:])):
            part.text = content
            part.set(_SPACE, "preserve")
    second.extend(following)
    run.addnext(second)
    return second


def _edge(root: etree._Element, *, last: bool) -> etree._Element:
    """Return the first or the last paragraph of the body; an empty body gets one."""
    body = next(root.iter(f"{_W}body"))
    found = [one for one in body.iter(f"{_W}p") if not _in_box(one)]
    if not found:
        found = [etree.Element(f"{_W}p")]
        body.insert(0, found[0])
    direct = [one for one in found if one.getparent() is body]
    return (direct or found)[-1] if last else found[0]


def _outer_paragraph(element: etree._Element) -> etree._Element:
    return [one for one in element.iterancestors(f"{_W}p") if not _in_box(one)][-1]


def _is_open(run: etree._Element) -> bool:
    return _w(run) == "r" and not _in_box(run)


def _in_box(element: etree._Element) -> bool:
    return next(element.iterancestors(f"{_W}txbxContent"), None) is not None


def _w(element: etree._Element) -> str:
    return str(element.tag).removeprefix(_W)


def _range(name: str, comment_id: str) -> etree._Element:
    return etree.Element(f"{_W}{name}", {f"{_W}id": comment_id})


def _comments(said: Sequence[Sequence[str]]) -> etree._Element:
    root = etree.Element(f"{_W}comments", nsmap={"w": _W_URI})
    for number, texts in enumerate(said):
        about = {f"{_W}id": str(number), f"{_W}author": AUTHOR, f"{_W}initials": INITIALS}
        comment = etree.SubElement(root, f"{_W}comment", about)
        for place, text in enumerate(texts):
            paragraph = etree.SubElement(comment, f"{_W}p")
            if place == 0:
                etree.SubElement(etree.SubElement(paragraph, f"{_W}r"), f"{_W}annotationRef")
            words = etree.SubElement(etree.SubElement(paragraph, f"{_W}r"), f"{_W}t")
            words.text = "".join(letter if letter.isprintable() else " " for letter in text)
            words.set(_SPACE, "preserve")
    return root


def _with_type(types: bytes) -> bytes:
    root = etree.fromstring(types, safe_parser())
    entry = {"PartName": f"/{_COMMENTS}", "ContentType": _CONTENT_TYPE}
    etree.SubElement(root, f"{{{_TYPES_URI}}}Override", entry)
    return _written(root)


def _with_link(links: bytes | None) -> bytes:
    plain = f'<Relationships xmlns="{_LINKS_URI}"/>'.encode()
    root = etree.fromstring(links or plain, safe_parser())
    known = {link.get("Id") for link in root}
    free = next(name for name in (f"rIdF{n}" for n in range(len(known) + 1)) if name not in known)
    link = {"Id": free, "Type": _LINK_TYPE, "Target": "comments.xml"}
    etree.SubElement(root, f"{{{_LINKS_URI}}}Relationship", link)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


__all__ = ["AUTHOR", "commented"]
