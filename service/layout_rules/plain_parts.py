"""Plain paragraphs and cells taken out of word/document.xml as strings, before a tree is built for the rest.

Most of a paper is paragraphs of a few formats and plain text. A pattern finds them in the source, where they cost a
tenth of the elements of a tree; numbered places stand for them in the XML that is parsed. What the pattern does not
know, such as fields, footnotes or tracked changes, stays in the XML and is read from the tree. A source with anything
that gives text another meaning (comments, entities of its own, other prefixes) is left alone altogether.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.layout_rules.values import W

PLACE = "n"  # the attribute of a place: the number of its paragraph or cell

_HEAD = re.compile(
    r"(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?:UTF|utf)-8['\"])?(?: standalone=['\"]\w+['\"])?\?>\s*)?"
    rf"<w:document [^<>]*?xmlns:w=\"{re.escape(W[1:-1])}\""
)
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10))
_NON_CHARACTERS = ("\ufffe", "\uffff")
_UNUSUAL = re.compile(rf"<[!?]|xmlns:w\s*=|\s{PLACE}\s*=")
_EMPTY = r'<w:(?!sectPr)[A-Za-z]+(?: w:[A-Za-z]+="[^"<>&]*")*+/>'
_PROPERTIES = rf"(?:{_EMPTY}|<w:(?:numPr|tabs|rPr|pBdr)>(?:{_EMPTY})*+</w:(?:numPr|tabs|rPr|pBdr)>)*+"
_TEXT = r"[^<>&]*+(?:&(?:amp|lt|gt|quot|apos);[^<>&]*+)*+"
_T = r'<w:t(?: xml:space="preserve")?>'
_RUN_PROPERTIES = rf"<w:rPr>(?:{_EMPTY})*+</w:rPr>"
_RUN = rf"<w:r>(?:{_RUN_PROPERTIES})?+(?:{_T}{_TEXT}</w:t>|<w:t/>|<w:tab/>|<w:br/>)*+</w:r>"
_ASIDE = r'<w:(?:bookmarkStart|bookmarkEnd|proofErr)(?: w:[A-Za-z]+="[^"<>&]*")*+/>'
_PARAGRAPH = re.compile(rf"<w:p>(<w:pPr>{_PROPERTIES}</w:pPr>)?+((?:{_RUN}|{_ASIDE})*+)</w:p>")
_CELL = re.compile(rf'<w:tc>(<w:tcPr>(?:{_EMPTY})*+</w:tcPr>)?+((?:<w:p {PLACE}="\d+"/>)++)</w:tc>')
_RUNS = re.compile(rf"<w:r>({_RUN_PROPERTIES})?+(?:{_T}({_TEXT})</w:t></w:r>|(.*?)</w:r>)", re.DOTALL)
# What most runs are; the others are looked at more closely.
_NOTHING = "<w:r><w:t/></w:r>"
_ONE_STARTS, _ONE_ENDS = '<w:r><w:t xml:space="preserve">', "</w:t></w:r>"
_PIECES = re.compile(rf"{_T}({_TEXT})</w:t>|<w:(tab|br)/>")
_SIGNS = {"tab": "\t", "br": "\n", "": ""}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class PlainPart:
    """A part whose plain paragraphs and cells were taken out.

    Attributes:
        xml: the part with places in it.
        paragraphs: (w:pPr, the source of the runs) of each place.
        cells: (w:tcPr, numbers of the paragraphs) of each place.
    """

    xml: bytes
    paragraphs: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[str, tuple[int, ...]], ...] = ()


def plain_part(xml: bytes) -> PlainPart:
    """Return a part without its plain paragraphs; one that is written in an unusual way comes back as it is."""
    pieces = _PARAGRAPH.split(_source(xml))
    rest = "".join(pieces[0::3])
    # What was taken out is harmless; what is left may give it another meaning.
    head = _HEAD.match(rest)
    if head is None or _UNUSUAL.search(rest, head.end()):
        return PlainPart(xml)
    source, paragraphs = _with_places(pieces, "p")
    source, cells = _with_places(_CELL.split(source), "tc")
    return PlainPart(
        source.encode(),
        paragraphs,
        tuple((properties, tuple(map(int, places.split('"')[1::2]))) for properties, places in cells),
    )


def _with_places(pieces: Sequence[str], name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a split source with numbered places, and the two groups of each match."""
    rest = pieces[0::3]
    taken = tuple((one or "", other) for one, other in zip(pieces[1::3], pieces[2::3], strict=True))
    places = [f'<w:{name} {PLACE}="{number}"/>{after}' for number, after in enumerate(rest[1:])]
    return rest[0] + "".join(places), taken


def plain_runs(source: str) -> list[tuple[str, str]]:
    """Return (w:rPr, text) of the runs of a plain paragraph that print something."""
    source = source.replace(_NOTHING, "")
    end = len(source) - len(_ONE_ENDS)
    if source.startswith(_ONE_STARTS) and source.find("<", len(_ONE_STARTS)) == end:
        text = source[len(_ONE_STARTS) : end]
        return [("", _unescaped(text) if "&" in text else text)] if text else []
    runs = []
    for properties, text, several in _RUNS.findall(source):
        if several:
            text = "".join(piece or _SIGNS[sign] for piece, sign in _PIECES.findall(several))
        if text:
            runs.append((properties, _unescaped(text) if "&" in text else text))
    return runs


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
