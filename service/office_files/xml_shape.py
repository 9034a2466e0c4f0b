"""The shape of the XML in a package, seen by parser events before anything is parsed for its sense."""

from __future__ import annotations

from xml.parsers import expat

from service.errors import PayloadTooLarge

_XML_STARTS = (
    b"<",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\0<",
    b"\0\0\0<",
    b"\0\0\xfe\xff",
    b"\x4c\x6f\xa7\x94",
)


# expat before 2.6.0 reads a tag without an end anew with every chunk (CVE-2023-52425): 55 MB of it took 25 s.
_LONGEST_TAG = 1_000_000


class Refused(Exception):
    """Why a file is refused, in Russian; becomes the caller's class of error."""


class Inspector:
    """Reads XML for its shape only: no DOCTYPE, not too many elements, not too deep.

    Every part that begins like XML is read, whatever its name; only those named .xml and .rels must be well-formed:
    drawings of old comments are not, and nobody parses them.

    Args:
        elements: how many all parts may hold together.
        depth: how deep they may be nested.
    """

    def __init__(self, *, elements: int, depth: int) -> None:
        self._most = (elements, depth)
        self._elements = 0
        self._depth = 0
        self._name = ""
        self._must = False
        self._parser: expat.XMLParserType | None = None
        self._begun = False
        self._fed = 0

    def open(self, name: str) -> None:
        """Begin a part."""
        self._name, self._must = name, name.lower().endswith((".xml", ".rels"))
        self._parser, self._begun, self._fed = None, False, 0

    def feed(self, chunk: bytes) -> None:
        """Read on in the part."""
        if not self._begun:
            self._begun = True
            if self._must or chunk.lstrip().startswith(_XML_STARTS):
                self._parser = self._new_parser()
        self._parse(chunk, last=False)
        self._fed += len(chunk)
        if self._parser is not None and self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
            raise PayloadTooLarge("Файл слишком сложен: в нём есть тег длиной больше мегабайта.")

    def close(self) -> None:
        """End the part."""
        if self._must and not self._begun:
            raise Refused(f"Файл повреждён: часть {self._name[:80]} пуста.")
        self._parse(b"", last=True)

    def _new_parser(self) -> expat.XMLParserType:
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        return parser

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(chunk, last)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            self._parser = None
            if self._must:
                raise Refused(f"Файл повреждён: ошибка XML в части {self._name[:80]}.") from error

    def _doctype(self, *_: object) -> None:
        raise Refused("В файле есть объявление DOCTYPE: такие файлы не принимаются.")

    def _begin(self, *_: object) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > self._most[0] or self._depth > self._most[1]:
            raise PayloadTooLarge(
                "Файл слишком сложен: в нём слишком много или слишком глубоко вложенных частей."
            )

    def _finish(self, *_: object) -> None:
        self._depth -= 1
