"""The text of a page of a PDF: only as much of the format as the office writes.

Reads shown strings through the ToUnicode maps of their fonts. Order and words are those of the
content stream; spaces are not reliable, so callers compare without them. `shown_text` looks only for what
LibreOffice writes and takes a tenth of the time of `page_text`, which parses the content stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import repeat

import pikepdf

_SHOW = ("Tj", "TJ", "'", '"')
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
# Ranges given as arrays, "<01> <03> [<0041> <0042> <0043>]", are not written by LibreOffice.
_HEX = re.compile(r"<([0-9A-Fa-f]*)>")
_FONT_CHOICE = re.compile(rb"/([^\s/<>\[\]()]+) [\d.]+ Tf")
_PAIRS = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")


class _Font:
    """The code -> text map of one font; codes have one width throughout."""

    def __init__(self, font: pikepdf.Object) -> None:
        source = font.get("/ToUnicode")
        self.width = 2 if font.get("/Subtype") == pikepdf.Name.Type0 else 1
        self.texts = _to_unicode(source.read_bytes()) if isinstance(source, pikepdf.Stream) else {}

    def decode(self, shown: bytes) -> str:
        if self.width == 1:
            return "".join(map(self.texts.get, shown, repeat("")))
        codes = (shown[at : at + self.width] for at in range(0, len(shown), self.width))
        return "".join(self.texts.get(int.from_bytes(code, "big"), "") for code in codes)


def page_text(page: pikepdf.Page) -> str:
    """Return the text of a page and of the forms drawn on it, in drawing order."""
    return "".join(_shown(page.obj, page.obj.get("/Resources"), depth=0))


def shown_text(page: pikepdf.Page) -> str:
    """Return the text of a page without forms, as far as it is written as hexadecimal strings."""
    fonts = _entries(page.obj.get("/Resources"), "/Font")
    known: dict[bytes, _Font] = {}
    content = page.obj.get("/Contents")
    source = content.read_bytes() if isinstance(content, pikepdf.Stream) else b""
    # What stands before the first font, then a name and what is shown in that font, and so on.
    _, *rest = _FONT_CHOICE.split(source)
    pieces = []
    for name, shown in zip(rest[::2], rest[1::2], strict=True):
        font = known.get(name)
        if font is None:
            if (found := fonts.get(f"/{name.decode('latin-1')}")) is None:
                continue
            font = known[name] = _Font(found)
        pieces.append(font.decode(bytes.fromhex(b"".join(_PAIRS.findall(shown)).decode("ascii"))))
    return "".join(pieces)


def _shown(content: pikepdf.Object, resources: pikepdf.Object | None, *, depth: int) -> Iterator[str]:
    fonts = {name: _Font(font) for name, font in _entries(resources, "/Font").items()}
    forms = _entries(resources, "/XObject")
    font: _Font | None = None
    for instruction in pikepdf.parse_content_stream(content, "Tf Tj TJ ' \" Do"):
        word, operands = str(instruction.operator), instruction.operands
        if word == "Tf":
            font = fonts.get(str(operands[0]))
        elif word in _SHOW and font is not None:
            yield font.decode(b"".join(_strings(operands[-1])))
        elif word == "Do" and depth < 3:
            form = forms.get(str(operands[0]))
            if form is not None and form.get("/Subtype") == pikepdf.Name.Form:
                yield from _shown(form, form.get("/Resources"), depth=depth + 1)


def _entries(resources: pikepdf.Object | None, kind: str) -> Mapping[str, pikepdf.Object]:
    found = resources.get(kind) if resources is not None else None
    return dict(found.items()) if isinstance(found, pikepdf.Dictionary) else {}


def _strings(operand: object) -> Iterator[bytes]:
    if isinstance(operand, pikepdf.String):
        yield bytes(operand)
    elif isinstance(operand, pikepdf.Array):
        for part in operand:
            yield from _strings(part)


def _to_unicode(cmap: bytes) -> dict[int, str]:
    """Read a ToUnicode map: pairs of codes and texts, and ranges of codes with their first text."""
    texts: dict[int, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        words = [bytes.fromhex(word) for word in _HEX.findall(block.decode("latin-1"))]
        if kind == b"bfchar":
            for code, text in zip(words[::2], words[1::2], strict=False):
                texts[int.from_bytes(code, "big")] = text.decode("utf-16-be", "replace")
        else:
            for first, last, text in zip(words[::3], words[1::3], words[2::3], strict=False):
                texts.update(_range(first, last, text))
    return texts


def _range(first: bytes, last: bytes, text: bytes) -> Iterator[tuple[int, str]]:
    start = int.from_bytes(first, "big")
    for code in range(start, int.from_bytes(last, "big") + 1):
        # Only the last byte of the text counts up: PDF 32000-1, 9.10.3.
        tail = (text[-1] + code - start) & 0xFF if text else 0
        yield code, (text[:-1] + bytes([tail])).decode("utf-16-be", "replace")
