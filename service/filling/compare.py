"""Printed text against the data: what stands in the .docx is what was printed, letter by letter.

The expected text is collected from the rendered source with plain string work, before the values are escaped;
the actual text is read from the finished XML by a parser. A character lost or added in escaping, parsing or
joining shows as a difference. The text is all the character data of a part, with breaks as line ends.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from service.errors import TemplateError
from service.filling.marks import NUMBERS, split_at_marks

_TOKEN = re.compile(r"<[^>]*>?|[^<]+")
_SLICE_BYTES = 1024 * 1024
_EMPTY_TEXT = '<w:t xml:space="preserve"></w:t>'
# A template has some hundreds of constant pieces; the limit is for one that builds them in a loop.
_PIECES_KEPT = 4096


@dataclass
class _Place:
    """Where in the XML a piece begins: between tags, or in the middle of a tag that is not closed yet.

    Attributes:
        after: constant piece -> what it prints from here, and the place at its end.
    """

    tag: str
    after: dict[str, tuple[str, _Place]] = field(default_factory=dict)


class PartText:
    """What the constant pieces of one template part print, worked out once for each piece.

    Safe to share between threads: a piece worked out twice gives the same answer.
    """

    def __init__(self) -> None:
        self._start = _Place(tag="")
        self._places = {"": self._start}

    def put_in(self, pieces: Iterable[str], values: Sequence[str]) -> tuple[bytes, str]:
        """Return the XML with every mark replaced by its text, and the text it must print.

        Args:
            pieces: of the part while it renders, in order: constants of the template and marks.
            values: the printed texts, by the number of the mark; a mark comes after its text is here.

        Raises:
            TemplateError: a value was printed and is in no piece, or it cannot be written as UTF-8.
        """
        xml: list[str] = []
        text: list[str] = []
        place, put = self._start, 0
        # Some thousands of turns for a long table: bound methods are looked up once.
        known_after, add_xml, add_text = place.after.get, xml.append, text.append
        for piece in pieces:
            known = known_after(piece)
            if known is not None:
                add_xml(piece)
                words, following = known
                if words:
                    add_text(words)
                if following is not place:
                    place, known_after = following, following.after.get
            elif (number := NUMBERS.get(piece)) is not None:
                put += 1
                value = values[number]
                add_xml(_escaped(value))
                if not place.tag:
                    add_text(value)
            else:
                place, found = self._put_in_one(piece, values, place, xml, text)
                known_after = place.after.get
                put += found
        if put != len(values):
            raise TemplateError(
                "Шаблон печатает значение, которое в документ не попадает. Документ не создан."
            )
        return _written(xml), "".join(text)

    def _put_in_one(
        self, piece: str, values: Sequence[str], place: _Place, xml: list[str], text: list[str]
    ) -> tuple[_Place, int]:
        """Put the values into a piece not met before; return the place at its end and the number of its marks."""
        parts = split_at_marks(piece)
        for index, part in enumerate(parts):
            if index % 2:
                value = values[int(part)]
                xml.append(_escaped(value))
                if not place.tag:
                    text.append(value)
            elif part:
                xml.append(part)
                words, place = self._read(place, part)
                text.append(words)
        return place, len(parts) // 2

    def _read(self, place: _Place, piece: str) -> tuple[str, _Place]:
        known = place.after.get(piece)
        if known is None:
            words, tag = _printed_by(piece, tag=place.tag)
            known = words, self._places.setdefault(tag, _Place(tag))
            if len(place.after) < _PIECES_KEPT:
                place.after[piece] = known
        return known


def _written(pieces: list[str]) -> bytes:
    try:
        return "".join(pieces).replace(_EMPTY_TEXT, "<w:t/>").encode()
    except UnicodeEncodeError as error:
        raise TemplateError("В данных есть знаки, которых нет в Юникоде. Наберите текст заново.") from error


def printed_text(xml: bytes) -> str:
    """Return the text of a finished part, as a parser reads it.

    Raises:
        TemplateError: the part is not well-formed XML.
    """
    pieces: list[str] = []
    # One handler alone, so that expat joins the text of all elements: a call for each would cost four times more.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = min(len(xml) + 1, _SLICE_BYTES)
    parser.CharacterDataHandler = pieces.append
    try:
        start = 0
        while start < len(xml):
            # A break is how a line end of the data is written, so it is read as one.
            # A slice ends with a tag, so that no element that counts as a character is torn.
            end = xml.find(b">", start + _SLICE_BYTES) + 1 or len(xml)
            part = xml[start:end]
            parser.Parse(part.replace(b"<w:br/>", b"\n"), end == len(xml))
            start = end
    except expat.ExpatError as error:
        raise TemplateError("Шаблон заполнен неверно: получился повреждённый документ.") from error
    return "".join(pieces)


def require_equal(expected: str, actual: str, *, part: str) -> None:
    """Refuse a part that prints something else than the data.

    Raises:
        TemplateError: the text names the place of the first difference.
    """
    if expected == actual:
        return
    shorter = min(len(expected), len(actual))
    at = next((i for i in range(shorter) if expected[i] != actual[i]), shorter)
    # No text of the document: messages reach the log, papers do not.
    raise TemplateError(
        f"Напечатанное отличается от данных: {part}, знак {at + 1}, "
        f"всего {len(actual)} знаков вместо {len(expected)}. Документ не создан."
    )


def _printed_by(piece: str, *, tag: str) -> tuple[str, str]:
    """Return what a constant piece prints, and the tag it leaves open."""
    words = []
    for found in _TOKEN.findall(tag + piece):
        if not found.startswith("<"):
            words.append(html.unescape(found))
        elif not found.endswith(">"):
            return "".join(words), found
        elif found == "<w:br/>":
            words.append("\n")
    return "".join(words), ""


@functools.lru_cache(maxsize=16_384)
def _escaped(value: str) -> str:
    """Return a value as XML; a line end becomes a break."""
    return html.escape(value, quote=True).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
