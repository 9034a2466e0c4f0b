"""Printed text against the data: what stands in the .docx is what was printed, letter by letter.

The expected text is collected from the rendered source with plain string work, before the values are escaped;
the actual text is read from the finished XML by a parser. A character lost or added in escaping, parsing or
joining shows as a difference. The text is all the character data of a part, with breaks as line ends.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from xml.parsers import expat

from service.errors import TemplateError
from service.filling.marks import MARK
from service.filling.printed import Printed

_TOKEN = re.compile(r"<[^>]*>?|[^<]+")
_SLICE_BYTES = 1024 * 1024
_EMPTY_TEXT = b'<w:t xml:space="preserve"></w:t>'
# The constants of a template between two values are some hundreds; the limit is for one that builds them in loops.
_CHARS_KEPT = 4 * 1024 * 1024


# Stands behind the last constant.
_NOTHING: tuple[Printed] = (("", b""),)


@dataclass
class _Place:
    """Where in the XML a constant begins: between tags, or in the middle of a tag that is not closed yet.

    Attributes:
        after: constant -> itself as bytes, what it prints from here, and the place at its end.
    """

    tag: str
    after: dict[str, tuple[bytes, str, _Place]] = field(default_factory=dict)


class PartText:
    """What the constants of one template part print, worked out once for each.

    Safe to share between threads: a constant worked out twice gives the same answer.
    """

    def __init__(self) -> None:
        self._start = _Place(tag="")
        self._places = {"": self._start}
        self._chars_left = _CHARS_KEPT

    def put_in(self, pieces: Iterable[str], values: Sequence[Printed]) -> tuple[bytes, str]:
        """Return the XML with every mark replaced by its text, and the text it must print.

        Args:
            pieces: of the part, in order: constants of the template with marks where values stand.
            values: what was printed, in the order of their marks; whole when the last piece has come.

        Raises:
            TemplateError: there are more values than marks or fewer.
        """
        constants = "".join(pieces).split(MARK)
        if len(constants) != len(values) + 1:
            raise TemplateError(
                "Шаблон печатает значение, которое в документ не попадает. Документ не создан."
            )
        xml: list[bytes] = []
        text: list[str] = []
        place = self._start
        # Some hundreds of turns for a long table: bound methods are looked up once.
        known_after, add_xml, add_text = place.after.get, xml.append, text.append
        for constant, (value, value_xml) in zip(constants, chain(values, _NOTHING), strict=True):
            data, words, following = known_after(constant) or self._learnt(place, constant)
            add_xml(data)
            add_xml(value_xml)
            add_text(words)
            if following is not place:
                place, known_after = following, following.after.get
            if not place.tag:
                add_text(value)
        return b"".join(xml).replace(_EMPTY_TEXT, b"<w:t/>"), "".join(text)

    def _learnt(self, place: _Place, constant: str) -> tuple[bytes, str, _Place]:
        words, tag = _printed_by(constant, tag=place.tag)
        known = constant.encode(), words, self._places.setdefault(tag, _Place(tag))
        if self._chars_left >= len(constant):
            self._chars_left -= len(constant)
            place.after[constant] = known
        return known


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
