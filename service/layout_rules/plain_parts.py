"""Plain rows, paragraphs and cells taken out of word/document.xml as strings, before a tree is built for the rest.

Most of a paper is paragraphs of a few formats and plain text. A pattern finds them in the source, where they cost a
tenth of the elements of a tree; numbered places stand for them in the XML that is parsed. What the pattern does not
know, such as fields, footnotes or tracked changes, stays in the XML and is read from the tree. A source with anything
that gives text another meaning (comments, entities of its own, other prefixes) is left alone altogether.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from service.layout_rules.values import W

PLACE = "zq"  # the attribute of a place: the number of its paragraph, cell or row

_HEAD = re.compile(
    r"(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?:UTF|utf)-8['\"])?(?: standalone=['\"]\w+['\"])?\?>\s*)?"
    rf"<w:document [^<>]*?xmlns:w=\"{re.escape(W[1:-1])}\""
)
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10))
_NON_CHARACTERS = ("\ufffe", "\uffff")
_UNUSUAL = ("<!", "<?", "xmlns:w")
_REDEFINES = re.compile(r"<[!?]|xmlns:w\s*=")
_EMPTY = r'<w:(?!sectPr)[A-Za-z]+(?: w:[A-Za-z]+="[^"<>&]*")*+/>'
_PROPERTIES = rf"(?:{_EMPTY}|<w:(?:numPr|tabs|rPr|pBdr)>(?:{_EMPTY})*+</w:(?:numPr|tabs|rPr|pBdr)>)*+"
_TEXT = r"[^<>&]*+(?:&(?:amp|lt|gt|quot|apos);[^<>&]*+)*+"
_T = r'<w:t(?: xml:space="preserve")?>'
_RUN_PROPERTIES = rf"<w:rPr>(?:{_EMPTY})*+</w:rPr>"
_RUN = rf"<w:r>(?:{_RUN_PROPERTIES})?+(?:{_T}{_TEXT}</w:t>|<w:t/>|<w:tab/>|<w:br/>)*+</w:r>"
_ASIDE = r'<w:(?:bookmarkStart|bookmarkEnd|proofErr)(?: w:[A-Za-z]+="[^"<>&]*")*+/>'
_PARAGRAPH = re.compile(rf"(<w:pPr>{_PROPERTIES}</w:pPr>)?+((?:{_RUN}|{_ASIDE})*+)")
_HOLDERS = {
    "pPr": re.compile(rf"<w:pPr>{_PROPERTIES}</w:pPr>"),
    "tcPr": re.compile(rf"<w:tcPr>(?:{_EMPTY})*+</w:tcPr>"),
    "trPr": re.compile(rf"<w:trPr>(?:{_EMPTY})*+</w:trPr>"),
}
_PLACES = {name: re.compile(rf'(?:<w:{name} {PLACE}="\d+"/>)++') for name in ("p", "tc")}
_PLACE_ENDS = '"/>'
_RUNS = re.compile(rf"<w:r>({_RUN_PROPERTIES})?+(?:{_T}({_TEXT})</w:t></w:r>|(.*?)</w:r>)", re.DOTALL)
# Texts are taken out between these; a sign that no source may have stands for each.
_T_STARTS, _T_ENDS, _GAP = '<w:t xml:space="preserve">', "</w:t>", "\x01"
_LONGEST_REMEMBERED = 16_384
# What most paragraphs are; the others are looked at more closely.
_ONE_STARTS, _ONE_ENDS = '<w:r><w:t xml:space="preserve">', "</w:t></w:r>"
_PIECES = re.compile(rf"{_T}({_TEXT})</w:t>|<w:(tab|br)/>")
_SIGNS = {"tab": "\t", "br": "\n", "": ""}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))

_Taken = TypeVar("_Taken")


# (w:pPr or "", (w:rPr or "", text) of each of its runs that prints something).
PlainParagraph = tuple[str, tuple[tuple[str, str], ...]]
# (w:tcPr or "", the numbers of its paragraphs).
PlainCell = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class RowPlan:
    """What rows of one markup have in common: rows of a template differ in their texts.

    Attributes:
        properties: w:trPr as source, or empty.
        cells: (w:tcPr, its paragraphs) of each cell; a paragraph is (w:pPr, whether it has a run with a text).
        tags: how many tags the row has.
    """

    properties: str
    cells: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
    tags: int


# The texts of a row stand in the order of the paragraphs that have one.
PlainRow = tuple[RowPlan, list[str]]


@dataclass(frozen=True, slots=True)
class PlainPart:
    """A part whose plain rows, other plain paragraphs and the cells of such were taken out.

    Attributes:
        xml: the part with places in it.
    """

    xml: bytes
    paragraphs: Sequence[PlainParagraph] = ()
    cells: Sequence[PlainCell] = ()
    rows: Sequence[PlainRow] = ()


def plain_part(xml: bytes) -> PlainPart:
    """Return a part without its plain paragraphs; one that is written in an unusual way comes back as it is."""
    source, rows = _without(_source(xml), "tr", _plain_row)
    source, paragraphs = _without(source, "p", _plain_paragraph)
    # What was taken out is harmless; what is left may give it another meaning.
    head = _HEAD.match(source)
    places = len(rows) + len(paragraphs)
    if head is None or _is_unusual(source, head.end()) or source.count(PLACE) != places:
        return PlainPart(xml)
    source, cells = _without(source, "tc", lambda body: _plain_group(body, "tcPr", "p"))
    return PlainPart(source.encode(), paragraphs, cells, rows)


def _is_unusual(source: str, start: int) -> bool:
    """Say whether comments, entities or another meaning of w: may follow; what looks so is asked closely."""
    return any(source.find(sign, start) >= 0 for sign in _UNUSUAL) and bool(_REDEFINES.search(source, start))


def _without(source: str, name: str, plain: Callable[[str], _Taken | None]) -> tuple[str, list[_Taken]]:
    """Return a source with places for the elements of a name that are plain, and what these were."""
    opening, closing, taken = f"<w:{name}>", f"</w:{name}>", list[_Taken]()
    first, *others = source.split(opening)
    pieces = [first]
    for other in others:
        body, end, after = other.partition(closing)
        found = plain(body) if end else None
        if found is None:
            pieces += (opening, other)
        else:
            pieces.append(f'<w:{name} {PLACE}="{len(taken)}"/>{after}')
            taken.append(found)
    return "".join(pieces), taken


def _plain_paragraph(body: str) -> PlainParagraph | None:
    properties, starts, rest = body.partition(_ONE_STARTS)
    text = rest[: -len(_ONE_ENDS)]
    is_text = starts and rest.endswith(_ONE_ENDS) and "<" not in text and ">" not in text and "&" not in text
    if is_text and text and _is_plain(properties, "pPr"):
        return properties, (("", text),)
    match = _PARAGRAPH.fullmatch(body)
    return (match[1] or "", tuple(_runs(match[2]))) if match else None


def _plain_row(body: str) -> PlainRow | None:
    markup, *others = body.split(_T_STARTS)
    pieces, texts = [markup], []
    for other in others:
        text, _, markup = other.partition(_T_ENDS)
        pieces.append(markup)
        texts.append(text)
    key = _GAP.join(pieces)
    plan = _row_plan(key) if len(key) <= _LONGEST_REMEMBERED else None
    # A tag inside a text, or an entity, is more than the plan knows.
    if plan is None or body.count("<") != plan.tags or body.count(">") != plan.tags or "&" in body:
        return None
    return plan, texts


@functools.lru_cache(maxsize=512)
def _row_plan(markup: str) -> RowPlan | None:
    """Return the plan of a row whose texts were taken out; None when a paragraph has more than one text."""
    body = markup.replace(_GAP, f"{_T_STARTS}{_GAP}{_T_ENDS}")
    source, paragraphs = _without(body, "p", _plain_paragraph)
    source, cells = _without(source, "tc", lambda cell: _plain_group(cell, "tcPr", "p"))
    row = _plain_group(source, "trPr", "tc")
    if row is None or PLACE in markup or any(runs not in ((), (("", _GAP),)) for _, runs in paragraphs):
        return None
    shapes = [(properties, bool(runs)) for properties, runs in paragraphs]
    planned = tuple((properties, tuple(shapes[one] for one in numbers)) for properties, numbers in cells)
    return RowPlan(row[0], planned, body.count("<"))


def _plain_group(body: str, properties_name: str, name: str) -> PlainCell | None:
    closing = f"</w:{properties_name}>"
    properties, end, places = body.partition(closing)
    properties, places = (properties + end, places) if end else ("", body)
    if not _is_plain(properties, properties_name):
        return None
    before = f'<w:{name} {PLACE}="'
    one = places[len(before) : -len(_PLACE_ENDS)]
    if places.startswith(before) and places.endswith(_PLACE_ENDS) and one.isdigit():
        return properties, (int(one),)
    return (properties, tuple(map(int, places.split('"')[1::2]))) if _PLACES[name].fullmatch(places) else None


@functools.lru_cache(maxsize=512)
def _is_plain(properties: str, name: str) -> bool:
    """Say whether properties, or none, hold nothing but values; a template has a few different ones."""
    return not properties or _HOLDERS[name].fullmatch(properties) is not None


def _runs(source: str) -> Iterator[tuple[str, str]]:
    """Yield (w:rPr, text) of the runs of a plain paragraph that print something."""
    for properties, text, several in _RUNS.findall(source):
        if several:
            text = "".join(piece or _SIGNS[sign] for piece, sign in _PIECES.findall(several))
        if text:
            yield properties, _unescaped(text) if "&" in text else text


def _source(xml: bytes) -> str:
    """Return the part as text; an empty one when it holds what XML refuses or folds."""
    if len(xml.translate(None, _CONTROLS)) != len(xml):
        return ""
    try:
        source = xml.decode()
    except UnicodeDecodeError:
        return ""
    return "" if any(sign in source for sign in _NON_CHARACTERS) else source


def _unescaped(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text
