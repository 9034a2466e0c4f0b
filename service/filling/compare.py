"""Printed text against the data: what stands in the .docx is what was printed, letter by letter.

The expected text is read from the rendered source before its values are put in, with plain string work; the
actual text is read from the finished XML by a parser. Two ways that share nothing, so a lost or added
character in escaping, parsing or joining shows as a difference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from xml.parsers import expat

from service.errors import TemplateError

_PIECE = re.compile(
    r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(tab|br|cr|noBreakHyphen)(?: w:type=[^>]*)?/>|(</w:p>)"
)
_MARK = re.compile("\ue000(\\d+)\ue001")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def put_in(source: str, values: Sequence[str]) -> str:
    """Return the XML with every mark replaced by its text, escaped; a line end becomes a break."""

    def text(mark: re.Match[str]) -> str:
        escaped = html.escape(values[int(mark[1])], quote=True)
        return escaped.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')

    return _MARK.sub(text, source)


def expected_text(source: str, values: Sequence[str]) -> str:
    """Return what a rendered source must print once its values are put in."""
    pieces = []
    for match in _PIECE.finditer(source):
        if match[3]:
            pieces.append("\n")
        elif match[2]:
            pieces.append(_SIGNS[match[2]])
        else:
            pieces.append(_MARK.sub(lambda mark: values[int(mark[1])], html.unescape(match[1])))
    return "".join(pieces)


def printed_text(xml: bytes) -> str:
    """Return the text of a finished part; paragraphs end with a line end.

    Raises:
        TemplateError: the part is not well-formed XML.
    """
    reader = _TextReader()
    try:
        reader.parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise TemplateError("Шаблон заполнен неверно: получился повреждённый документ.") from error
    return "".join(reader.pieces)


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


class _TextReader:
    """Reads the text of a WordprocessingML part with expat."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._in_text = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != _WORD:
            return
        self._in_text = local == "t"
        # A tab stop of a paragraph is <w:tab w:val=…>; only a bare one is a character.
        if local in _SIGNS and not (local == "tab" and attributes):
            self.pieces.append(_SIGNS[local])

    def _end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if space != _WORD:
            return
        if local == "t":
            self._in_text = False
        elif local == "p":
            self.pieces.append("\n")

    def _characters(self, text: str) -> None:
        if self._in_text:
            self.pieces.append(text)
