"""Several filled .docx as one document: every member begins on a new page with its own sheet and header.

Members keep their looks: a style that two members define differently is kept twice, lists and footnotes are
renumbered. Pages are numbered through. Each member begins with the bookmark `member_name`, which LibreOffice
passes on to the PDF.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from service.errors import TemplateError
from service.filling.document import read_parts, write_parts

_W_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R_URI = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W, _R = f"{{{_W_URI}}}", f"{{{_R_URI}}}"
_LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_DOCUMENT, _STYLES, _NUMBERING, _FOOTNOTES = (
    f"word/{name}.xml" for name in ("document", "styles", "numbering", "footnotes")
)
_RELATIONSHIPS = "word/_rels/document.xml.rels"
_STYLE_LINKS = ("basedOn", "link", "next")
_STYLE_USES = ("pStyle", "rStyle", "tblStyle")
_FIRST_NOTE_ID = 2  # 0 and 1 are the separators


def member_name(index: int) -> str:
    """Return the bookmark at the beginning of a member, 0-based."""
    return f"member{index}"


def join_docx(members: Sequence[bytes]) -> bytes:
    """Return the members as one document, in their order.

    Raises:
        TemplateError: a member is not one of our filled documents.
    """
    if len(members) == 1:
        return members[0]
    joined = _Joined(read_parts(members[0]))
    for member in members[1:]:
        joined.add(read_parts(member))
    return joined.written()


@dataclass
class _Renamed:
    """How the ids of one member are called in the joined document."""

    styles: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


class _Joined:
    """The first member, to which the others are added."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._trees = {
            name: _parsed(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))
        }
        self._count = 1
        _mark_beginning(_body(self._trees), 0)

    def add(self, parts: dict[str, bytes]) -> None:
        """Put a member behind the others."""
        trees = {name: _parsed(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
        names = _Renamed()
        self._add_lists(trees, names)
        self._add_styles(trees, names)
        self._add_notes(trees, names)
        self._add_headers(parts, trees, names)
        source = _body(trees)
        _rename(source, names)
        _mark_beginning(source, self._count)
        target = _body(self._trees)
        _close_section(target)
        for child in list(source):
            target.append(child)
        self._count += 1

    def written(self) -> bytes:
        """Return the joined package."""
        written = {
            name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, tree in self._trees.items()
        }
        return write_parts({**self._parts, **written})

    def _add_lists(self, trees: dict[str, etree._Element], names: _Renamed) -> None:
        if _NUMBERING not in trees:
            return
        root = self._trees.setdefault(_NUMBERING, etree.Element(f"{_W}numbering", nsmap={"w": _W_URI}))
        self._declare(_NUMBERING, "numbering")
        shift_kinds = _highest(root, "abstractNum", "abstractNumId") + 1
        shift_lists = _highest(root, "num", "numId") + 1
        kinds = list(trees[_NUMBERING].iter(f"{_W}abstractNum"))
        for kind in kinds:
            kind.set(f"{_W}abstractNumId", str(int(kind.get(f"{_W}abstractNumId", "0")) + shift_kinds))
        numbers = list(trees[_NUMBERING].iter(f"{_W}num"))
        for number in numbers:
            old = number.get(f"{_W}numId", "0")
            names.lists[old] = str(int(old) + shift_lists)
            number.set(f"{_W}numId", names.lists[old])
            for link in number.iter(f"{_W}abstractNumId"):
                link.set(f"{_W}val", str(int(link.get(f"{_W}val", "0")) + shift_kinds))
        first = root.find(f"{_W}num")
        place = len(root) if first is None else root.index(first)
        for offset, kind in enumerate(kinds):  # the schema wants kinds of lists before lists
            root.insert(place + offset, kind)
        root.extend(numbers)

    def _add_styles(self, trees: dict[str, etree._Element], names: _Renamed) -> None:
        root = self._trees[_STYLES]
        known = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
        for style in _ancestors_first(list(trees[_STYLES].iter(f"{_W}style"))):
            _rename(style, names)
            for tag in _STYLE_LINKS:
                for link in style.iter(f"{_W}{tag}"):
                    link.set(f"{_W}val", names.styles.get(link.get(f"{_W}val", ""), link.get(f"{_W}val", "")))
            old = style.get(f"{_W}styleId", "")
            if old in known and _same(known[old], style):
                continue
            if old in known:
                names.styles[old] = f"{old}{self._count + 1}"
                style.set(f"{_W}styleId", names.styles[old])
                title = style.find(f"{_W}name")
                if title is not None:
                    title.set(f"{_W}val", f"{title.get(f'{_W}val')} ({self._count + 1})")
            root.append(style)

    def _add_notes(self, trees: dict[str, etree._Element], names: _Renamed) -> None:
        if _FOOTNOTES not in trees:
            return
        if _FOOTNOTES not in self._trees:
            own = copy.deepcopy(trees[_FOOTNOTES])
            for note in list(own):
                if note.get(f"{_W}type") is None:
                    own.remove(note)
            self._trees[_FOOTNOTES] = own
            self._declare(_FOOTNOTES, "footnotes")
        root = self._trees[_FOOTNOTES]
        following = max(_highest(root, "footnote", "id") + 1, _FIRST_NOTE_ID)
        for note in trees[_FOOTNOTES]:
            if note.get(f"{_W}type") is not None:
                continue
            names.notes[note.get(f"{_W}id", "")] = str(following)
            note.set(f"{_W}id", str(following))
            _rename(note, names)
            root.append(note)
            following += 1

    def _add_headers(
        self, parts: dict[str, bytes], trees: dict[str, etree._Element], names: _Renamed
    ) -> None:
        links = {link.get("Id", ""): link for link in trees[_RELATIONSHIPS]}
        for reference in _body(trees).iter(f"{_W}headerReference", f"{_W}footerReference"):
            old = reference.get(f"{_R}id", "")
            if old in names.links:
                continue
            part = f"word/{links[old].get('Target', '')}"
            kind = "header" if str(reference.tag).endswith("headerReference") else "footer"
            new_part = f"word/{kind}{self._count + 1}_{len(names.links) + 1}.xml"
            _rename(trees[part], names)
            self._trees[new_part] = trees[part]
            names.links[old] = self._declare(new_part, kind)

    def _declare(self, part: str, kind: str) -> str:
        """Name a part in the package once; return the id of its relationship."""
        target = part.removeprefix("word/")
        relationships = self._trees[_RELATIONSHIPS]
        for link in relationships:
            if link.get("Target") == target:
                return str(link.get("Id"))
        link_id = f"rIdJ{len(relationships) + 1}"
        link = etree.SubElement(relationships, f"{_LINKS}Relationship")
        link.set("Id", link_id)
        link.set("Type", f"{_R_URI}/{kind}")
        link.set("Target", target)
        override = etree.SubElement(self._trees["[Content_Types].xml"], f"{_TYPES}Override")
        override.set("PartName", f"/{part}")
        override.set("ContentType", f"{_CONTENT_TYPE}{kind}+xml")
        return link_id


def _parsed(xml: bytes) -> etree._Element:
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise TemplateError("Документ комплекта повреждён: в нём ошибка XML.") from error


def _body(trees: dict[str, etree._Element]) -> etree._Element:
    body = trees[_DOCUMENT].find(f"{_W}body") if _DOCUMENT in trees else None
    if body is None:
        raise TemplateError("Документ комплекта – не документ Word.")
    return body


def _highest(root: etree._Element, tag: str, attribute: str) -> int:
    return max((int(element.get(f"{_W}{attribute}", "0")) for element in root.iter(f"{_W}{tag}")), default=0)


def _ancestors_first(styles: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield styles so that a style comes after the one it is based on."""
    waiting = {style.get(f"{_W}styleId", ""): style for style in styles}
    while waiting:
        for name, style in list(waiting.items()):
            base = style.find(f"{_W}basedOn")
            if base is None or base.get(f"{_W}val") not in waiting:
                yield waiting.pop(name)


def _same(one: etree._Element, other: etree._Element) -> bool:
    return bool(etree.tostring(one, method="c14n") == etree.tostring(other, method="c14n"))


def _rename(tree: etree._Element, names: _Renamed) -> None:
    for tag in _STYLE_USES:
        for element in tree.iter(f"{_W}{tag}"):
            _replace(element, f"{_W}val", names.styles)
    for element in tree.iter(f"{_W}numId"):
        _replace(element, f"{_W}val", names.lists)
    for element in tree.iter(f"{_W}footnoteReference"):
        _replace(element, f"{_W}id", names.notes)
    for element in tree.iter(f"{_W}headerReference", f"{_W}footerReference"):
        _replace(element, f"{_R}id", names.links)


def _replace(element: etree._Element, attribute: str, names: dict[str, str]) -> None:
    value = element.get(attribute, "")
    element.set(attribute, names.get(value, value))


def _mark_beginning(body: etree._Element, index: int) -> None:
    """Put a bookmark into the first paragraph of a member."""
    first = next(body.iter(f"{_W}p"))
    start, end = etree.Element(f"{_W}bookmarkStart"), etree.Element(f"{_W}bookmarkEnd")
    start.set(f"{_W}id", str(index))
    start.set(f"{_W}name", member_name(index))
    end.set(f"{_W}id", str(index))
    properties = first.find(f"{_W}pPr")
    place = 0 if properties is None else 1
    first.insert(place, start)
    first.insert(place + 1, end)


def _close_section(body: etree._Element) -> None:
    """Move the last section's properties into its last paragraph, so that another section can follow."""
    section = body[-1]
    last = body[-2] if len(body) > 1 else None
    if last is None or last.tag != f"{_W}p":
        last = etree.Element(f"{_W}p")
        section.addprevious(last)
    properties = last.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        last.insert(0, properties)
    properties.append(section)
